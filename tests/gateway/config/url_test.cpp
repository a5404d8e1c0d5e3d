#include "gateway/config/error.hpp"
#include "gateway/config/url.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::url_test {
namespace {

http_url parse(std::string_view text) {
    return parse_url(text, plain_http::allowed).value();
}

std::string literal_of(std::string_view host) {
    auto const found = parse_host(host);
    if (!found) return "refused";
    return *found ? (*found)->to_string() : "name";
}

} // namespace

BOOST_AUTO_TEST_SUITE(url)

BOOST_AUTO_TEST_CASE(the_parts_of_a_url_are_found) {
    auto const url = parse("https://API.Example.com:8443/a/b%20c?x=1&y=");
    BOOST_TEST(url.is_https);
    BOOST_TEST(url.host == "api.example.com");
    BOOST_TEST(url.port == 8443);
    BOOST_TEST(url.target == "/a/b%20c?x=1&y=");
    BOOST_TEST(!url.literal);
    BOOST_TEST(url.authority() == "api.example.com:8443");
}

BOOST_AUTO_TEST_CASE(what_a_url_leaves_out_has_defaults) {
    BOOST_TEST(parse("http://h").port == 80);
    BOOST_TEST(parse("https://h").port == 443);
    BOOST_TEST(parse("https://h:/").port == 443);
    BOOST_TEST(parse("http://h").target == "/");
    BOOST_TEST(parse("http://h?q").target == "/?q");
    BOOST_TEST(parse("HTTP://h:80/").authority() == "h");
    BOOST_TEST(parse("https://h:80/").authority() == "h:80");
}

BOOST_AUTO_TEST_CASE(a_name_that_begins_like_an_address_is_a_name) {
    auto const url = parse("https://1.2.3.4.example.com:81/p?q");
    BOOST_TEST(url.host == "1.2.3.4.example.com");
    BOOST_TEST(!url.literal);
    BOOST_TEST(url.port == 81);
    BOOST_TEST(url.target == "/p?q");
}

BOOST_AUTO_TEST_CASE(an_ipv6_host_loses_and_regains_its_brackets) {
    auto const url = parse("https://[2001:DB8::1]:444/");
    BOOST_TEST(url.host == "2001:db8::1");
    BOOST_TEST(url.literal.value().to_string() == "2001:db8::1");
    BOOST_TEST(url.authority() == "[2001:db8::1]:444");
}

BOOST_AUTO_TEST_CASE(what_is_refused_says_why) {
    struct {
        std::string_view text;
        error reason;
    } const table[] = {
        {"", error::url_syntax},
        {"example.com/x", error::url_syntax},
        {"/x", error::url_syntax},
        {"http:x", error::url_syntax},
        {"http://h/a b", error::url_syntax},
        {"http://h/\r\nX: y", error::url_syntax},
        {"http://h/%zz", error::url_syntax},
        {"http://h:port/", error::url_port},
        {"ftp://h/", error::url_scheme},
        {"ws://h/", error::url_scheme},
        {"file:///etc/passwd", error::url_scheme},
        {"https://user@h/", error::url_user_info},
        {"https://@h/", error::url_user_info},
        {"https://example.com:80@10.0.0.1/", error::url_user_info},
        {"https://h/#f", error::url_fragment},
        {"https:///x", error::url_host},
        {"https://%31%32%37.0.0.1/", error::url_host},
        {"https://a..b/", error::url_host},
        {"https://h,i/", error::url_host},
        {"https://1.2.3.4.5/", error::url_host},
        {"https://256.256.256.256/", error::url_host},
        {"https://[v1.fe80]/", error::url_host},
        {"https://[::1]x/", error::url_port},
        {"https://[1.2.3.4]/", error::url_syntax},
        {"https://a:1:2/", error::url_port},
        {"https://h:0/", error::url_port},
        {"https://h:65536/", error::url_port},
        {"https://h:99999999999999999999/", error::url_port},
    };
    for (auto const& row : table) {
        auto const url = parse_url(row.text, plain_http::allowed);
        BOOST_TEST_CONTEXT(row.text) {
            BOOST_REQUIRE(url.has_error());
            BOOST_TEST(url.error().message() == make_error_code(row.reason).message());
        }
    }
    BOOST_TEST((parse_url("http://h/", plain_http::refused).error() == error::url_plain_http));
    BOOST_TEST(parse_url("https://h/", plain_http::refused).has_value());
}

BOOST_AUTO_TEST_CASE(hosts_are_read_as_browsers_do) {
    struct {
        std::string_view host, expected;
    } const table[] = {
        {"example.com", "name"},
        {"example.com.", "name"},
        {"1.example", "name"},
        {"127.0.0.1", "127.0.0.1"},
        {"127.0.0.1.", "127.0.0.1"},
        {"127.1", "127.0.0.1"},
        {"127.0.1", "127.0.0.1"},
        {"2130706433", "127.0.0.1"},
        {"0x7f000001", "127.0.0.1"},
        {"0X7F.1", "127.0.0.1"},
        {"0177.0.0.1", "127.0.0.1"},
        {"10.0x10", "10.0.0.16"},
        {"0", "0.0.0.0"},
        {"0x", "0.0.0.0"},
        {"1.2.3.256", "refused"},
        {"256.1", "refused"},
        {"1.2.3.4.5", "refused"},
        {"foo.1", "refused"},
        {"foo.0x1", "refused"},
        {"4294967296", "refused"},
        {"08.1", "refused"},
        {"a_b.example", "name"},
        {"", "refused"},
        {".", "refused"},
        {"a..b", "refused"},
        {"a b", "refused"},
        {"a%2eb", "refused"},
        {"a0x.b", "name"},
        {"localhost", "name"},
    };
    for (auto const& row : table)
        BOOST_TEST(literal_of(row.host) == row.expected,
                   row.host << " is " << literal_of(row.host));
    BOOST_TEST(literal_of(std::string(254, 'a')) == "refused");
    BOOST_TEST(literal_of(std::string(64, 'a') + ".com") == "refused");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::url_test
