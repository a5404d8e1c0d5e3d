#include "gateway/server/request_reader.hpp"
#include "tests/gateway/server/connection_script.hpp"
#include "tests/gateway/server/odd_requests.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace request_reader_test {

namespace {

using namespace sluice::gateway::server;
using namespace sluice::tests;
using step = script::step;

// Answers with all that the request says.
struct telling_handler : handler {
    void handle(exchange& x) override {
        std::string text;
        auto const tell = [&text](std::string_view part) { text.append(part).append("|"); };
        for (auto part : {x.req.method, x.req.target, x.req.path, x.req.query, x.req.host})
            tell(part);
        for (auto const& [name, value] : x.req.headers) {
            tell(name);
            tell(value);
        }
        tell(x.req.body);
        x.reply(200, {}, text + std::to_string(x.req.version_minor));
    }
};

// A second may end between two answers.
std::string without_dates(std::string answers) {
    constexpr std::string_view field = "\r\nDate: ";
    for (auto at = answers.find(field); at != std::string::npos; at = answers.find(field, at))
        answers.erase(at, answers.find("\r\n", at + 2) - at);
    return answers;
}

// What a connection answers to the last of these requests, and what becomes of it.
std::string told_last(std::initializer_list<std::string_view> requests, std::size_t piece) {
    telling_handler tells;
    auto options = small_limits();
    server_shared shared{options, tells};
    script owner;
    sluice::gateway::server::pipeline subject(shared, owner, peer_info{}, owner.now);
    std::string output;
    auto wanted = subject.next();
    for (auto input : requests) {
        output.clear();
        for (; wanted == step::write || (wanted == step::read && !input.empty());
             wanted = subject.next()) {
            if (wanted == step::write) {
                output += subject.output();
                subject.on_written(owner.now);
                continue;
            }
            auto const space = subject.read_space();
            auto const size = std::min({piece, input.size(), space.size()});
            std::memcpy(space.data(), input.data(), size);
            input.remove_prefix(size);
            subject.on_read(size, owner.now);
        }
    }
    return without_dates(output) + (wanted == step::close ? "closed" : "open");
}

// One byte of the head is another, too much or missing.
std::string damaged(std::string request, std::mt19937_64& random) {
    constexpr std::string_view bytes("\r\n\t :,0az\x7f\x80\0-", 13);
    auto const at = random() % request.find("\r\n\r\n");
    auto const byte = bytes[random() % bytes.size()];
    switch (random() % 3) {
    case 0:
        request[at] = byte;
        break;
    case 1:
        request.insert(at, 1, byte);
        break;
    default:
        request.erase(at, 1);
    }
    return request;
}

} // namespace

BOOST_AUTO_TEST_SUITE(request_reader)

BOOST_AUTO_TEST_CASE(the_request_is_shown_as_it_came) {
    struct showing_handler : handler {
        void handle(exchange& x) override {
            auto& text = x.body_scratch();
            for (auto part : {x.req.method, x.req.target, x.req.path, x.req.query, x.req.host,
                              x.req.header("X-A"), x.req.body}) {
                text.append(part).append("|");
            }
            text += std::to_string(x.req.version_minor) + std::to_string(x.req.headers.size());
            text += x.req.peer.to_string() + (x.req.is_tls ? " tls" : " plain");
            x.reply(200, {}, text);
        }
    };
    showing_handler shows;
    server_shared shared{small_limits(), shows};
    script owner;
    sluice::gateway::server::pipeline subject(
        shared, owner, peer_info{boost::asio::ip::make_address("10.1.2.3"), true}, owner.now);
    std::string const in = "PUT http://b:1/p?q HTTP/1.1\r\nHost: a\r\nx-a: v\r\n"
                           "Content-Length: 2\r\n\r\nhi";
    BOOST_REQUIRE((subject.next() == step::read));
    std::memcpy(subject.read_space().data(), in.data(), in.size());
    subject.on_read(in.size(), owner.now);
    BOOST_REQUIRE((subject.next() == step::write));
    BOOST_TEST(bodies(subject.output()) == "PUT|/p?q|/p|q|b:1|v|hi|1310.1.2.3 tls\n");
}

BOOST_AUTO_TEST_CASE(bodies_of_every_size_arrive_whole) {
    auto options = small_limits();
    options.body_limit = 300'000;
    for (std::size_t size : {0, 1, 100, 14'000, 15'500, 16'384, 16'385, 65'536, 200'000, 300'000}) {
        for (std::size_t piece : {1'000'000, 997}) {
            BOOST_TEST_CONTEXT(size << " bytes in pieces of " << piece) {
                std::string body(size, ' ');
                for (std::size_t i = 0; i < size; ++i)
                    body[i] = static_cast<char>('a' + i % 23);
                script connection(options);
                auto const end =
                    connection.run(post_request("/", body) + get_request("/next"), piece);
                BOOST_TEST((end == step::read));
                auto const expected = size ? "POST / " + body : "POST /";
                BOOST_TEST((bodies(connection.output) == expected + "\nGET /next\n"));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_may_be_exactly_as_large_as_the_limit) {
    script connection;
    connection.run(post_request("/a", std::string(1024, 'x')) +
                   post_request("/b", std::string(1025, 'x')));
    BOOST_TEST(statuses(connection.output) == "200 413");
}

BOOST_AUTO_TEST_CASE(chunked_bodies_larger_than_the_buffer_arrive_whole) {
    auto options = small_limits();
    options.body_limit = 300'000;
    std::string body;
    std::string coded;
    for (int i = 0; i < 100; ++i) {
        std::string const data(2990, static_cast<char>('a' + i % 26));
        body += data;
        coded += "bae;x=y\r\n" + data + "\r\n";
    }
    auto const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t piece : {1'000'000, 1009}) {
        script connection(options);
        connection.run(head + coded + "0\r\nA: b\r\n\r\n" + get_request("/next"), piece);
        BOOST_TEST((bodies(connection.output) == "POST / " + body + "\nGET /next\n"));
    }
}

BOOST_AUTO_TEST_CASE(a_large_header_and_a_chunked_body_share_the_buffer) {
    auto options = small_limits();
    options.header_limit = 40'000;
    std::string const large = "X: " + std::string(39'000, 'x') + "\r\n";
    std::string const body = "5\r\nhello\r\n0\r\n\r\n";
    for (std::size_t size : {14'200, 14'300, 15'200, 15'300, 16'200, 16'300, 30'600, 39'000}) {
        auto const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: " +
                          std::string(size, 'x') + "\r\n\r\n";
        for (std::size_t piece : {1'000'000, 1000}) {
            BOOST_TEST_CONTEXT(size << " in pieces of " << piece) {
                script connection(options);
                connection.run(head + body + head + body, piece);
                BOOST_TEST(bodies(connection.output) == "POST / hello\nPOST / hello\n");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_body_is_asked_for_once_when_it_is_withheld) {
    script connection;
    auto const request = post_request("/", "hello", "Expect: 100-continue\r\n");
    auto const head_size = request.size() - 5;
    BOOST_TEST((connection.run(request.substr(0, head_size)) == step::read));
    BOOST_TEST(connection.output == "HTTP/1.1 100 Continue\r\n\r\n");
    connection.run("h");
    connection.run("ello");
    BOOST_TEST(statuses(connection.output) == "100 200");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_there_already_is_not_asked_for) {
    script connection;
    connection.run(post_request("/", "hello", "Expect: 100-continue\r\n"));
    BOOST_TEST(statuses(connection.output) == "200");
}

BOOST_AUTO_TEST_CASE(a_withheld_body_above_the_limit_is_not_asked_for) {
    script connection;
    auto const request = post_request("/", std::string(2000, 'x'), "Expect: 100-continue\r\n");
    BOOST_TEST((connection.run(request.substr(0, request.size() - 2000)) == step::close));
    BOOST_TEST(statuses(connection.output) == "413");
}

BOOST_AUTO_TEST_CASE(odd_requests_get_their_answer_however_they_are_cut) {
    for (auto const& odd : odd_requests()) {
        for (std::size_t piece : {1'000'000, 1, 7}) {
            BOOST_TEST_CONTEXT(odd.name << " in pieces of " << piece) {
                script connection;
                auto const end = connection.run(odd.bytes + hidden_request, piece);
                auto const expected = std::to_string(odd.status) + (odd.goes_on ? " 200" : "");
                BOOST_TEST(statuses(connection.output) == expected);
                BOOST_TEST((end == (odd.goes_on ? step::read : step::close)));
                if (!odd.goes_on) {
                    BOOST_TEST(take_answers(connection.output)[0].header("Connection") == "close");
                }
            }
        }
    }
}

// The reader knows a head again that it has read before: what comes behind it on the connection
// must mean what it means on a connection of its own.
BOOST_AUTO_TEST_CASE(an_odd_request_means_the_same_when_it_comes_again) {
    for (auto const& odd : odd_requests()) {
        for (std::size_t piece : {1'000'000, 1, 7}) {
            BOOST_TEST_CONTEXT(odd.name << " in pieces of " << piece) {
                script once;
                once.run(odd.bytes, piece);
                script again;
                again.run(odd.bytes, piece);
                auto const first = std::exchange(again.output, {});
                auto const end = again.run(odd.bytes, piece);
                auto const expected = without_dates(once.output);
                BOOST_TEST(without_dates(first) == expected);
                if (odd.goes_on) BOOST_TEST(without_dates(again.output) == expected);
                BOOST_TEST((end == (odd.goes_on ? step::read : step::close)));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(heads_that_are_nearly_the_same_are_told_apart) {
    // Each differs from the one before it in one byte, or goes on behind it.
    std::string const of_a = post_request("/a", "12345", "X-A: 1\r\n");
    std::string const shorter =
        "POST /a HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nContent-Length: 4\r\n\r\n1234";
    for (std::size_t piece : {1'000'000, 1, 7}) {
        script connection;
        connection.run(of_a + of_a + shorter + of_a + post_request("/b", "12345", "X-A: 1\r\n") +
                           of_a + get_request("/a") + get_request("/a?q") + of_a,
                       piece);
        BOOST_TEST(bodies(connection.output) == "POST /a 12345\nPOST /a 12345\nPOST /a 1234\n"
                                                "POST /a 12345\nPOST /b 12345\nPOST /a 12345\n"
                                                "GET /a\nGET /a?q\nPOST /a 12345\n");
    }
}

// Heads that differ in values alone are not read as a whole.
BOOST_AUTO_TEST_CASE(a_head_similar_to_the_one_before_means_what_it_means_alone) {
    constexpr std::string_view length = "Content-Length: 12\r\n\r\n";
    std::string const first = "POST /in/a?q HTTP/1.1\r\nX-Id: 1\r\nHost: a\r\nX: \r\n"
                              "Accept: a\r\n" +
                              std::string(length) + "123456789012";
    std::vector<std::string> others{first};
    for (auto const& [what, instead] : std::initializer_list<std::pair<char const*, char const*>>{
             {"X-Id: 1", "X-Id: 4711"},
             {"X-Id: 1", "X-Id:"},
             {"X-Id: 1", "x-id: 1"},
             {"X-Id: 1", "X-Id: \t a b \t"},
             {"X-Id: 1", "X-Id: 1\r\n 2"},
             {"X-Id: 1", "X-Id: 1\n2"},
             {"X-Id: 1", "X-Id: 1\r2"},
             {"X-Id: 1", "X-Id : 1"},
             {"X-Id: 1\r\n", ""},
             {"X-Id: 1", "X-Id: 1\r\nX-Id: 2"},
             {"Host: a", "Host: b"},
             {"Host: a", "Host: a b"},
             {"X: ", "X: something"},
             {"Accept: a", "Accept: b\r\nConnection: close"},
             {": 12", ": 5"},
             {": 12", ": 0"},
             {": 12", ": 012"},
             {": 12", ": +12"},
             {": 12", ": 1x"},
             {": 12", ":"},
             {": 12", ": 99999999999999999999999"},
             {": 12", ": 12, 12"},
             {": 12", ": 1300"},
             {"/in/a", "/in/b"},
             {"HTTP/1.1", "HTTP/1.0"},
         }) {
        auto other = first;
        other.replace(other.find(what), std::string_view(what).size(), instead);
        others.push_back(std::move(other));
    }
    std::mt19937_64 random(13);
    for (int i = 0; i < 3000; ++i)
        others.push_back(damaged(first, random));
    for (auto const& other : others) {
        for (std::size_t piece : {1'000'000, 7}) {
            auto const alone = told_last({other}, piece);
            BOOST_TEST(told_last({first, other}, piece) == alone, "after the first: " << other);
        }
    }
}

BOOST_AUTO_TEST_CASE(similar_heads_are_known_for_ever) {
    script connection;
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        auto const body = std::string(static_cast<std::size_t>(i) + 1, 'x');
        connection.run(post_request("/", body, "X-Id: " + std::to_string(i * i) + "\r\n"));
        expected += "POST / " + body + "\n";
    }
    BOOST_TEST(bodies(connection.output) == expected);
}

BOOST_AUTO_TEST_CASE(a_similar_head_keeps_the_limits) {
    auto options = small_limits();
    script connection(options);
    connection.run(get_request("/", "X-Id: 1\r\n"));
    connection.run(get_request("/", "X-Id: " + std::string(options.header_limit, 'x') + "\r\n"));
    BOOST_TEST(statuses(connection.output) == "200 431");
}

// What the handler keeps with a head must not be taken for another's.
BOOST_AUTO_TEST_CASE(each_head_has_a_number_and_the_same_one_keeps_it) {
    struct numbering_handler : handler {
        void handle(exchange& x) override {
            numbers.push_back(x.head_number());
            x.reply(200, {}, {});
        }
        std::vector<std::uint64_t> numbers;
    };
    numbering_handler numbers_of;
    script owner;
    server_shared shared{small_limits(), numbers_of};
    sluice::gateway::server::pipeline subject(shared, owner, peer_info{}, owner.now);
    auto const a = get_request("/", "X-Id: 1\r\n");
    auto const b = get_request("/", "X-Id: 2\r\n");
    auto const c = get_request("/c");
    for (auto const& in : {a, a, b, b, a, c, c, a}) {
        BOOST_REQUIRE((subject.next() == step::read));
        std::memcpy(subject.read_space().data(), in.data(), in.size());
        subject.on_read(in.size(), owner.now);
        BOOST_REQUIRE((subject.next() == step::write));
        subject.on_written(owner.now);
    }
    auto const& n = numbers_of.numbers;
    BOOST_REQUIRE(n.size() == 8U);
    BOOST_TEST(n[0] != 0U);
    BOOST_TEST(n[0] == n[1]);
    BOOST_TEST(n[4] == n[0]); // what was made for it is not lost by one that is similar
    BOOST_TEST(n[5] == n[6]);
    std::set<std::uint64_t> const different{n[0], n[2], n[5], n[7]};
    BOOST_TEST(different.size() == 4U);
    BOOST_TEST(n[3] != n[0]);
}

BOOST_AUTO_TEST_CASE(a_head_that_is_known_shows_the_bytes_that_came_last) {
    struct showing_handler : handler {
        void handle(exchange& x) override {
            std::string text;
            for (auto part : {x.req.method, x.req.target, x.req.path, x.req.query, x.req.host,
                              x.req.header("X-A"), x.req.header("X-Empty"), x.req.body}) {
                text.append(part).append("|");
            }
            x.reply(200, {}, text + std::to_string(x.req.headers.size()));
        }
    };
    showing_handler shows;
    server_shared shared{small_limits(), shows};
    script owner;
    sluice::gateway::server::pipeline subject(shared, owner, peer_info{}, owner.now);
    std::string const head = "PUT http://b:1/p?q HTTP/1.1\r\nHost: a\r\nx-a: v\r\nX-Empty:\r\n"
                             "Content-Length: 2\r\n\r\n";
    for (std::string const body : {"hi", "ho", "hu"}) {
        auto const in = head + body;
        BOOST_REQUIRE((subject.next() == step::read));
        std::memcpy(subject.read_space().data(), in.data(), in.size());
        subject.on_read(in.size(), owner.now);
        BOOST_REQUIRE((subject.next() == step::write));
        BOOST_TEST(bodies(subject.output()) == "PUT|/p?q|/p|q|b:1|v||" + body + "|4\n");
        subject.on_written(owner.now);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace request_reader_test
