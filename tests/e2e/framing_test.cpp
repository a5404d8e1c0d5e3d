// Requests whose framing is doubtful: refused, the connection closed, and nothing of them queued.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/e2e/odd_traffic.hpp"

#include <boost/test/unit_test.hpp>

namespace framing_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct doubtful_request {
    std::string name;
    int status;
    std::string bytes;
};

std::string const line = "POST /in/crm HTTP/1.1\r\n";
std::string const host = "Host: localhost\r\n";
std::string const hidden = "POST /in/crm/hidden HTTP/1.1\r\nHost: localhost\r\n"
                           "Content-Length: 0\r\n\r\n";

doubtful_request with_header(std::string name, int status, std::string const& header,
                             std::string const& body = {}) {
    return {std::move(name), status, line + host + header + "\r\n\r\n" + body + hidden};
}

std::vector<doubtful_request> table() {
    return {
        {"no Host", 400, line + "Content-Length: 0\r\n\r\n" + hidden},
        {"two Hosts", 400, line + host + host + "Content-Length: 0\r\n\r\n" + hidden},
        {"no HTTP", 400, "HELLO\r\n\r\n" + hidden},
        {"unknown version", 505, "POST /in/crm HTTP/2.0\r\n" + host + "\r\n" + hidden},
        {"a space before the colon", 400, line + host + "X : 1\r\n\r\n" + hidden},
        {"a folded header", 400, line + host + "X: 1\r\n 2\r\n\r\n" + hidden},
        with_header("two lengths", 400, "Content-Length: 1\r\nContent-Length: 2", "x"),
        with_header("a list of lengths", 400, "Content-Length: 1, 1", "x"),
        with_header("a signed length", 400, "Content-Length: +1", "x"),
        with_header("length and chunks", 400, "Content-Length: 5\r\nTransfer-Encoding: chunked",
                    "0\r\n\r\n"),
        with_header("unknown coding", 501, "Transfer-Encoding: gzip"),
        with_header("two codings", 400, "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
        with_header("a coding that only looks known", 400, "Transfer-Encoding: xchunked",
                    "0\r\n\r\n"),
        with_header("a chunk size that is no number", 400, "Transfer-Encoding: chunked",
                    "0x1\r\nx\r\n0\r\n\r\n"),
        with_header("a negative chunk size", 400, "Transfer-Encoding: chunked",
                    "-1\r\nx\r\n0\r\n\r\n"),
        with_header("a bare line feed after a chunk", 400, "Transfer-Encoding: chunked",
                    "1\nx\n0\n\n"),
        {"chunks in HTTP/1.0", 400,
         "POST /in/crm HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
             hidden},
    };
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(framing, gateway_under_test)

BOOST_AUTO_TEST_CASE(a_doubtful_request_is_refused_and_what_follows_it_is_never_read) {
    for (auto const& each : table()) {
        BOOST_TEST_CONTEXT(each.name) {
            auto connection = client();
            try {
                auto const answer = connection.send_raw(each.bytes);
                // An unknown coding may be named by either status.
                bool const is_expected =
                    answer.status == each.status ||
                    (answer.status == 501 && each.status == 400 &&
                     each.bytes.find("Transfer-Encoding") != std::string::npos);
                BOOST_TEST(is_expected, "status " << answer.status << ", not " << each.status);
                BOOST_TEST(connection.is_closed_by_server(), "left open, or answered twice");
            } catch (std::exception const& error) {
                BOOST_TEST(false, "no answer: " << error.what());
            }
        }
    }
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
    BOOST_TEST(destination().count() == 0U);
}

// The whole table of gaps, alone and with a second request hidden behind: the right status, one
// answer, nothing queued of what was refused, and of the others exactly what they are.
BOOST_AUTO_TEST_CASE(every_odd_request_is_one_request_or_none) {
    gateway_settings settings;
    settings.limits = odd_limits;
    gateway_under_test strict(settings);
    std::size_t accepted = 0;
    std::size_t n = 0;
    for (auto const& odd : odd_calls()) {
        BOOST_TEST_CONTEXT(odd.name) {
            auto const port = strict.ports().public_listener;
            auto const alone = statuses_of(everything_back(port, odd.bytes, true));
            auto const followed =
                statuses_of(everything_back(port, odd.bytes + hidden_call(++n), odd.goes_on));
            bool const is_refused = odd.status != 200;
            if (is_refused) BOOST_TEST(alone == std::to_string(odd.status));
            if (!is_refused) BOOST_TEST((alone == "202" || alone == "404"), alone);
            BOOST_TEST(followed == (odd.goes_on ? alone + " 202" : alone));
            accepted += (alone == "202" ? 2U : 0U) + (odd.goes_on ? 1U : 0U);
        }
    }
    BOOST_TEST(strict.metric("sluice_tasks_accepted_total") == static_cast<double>(accepted));
    BOOST_TEST(strict.destination().wait_for(accepted));
    for (auto const& each : strict.destination().deliveries()) {
        bool const is_known =
            each.request.target == "/crm" || each.request.target.starts_with("/crm/hidden-");
        BOOST_TEST(is_known, each.request.target);
    }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
    auto connection = client();
    auto const request = [](std::string const& target) {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    };
    BOOST_TEST(connection.send_raw(request("/nowhere") + request("/in/crm")).status == 404);
    auto const second = connection.request("GET", "/nowhere");
    BOOST_TEST(second.status == 202);
}

BOOST_AUTO_TEST_CASE(an_expected_continue_is_given) {
    auto const answer = client().request("POST", "/in/crm", {{"Expect", "100-continue"}}, "x");
    BOOST_TEST(answer.status == 202);
}

BOOST_AUTO_TEST_CASE(a_header_that_never_ends_is_given_up) {
    gateway_settings settings;
    settings.limits = "header_timeout = \"300ms\"";
    gateway_under_test impatient(settings);
    tcp_connection connection(impatient.ports().public_listener, std::chrono::seconds(10));
    connection.write("POST /in/crm HTTP/1.1\r\nHost: loc");
    http_reader reader(connection);
    auto const rest = reader.read_rest();
    BOOST_TEST((rest.empty() || rest.starts_with("HTTP/1.1 408")), rest);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace framing_test
