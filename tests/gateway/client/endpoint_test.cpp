#include "gateway/client/endpoint.hpp"
#include "gateway/client/error.hpp"
#include "gateway/client/tls_context.hpp"
#include "gateway/config/error.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::client::endpoint_test {
namespace {

boost::system::result<std::shared_ptr<endpoint const>> make(std::string_view url,
                                                            config::upstream const& connection) {
    static tls_contexts tls;
    return make_endpoint({"crm", url, connection, 7}, tls);
}

config::upstream plain() {
    config::upstream connection;
    connection.allow_http = true;
    return connection;
}

BOOST_AUTO_TEST_SUITE(endpoint)

BOOST_AUTO_TEST_CASE(everything_that_never_changes_is_rendered_once) {
    auto connection = plain();
    connection.headers = {{"X-Platform", "sluice"}, {"Accept", "application/json"}};
    connection.response_bytes = 10;
    auto const made = make("http://Crm.Example:9000/in?a=b", connection).value();
    BOOST_TEST(made->head_lines == "Host: crm.example:9000\r\nX-Platform: sluice\r\n"
                                   "Accept: application/json\r\n"
                                   "Accept-Encoding: identity\r\n");
    BOOST_TEST(made->fixes_header("Accept-Encoding")); // Sluice reads the answer, not the caller
    connection.accept_encoding = "gzip";
    BOOST_TEST(make("http://a.example", connection)
                   .value()
                   ->head_lines.ends_with("Accept-Encoding: gzip\r\n"));
    BOOST_TEST(made->agent_line == "User-Agent: Sluice\r\n");
    connection.headers = {{"user-agent", "ours"}};
    BOOST_TEST(make("http://a.example", connection).value()->agent_line.empty());
    BOOST_TEST(made->url.target == "/in?a=b");
    BOOST_TEST(made->max_connections == 7U);
    BOOST_TEST(made->response_limit == 10U);
    BOOST_TEST(!made->tls);
    BOOST_TEST(made->fixes_header("x-platform"));
    BOOST_TEST(!made->fixes_header("x-other"));
}

BOOST_AUTO_TEST_CASE(credentials_become_a_line) {
    auto connection = plain();
    connection.auth = config::basic_credentials{config::secret("Aladdin:open sesame")};
    auto const basic = make("http://a.example", connection).value();
    // RFC 7617 section 2.
    BOOST_TEST(
        basic->head_lines.ends_with("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
    connection.auth = config::bearer_token{config::secret("t0ken")};
    auto const bearer = make("http://a.example", connection).value();
    BOOST_TEST(bearer->head_lines.ends_with("Authorization: Bearer t0ken\r\n"));
    connection.auth = config::header_credential{"X-Key", config::secret("k3y")};
    auto const own = make("http://a.example", connection).value();
    BOOST_TEST(own->head_lines.ends_with("X-Key: k3y\r\n"));
    BOOST_TEST(own->fixes_header("x-key"));
    connection.auth = config::oauth2_client{};
    auto const oauth2 = make("http://a.example", connection).value();
    BOOST_TEST(oauth2->head_lines.find("Authorization") == std::string::npos);
    BOOST_TEST(oauth2->fixes_header("Authorization")); // a caller's is not passed on
    connection.auth = config::bearer_token{config::secret("t0ken")};
    connection.headers = {{"authorization", "twice"}};
    BOOST_TEST((make("http://a.example", connection).error() == errc::header));
}

BOOST_AUTO_TEST_CASE(headers_that_could_break_the_request_are_refused) {
    config::header_list const lists{{"Host", "other.example"},
                                    {"Content-Length", "5"},
                                    {"Connection", "close"},
                                    {"Transfer-Encoding", "chunked"},
                                    {"Expect", "100-continue"},
                                    {"X", "a\r\nY: b"},
                                    {"X Y", "a"},
                                    {"", "a"}};
    for (auto const& header : lists) {
        auto connection = plain();
        connection.headers = {header};
        BOOST_TEST((make("http://a.example", connection).error() == errc::header), header.first);
    }
}

BOOST_AUTO_TEST_CASE(plain_http_must_be_allowed) {
    BOOST_TEST((make("http://a.example", {}).error() == config::error::url_plain_http));
    BOOST_TEST(make("https://a.example", {}).has_value());
}

BOOST_AUTO_TEST_CASE(addresses_are_recognised_in_every_notation) {
    for (std::string_view const host :
         {"127.0.0.1", "0x7f.1", "017700000001", "2130706433", "0x7f000001", "127.1", "127.0.1",
          "0177.0.0.0x1", "[::1]", "[::ffff:127.0.0.1]"}) {
        auto const made = make("http://" + std::string(host) + "/", plain());
        BOOST_TEST_REQUIRE(made.has_value(), host);
        BOOST_TEST_REQUIRE((*made)->url.literal.has_value(), host);
        BOOST_TEST((*made)->url.literal->is_loopback(), host);
    }
}

BOOST_AUTO_TEST_CASE(a_proxy_gets_the_absolute_form_of_plain_requests_only) {
    auto connection = plain();
    connection.proxy = "http://proxy.example:3128";
    auto const http = make("http://a.example:81/x", connection).value();
    BOOST_TEST(http->target_prefix == "http://a.example:81");
    BOOST_TEST(http->proxy->port == 3128);
    auto const https = make("https://a.example/x", connection).value();
    BOOST_TEST(https->target_prefix.empty());
    connection.proxy = "https://proxy.example";
    BOOST_TEST((make("http://a.example", connection).error() == config::error::url_scheme));
}

BOOST_AUTO_TEST_CASE(tls_files_that_cannot_be_read_are_told_apart) {
    config::upstream connection;
    connection.ca = "/nonexistent/ca.pem";
    BOOST_TEST((make("https://a.example", connection).error() == errc::tls_trust_store));
    connection.ca.reset();
    connection.client_cert = "/nonexistent/cert.pem";
    BOOST_TEST((make("https://a.example", connection).error() == errc::tls_certificate));
}

BOOST_AUTO_TEST_CASE(equal_tls_settings_are_loaded_once) {
    auto const first = make("https://a.example", {}).value();
    auto const second = make("https://b.example", {}).value();
    BOOST_TEST(first->tls == second->tls);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::endpoint_test
