// Every bad habit of a destination ends in a reason, in time, and poisons nothing.
#include "gateway/client/http_client.hpp"
#include "tests/gateway/client/running_client.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace sluice::tests::bad_upstream_test {
namespace {

using namespace std::chrono_literals;
using namespace gateway;
using queue::cause;

struct habit {
    char const* name;
    scripted_upstream::script script;
    cause expected = cause::answered;
    unsigned status = 0;
    std::string_view body = {};
};

// Reads the request, writes this, and closes.
scripted_upstream::script say(std::string text) {
    return [text = std::move(text)](upstream_peer& peer) {
        peer.read_request();
        peer.write(text);
    };
}

// Reads the request, writes this, and stays.
scripted_upstream::script say_and_stay(std::string text) {
    return [text = std::move(text)](upstream_peer& peer) {
        peer.read_request();
        peer.write(text);
        peer.drain();
    };
}

// The same bytes for ever.
scripted_upstream::script repeat(std::string first, std::string again) {
    return [first = std::move(first), again = std::move(again)](upstream_peer& peer) {
        peer.read_request();
        for (bool is_open = peer.write(first); is_open;)
            is_open = peer.write(again);
    };
}

constexpr std::string_view head = "HTTP/1.1 200 OK\r\n";

std::string with_head(std::string_view rest) {
    return std::string(head).append(rest);
}

std::vector<habit> broken_answers() {
    return {
        {"closes at once", [](upstream_peer&) {}, cause::cut},
        {"closes after the request", say(""), cause::cut},
        {"resets after the request",
         [](upstream_peer& peer) {
             peer.read_request();
             peer.reset();
         },
         cause::cut},
        {"half a status line", say("HTTP/1."), cause::cut},
        {"half a header", say(with_head("Content-Len")), cause::cut},
        {"half a body", say(with_head("Content-Length: 10\r\n\r\nhalf")), cause::cut},
        {"half a chunk", say(with_head("Transfer-Encoding: chunked\r\n\r\n5\r\nhe")), cause::cut},
        {"no last chunk", say(with_head("Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n")),
         cause::cut},
        {"only an interim answer", say("HTTP/1.1 100 Continue\r\n\r\n"), cause::cut},
        {"junk", say_and_stay("220 smtp.example ESMTP\r\n"), cause::bad_answer},
        {"a TLS alert", say_and_stay("\x15\x03\x01\x02\x02\x16"), cause::bad_answer},
        {"bare line feeds", say_and_stay("HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
         cause::bad_answer},
        {"two lengths", say_and_stay(with_head("Content-Length: 1\r\nContent-Length: 2\r\n\r\nab")),
         cause::bad_answer},
        {"a length and a coding",
         say_and_stay(
             with_head("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
         cause::bad_answer},
        {"bad chunks", say_and_stay(with_head("Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
         cause::bad_answer},
        {"an endless header", repeat(std::string(head), "X-Filler: 0123456789\r\n"),
         cause::bad_answer},
        {"an endless header line", repeat(std::string(head) + "X: ", "0123456789"),
         cause::bad_answer},
        {"endless interim answers", repeat("", "HTTP/1.1 100 Continue\r\n\r\n"), cause::bad_answer},
        {"endless trailers",
         repeat(with_head("Transfer-Encoding: chunked\r\n\r\n0\r\n"), "X: 1\r\n"),
         cause::bad_answer},
        {"an endless chunk extension",
         repeat(with_head("Transfer-Encoding: chunked\r\n\r\n1;"), "xxxxxxxxxx"),
         cause::bad_answer},
        {"an unasked upgrade", say_and_stay("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
         cause::bad_answer},
    };
}

std::vector<habit> odd_answers() {
    return {
        {"interim answers first",
         say_and_stay("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                      ok_answer("fine")),
         cause::answered, 200, "fine"},
        {"no content", say_and_stay("HTTP/1.1 204 No Content\r\n\r\n"), cause::answered, 204},
        {"until close", say(with_head("\r\nall of it")), cause::answered, 200, "all of it"},
        {"HTTP/1.0", say("HTTP/1.0 404 Not Found\r\n\r\ngone"), cause::answered, 404, "gone"},
        {"a length and then more", say_and_stay(ok_answer("one") + "junk"), cause::answered, 200,
         "one"},
        {"an answer before the request was read",
         [](upstream_peer& peer) {
             peer.write(ok_answer("early"));
             peer.drain();
         },
         cause::answered, 200, "early"},
        {"byte by byte",
         [](upstream_peer& peer) {
             peer.read_request();
             for (char const c : ok_answer("drip"))
                 peer.write({&c, 1});
             peer.drain();
         },
         cause::answered, 200, "drip"},
    };
}

void check(habit const& one) {
    BOOST_TEST_CONTEXT(one.name) {
        scripted_upstream upstream(one.script);
        running_client client;
        auto const end = client.exchange(client.open(upstream.url()));
        BOOST_TEST(to_string(end.cause) == to_string(one.expected));
        BOOST_TEST(end.status == one.status);
        BOOST_TEST(end.body == one.body);
        BOOST_TEST(end.detail.empty() == (one.expected == cause::answered));
        BOOST_TEST(upstream.connections() == 1U); // a fresh connection is not retried
        BOOST_TEST(client.ends.size() == 1U);
    }
}

BOOST_AUTO_TEST_SUITE(bad_upstream)

BOOST_AUTO_TEST_CASE(broken_answers_are_failures_with_a_reason) {
    for (auto const& one : broken_answers())
        check(one);
}

BOOST_AUTO_TEST_CASE(odd_answers_are_answers_all_the_same) {
    for (auto const& one : odd_answers())
        check(one);
}

BOOST_AUTO_TEST_CASE(a_closed_port_is_a_failure_to_connect) {
    running_client client;
    auto const port = closed_port();
    auto const url = "http://127.0.0.1:" + std::to_string(port) + "/";
    auto const end = client.exchange(client.open(url));
    BOOST_TEST((end.cause == cause::connect));
    BOOST_TEST(end.detail == "127.0.0.1:" + std::to_string(port) + ": Connection refused");
    BOOST_TEST(client.client->counters().dials_failed.get() == 1U);
}

BOOST_AUTO_TEST_CASE(a_reset_at_once_comes_before_or_behind_the_first_byte) {
    scripted_upstream upstream([](upstream_peer& peer) { peer.reset(); });
    running_client client;
    auto const end = client.exchange(client.open(upstream.url()));
    BOOST_TEST((end.cause == cause::connect || end.cause == cause::cut));
    BOOST_TEST(!end.detail.empty());
}

BOOST_AUTO_TEST_CASE(a_huge_answer_is_cut_and_judged_by_its_status) {
    std::string const piece(1'000'000, 'x');
    for (std::string const& framing :
         {std::string("Content-Length: 50000000\r\n\r\n"), std::string("\r\n"),
          std::string("Transfer-Encoding: chunked\r\n\r\n2FAF080\r\n")}) {
        scripted_upstream upstream([&](upstream_peer& peer) {
            peer.read_request();
            bool is_open = peer.write(with_head(framing));
            for (int i = 0; i < 50 && is_open; ++i)
                is_open = peer.write(piece);
        });
        running_client client;
        auto const end = client.exchange(client.open(upstream.url()));
        BOOST_TEST(end.status == 200);
        BOOST_TEST(end.is_truncated);
        BOOST_TEST(end.body.size() == 64 * 1024U);
        BOOST_TEST(client.client->counters().answers_truncated.get() == 1U);
        BOOST_TEST(client.client->counters().connections_open.get() == 0U);
    }
}

config::upstream impatient() {
    auto connection = loopback_upstream();
    connection.timeout = 150ms;
    return connection;
}

BOOST_AUTO_TEST_CASE(silence_ends_with_the_time) {
    scripted_upstream upstream([](upstream_peer& peer) { peer.drain(); });
    running_client client;
    auto const end = client.exchange(client.open(upstream.url(), impatient()));
    BOOST_TEST((end.cause == cause::timeout_after_send));
    BOOST_TEST((end.duration >= 150ms));
}

BOOST_AUTO_TEST_CASE(dripping_does_not_move_the_deadline) {
    std::binary_semaphore never_given(0);
    scripted_upstream upstream([&](upstream_peer& peer) {
        peer.read_request();
        bool is_open = peer.write(with_head("Content-Length: 1000000\r\n\r\n"));
        while (is_open) {
            is_open = peer.write("x");
            never_given.try_acquire_for(5ms); // the pace of the drip; nothing waits for it
        }
    });
    running_client client;
    auto const end = client.exchange(client.open(upstream.url(), impatient()));
    BOOST_TEST((end.cause == cause::timeout_after_send));
}

BOOST_AUTO_TEST_CASE(a_peer_that_reads_nothing_times_out_before_the_request_is_sent) {
    std::atomic<bool> may_go = false;
    scripted_upstream upstream([&](upstream_peer&) {
        while (!may_go)
            std::this_thread::yield();
    });
    running_client client;
    auto const to = client.open(upstream.url(), impatient());
    auto const end = client.exchange(to, std::string(64'000'000, 'x'));
    may_go = true;
    BOOST_TEST((end.cause == cause::timeout_before_send));
}

BOOST_AUTO_TEST_CASE(an_early_answer_to_a_large_request_is_taken) {
    // Reads no further until the answer was seen: else all of the request might be written by then,
    // and the connection rightly kept.
    std::atomic<bool> may_go = false;
    scripted_upstream upstream([&](upstream_peer& peer) {
        peer.read_head();
        peer.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
        while (!may_go)
            std::this_thread::yield();
        peer.drain();
    });
    running_client client;
    auto const end = client.exchange(client.open(upstream.url()), std::string(64'000'000, 'x'));
    may_go = true;
    BOOST_TEST(end.status == 413);
    BOOST_TEST(end.body == "big");
    // It is closed behind the report.
    BOOST_TEST(wait_until([&] { return client.client->counters().connections_open.get() == 0U; }));
}

BOOST_AUTO_TEST_CASE(a_bad_answer_poisons_no_later_exchange) {
    scripted_upstream upstream([](upstream_peer& peer) {
        peer.read_request();
        if (peer.number() == 0) peer.write("junk");
        if (peer.number() == 1) peer.write(ok_answer("first") + ok_answer("smuggled"));
        if (peer.number() >= 2) peer.write(ok_answer("clean"));
        peer.drain();
    });
    running_client client;
    auto const to = client.open(upstream.url());
    BOOST_TEST((client.exchange(to).cause == cause::bad_answer));
    BOOST_TEST(client.exchange(to).body == "first");
    BOOST_TEST(client.exchange(to).body == "clean");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::bad_upstream_test
