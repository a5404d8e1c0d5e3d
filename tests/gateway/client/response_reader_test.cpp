#include "gateway/client/response_reader.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <string>

namespace sluice::gateway::client::response_reader_test {
namespace {

using state = response_reader::state;

constexpr std::size_t body_limit = 100;

client_options small_limits() {
    client_options options;
    options.header_limit = 256;
    options.max_interim_answers = 3;
    options.chunk_overhead_limit = 200;
    return options;
}

// A reader and the memory that its answer may point into.
struct reading {
    explicit reading(bool is_head_request = false) { reader.reset(is_head_request, body_limit); }

    state feed(std::string_view text, std::size_t piece) {
        auto now = state::more;
        for (std::size_t at = 0; at < text.size() && now == state::more; at += piece) {
            last = text.substr(at, piece);
            now = reader.feed(last);
        }
        return now;
    }

    client_options options = small_limits();
    response_reader reader{options};
    std::string last; // like a read buffer: every piece overwrites the one before
};

BOOST_AUTO_TEST_SUITE(response_reader)

BOOST_AUTO_TEST_CASE(an_answer_is_the_same_however_it_is_cut) {
    std::string const head = "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nRetry-After: 3\r\n";
    for (std::string const& text :
         {head + "Content-Length: 11\r\n\r\nhello world",
          head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head +
              "Content-Length: 11\r\n\r\nhello world"}) {
        for (std::size_t piece = 1; piece <= text.size(); ++piece) {
            reading answer;
            BOOST_TEST_REQUIRE((answer.feed(text, piece) == state::done), piece);
            auto const& response = answer.reader.response();
            BOOST_TEST(response.status == 200);
            BOOST_TEST(response.body == "hello world");
            BOOST_TEST(response.content_type == "a/b");
            BOOST_TEST(response.retry_after == "3");
            BOOST_TEST(response.header("content-TYPE") == "a/b");
            BOOST_TEST(response.header("link").empty()); // of an interim answer
            BOOST_TEST(!response.is_truncated);
            BOOST_TEST(answer.reader.keeps_alive());
        }
    }
}

BOOST_AUTO_TEST_CASE(without_a_length_the_body_ends_with_the_connection) {
    for (std::size_t piece : {1U, 1000U}) {
        reading answer;
        BOOST_TEST((answer.feed("HTTP/1.1 200 OK\r\nA: b\r\n\r\nhello", piece) == state::more));
        BOOST_TEST((answer.reader.end() == state::done));
        BOOST_TEST(answer.reader.response().body == "hello");
        BOOST_TEST(answer.reader.response().header("a") == "b");
        BOOST_TEST(!answer.reader.keeps_alive());
    }
}

BOOST_AUTO_TEST_CASE(an_unfinished_answer_does_not_end_with_the_connection) {
    for (std::string_view const text :
         {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\n\r", "HTTP/1.1 100 Continue\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
        reading answer;
        BOOST_TEST((answer.feed(text, 1) == state::more), text);
        BOOST_TEST((answer.reader.end() == state::more), text);
        BOOST_TEST(answer.reader.is_untouched() == text.empty());
    }
}

BOOST_AUTO_TEST_CASE(answers_without_a_body_end_with_their_head) {
    reading no_content;
    BOOST_TEST((no_content.feed("HTTP/1.1 204 No Content\r\n\r\n", 100) == state::done));
    BOOST_TEST(no_content.reader.keeps_alive());
    reading to_head(true);
    auto const text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    BOOST_TEST((to_head.feed(text, 100) == state::done));
    BOOST_TEST(to_head.reader.response().body.empty());
    BOOST_TEST(to_head.reader.keeps_alive());
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_answer_end_the_keep_alive) {
    reading answer;
    auto const text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n";
    BOOST_TEST((answer.feed(text, 1000) == state::done));
    BOOST_TEST(answer.reader.response().body == "ok");
    BOOST_TEST(answer.reader.unused() == 17U);
    BOOST_TEST(!answer.reader.keeps_alive());
}

BOOST_AUTO_TEST_CASE(a_long_body_is_cut_at_the_limit_and_judged_by_its_status) {
    std::string const body(1000, 'x');
    for (std::string const& text :
         {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + body,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + body,
          "HTTP/1.1 200 OK\r\n\r\n" + body}) {
        for (std::size_t piece : {1U, 64U, 5000U}) {
            reading answer;
            BOOST_TEST_REQUIRE((answer.feed(text, piece) == state::done));
            BOOST_TEST(answer.reader.response().status == 200);
            BOOST_TEST(answer.reader.response().is_truncated);
            BOOST_TEST(answer.reader.response().body == std::string(body_limit, 'x'));
            BOOST_TEST(!answer.reader.keeps_alive());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_of_exactly_the_limit_is_whole) {
    for (std::size_t piece : {1U, 5000U}) {
        reading answer;
        auto const text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x');
        BOOST_TEST_REQUIRE((answer.feed(text, piece) == state::done));
        BOOST_TEST(!answer.reader.response().is_truncated);
        BOOST_TEST(answer.reader.keeps_alive());
    }
}

BOOST_AUTO_TEST_CASE(an_endless_header_is_refused) {
    std::string const head = "HTTP/1.1 200 OK\r\n";
    for (std::string const& text :
         {head + "X: " + std::string(1000, 'x'), head + std::string(1000, 'x')}) {
        for (std::size_t piece : {1U, 100U, 5000U}) {
            reading answer;
            BOOST_TEST((answer.feed(text, piece) == state::bad));
        }
    }
}

BOOST_AUTO_TEST_CASE(interim_answers_are_bounded_in_number_and_size) {
    std::string const interim = "HTTP/1.1 100 Continue\r\n\r\n";
    reading many;
    BOOST_TEST((many.feed(interim + interim + interim + interim, 1) == state::bad));
    reading large;
    auto const hints = "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(100, 'x') + "\r\n\r\n";
    BOOST_TEST((large.feed(hints + hints + hints, 1000) == state::bad));
}

BOOST_AUTO_TEST_CASE(switching_protocols_is_refused) {
    reading answer;
    BOOST_TEST((answer.feed("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", 10) == state::bad));
}

BOOST_AUTO_TEST_CASE(a_reader_is_as_new_after_reset) {
    reading answer;
    auto const text = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + std::string(200, 'x');
    answer.feed(text, 10);
    for (int i = 0; i < 3; ++i) {
        answer.reader.reset(false, body_limit);
        BOOST_TEST(answer.reader.is_untouched());
        auto const next = fmt::format("HTTP/1.1 20{} OK\r\nContent-Length: 1\r\n\r\n{}", i, i);
        BOOST_TEST((answer.feed(next, i == 0 ? 1 : 100) == state::done));
        BOOST_TEST(answer.reader.response().body == std::to_string(i));
        BOOST_TEST(!answer.reader.response().is_truncated);
        BOOST_TEST(answer.reader.keeps_alive());
    }
}

// The reader knows a head again: what comes behind it, and what only begins like it, must not be
// mistaken for it.
BOOST_AUTO_TEST_CASE(a_head_that_comes_again_means_the_same) {
    std::string const alike = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: a/b\r\n"
                              "Retry-After: 3\r\nContent-Length: 2\r\n";
    reading answer;
    auto const take = [&answer](std::string_view text, std::size_t piece, bool is_head_request) {
        answer.reader.reset(is_head_request, body_limit);
        BOOST_REQUIRE((answer.feed(text, piece) == state::done));
        return answer.reader.response();
    };
    for (int round = 0; round < 3; ++round) {
        for (std::string const body : {"hi", "ho"}) {
            for (std::size_t const piece : {1'000, 1, 60}) {
                auto const& got = take(alike + "\r\n" + body, piece, false);
                BOOST_TEST(got.body == body);
                BOOST_TEST(got.content_type == "a/b");
                BOOST_TEST(got.retry_after == "3");
                BOOST_TEST(got.header("date") == "now");
            }
        }
        BOOST_TEST(take(alike + "\r\n", 1'000, true).body.empty());
        BOOST_TEST(take(alike + "X-B: c\r\n\r\nhi", 1'000, false).header("x-b") == "c");
        BOOST_TEST(take(alike + "\r\nhi", 1'000, false).header("x-b").empty());
        auto const interim = "HTTP/1.1 103 Early Hints\r\n\r\n" + alike + "\r\nhi";
        BOOST_TEST(take(interim, 1'000, false).body == "hi");
        auto const short_one = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nh";
        BOOST_TEST(take(short_one, 1'000, false).content_type.empty());
    }
}

BOOST_AUTO_TEST_CASE(progress_says_how_far_the_answer_came) {
    reading answer;
    BOOST_TEST(answer.reader.progress() == "before the answer");
    answer.feed("HTTP/1.1 200 OK\r\n", 100);
    BOOST_TEST(answer.reader.progress() == "inside the answer's header");
    answer.feed("Content-Length: 9\r\n\r\nabc", 100);
    BOOST_TEST(answer.reader.progress() == "after 3 bytes of the answer's body");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::response_reader_test
