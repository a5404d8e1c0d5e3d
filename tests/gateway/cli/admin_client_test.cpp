#include "gateway/cli/admin_client.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace admin_client_test {

using namespace sluice::gateway;
using namespace sluice::gateway::cli;

namespace {

struct failure {
    int code = 0;
    std::string text;
};

failure failure_of(std::function<void()> const& call) {
    try {
        call();
    } catch (command_error const& e) {
        return {e.code(), e.what()};
    }
    return {};
}

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(admin_client_)

BOOST_AUTO_TEST_CASE(an_url_has_a_host_and_perhaps_a_path) {
    for (auto const* url :
         {"http://h:8081", "http://h", "http://[::1]:8081/", "http://h/base", "http://h/a/b/"})
        BOOST_TEST(failure_of([url] { admin_client({url, ""}); }).text == "", url);
    for (auto const* url : {"https://h", "ftp://h", "h:8081", "", "http://h/?x=1",
                            "http://h/base#x", "http://user:sesame@h/"}) {
        auto const wrong = failure_of([url] { admin_client({url, ""}); });
        BOOST_TEST(wrong.code == exit_usage, url);
        BOOST_TEST(has(wrong.text, "--admin must be http://HOST:PORT"), wrong.text);
        BOOST_TEST(!has(wrong.text, "sesame"), wrong.text);
    }
}

// SLUICE_ADMIN is one variable for who serves and for who asks.
BOOST_AUTO_TEST_CASE(the_address_of_a_listener_is_an_url_too) {
    for (auto const& [given, url] :
         {std::pair{"127.0.0.1:8081", "http://127.0.0.1:8081"},
          std::pair{"localhost:9", "http://127.0.0.1:9"}, std::pair{"[::1]:9", "http://[::1]:9"},
          std::pair{"0.0.0.0:9", "http://127.0.0.1:9"}, std::pair{"[::]:9", "http://[::1]:9"},
          std::pair{"http://h:9/base", "http://h:9/base"}, std::pair{"h:9", "h:9"}}) {
        admin_flags flags;
        flags.url = given;
        BOOST_TEST(resolve_admin(flags).url == url);
    }
}

BOOST_AUTO_TEST_CASE(who_takes_a_connection_and_says_nothing_is_not_waited_for) {
    // It listens and never accepts: the system alone takes the connection.
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
    auto const url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port());
    admin_client const to({url, ""});
    auto const waited =
        failure_of([&to] { to.call("GET", "/v1/tasks", {}, std::chrono::milliseconds(20)); });
    BOOST_TEST(waited.code == exit_cannot_reach);
    BOOST_TEST(waited.text == "cannot reach " + url + ": no answer within 20ms");
    // What was asked for may happen all the same.
    auto const changed =
        failure_of([&to] { to.call("POST", "/v1/x", {}, std::chrono::milliseconds(20)); });
    BOOST_TEST(changed.text ==
               "cannot reach " + url + ": no answer within 20ms; it may have been done");
    silent.close();
    BOOST_TEST(failure_of([&to] { to.look("/readyz", "text/plain"); }).code == exit_cannot_reach);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace admin_client_test
