#include "gateway/config/error.hpp"
#include "gateway/config/url.hpp"
#include "gateway/config/url_host.hpp"

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
        {"http:/h/", error::url_syntax},
        {"http:h", error::url_syntax},
        {"http://h:port/", error::url_port},
        {"ftp://h/", error::url_scheme},
        {"ws://h/", error::url_scheme},
        {"file:///etc/passwd", error::url_scheme},
        {"https://user@h/", error::url_user_info},
        {"https://@h/", error::url_user_info},
        {"https://example.com:80@10.0.0.1/", error::url_user_info},
        {"https:///x", error::url_host},
        {"https://1.2.3.4.5/", error::url_host},
        {"https://256.256.256.256/", error::url_host},
        {"https://[v1.fe80]/", error::url_host},
        {"https://[::1]x/", error::url_port},
        {"https://[1.2.3.4]/", error::url_host},
        {"https://%3127.0.0.0x100/", error::url_host},
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
            BOOST_TEST((url.error().code == row.reason));
        }
    }
    BOOST_TEST((parse_url("http://h/", plain_http::refused).error().code == error::url_plain_http));
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
        {".", "name"},
        {"a..b", "name"},
        {"a.0xffffffffffffffffffff", "refused"},
        {"a b", "refused"},
        {"a%2eb", "refused"},
        {"a0x.b", "name"},
        {"localhost", "name"},
    };
    for (auto const& row : table)
        BOOST_TEST(literal_of(row.host) == row.expected,
                   row.host << " is " << literal_of(row.host));
}

BOOST_AUTO_TEST_CASE(what_browsers_take_is_kept_as_rfc_3986) {
    struct {
        std::string_view given, kept, host, target;
    } const table[] = {
        {"https://h/a|b{c}d^e[f]?g|{h}^[i]",
         "https://h/a%7Cb%7Bc%7Dd%5Ee%5Bf%5D?g%7C%7Bh%7D%5E%5Bi%5D", "h",
         "/a%7Cb%7Bc%7Dd%5Ee%5Bf%5D?g%7C%7Bh%7D%5E%5Bi%5D"},
        {"  https://h/a b\"<>`  ", "https://h/a%20b%22%3C%3E%60", "h", "/a%20b%22%3C%3E%60"},
        {"https://h/\xc3\xa4?\xc3\xb6#\xc3\xbc", "https://h/%C3%A4?%C3%B6#%C3%BC", "h",
         "/%C3%A4?%C3%B6"},
        {"https://B\xc3\xbc"
         "cher.example/",
         "https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"},
        {"https://fa\xc3\x9f.de", "https://xn--fa-hia.de", "xn--fa-hia.de",
         "/"}, // non-transitional
        {"https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/",
         "xn--bcher-kva.example", "/"},
        {"https://b%C3%BCcher.example:8443/x", "https://xn--bcher-kva.example:8443/x",
         "xn--bcher-kva.example", "/x"},
        {"https://\xe6\x97\xa5\xe6\x9c\xac\xe3\x80\x82jp/", "https://xn--wgv71a.jp/",
         "xn--wgv71a.jp", "/"}, // an ideographic full stop
        {"HTTPS://API.Example.com/X", "HTTPS://API.Example.com/X", "api.example.com", "/X"},
        {"https://h\\a\\b?c\\d", "https://h/a/b?c%5Cd", "h", "/a/b?c%5Cd"},
        {"https://good.example\\@evil.example/", "https://good.example/@evil.example/",
         "good.example", "/@evil.example/"},
        {"https://h/%zz%4", "https://h/%25zz%254", "h", "/%25zz%254"},
        {"https://h/a%2fb", "https://h/a%2fb", "h", "/a%2fb"},
        {"https://h/?a[]=1#b#c", "https://h/?a%5B%5D=1#b%23c", "h", "/?a%5B%5D=1"},
        {"https://h/#f", "https://h/#f", "h", "/"},
        {"https://h#f", "https://h#f", "h", "/"},
        {"https://h,i/", "https://h,i/", "h,i", "/"},
        {"https://a..b/", "https://a..b/", "a..b", "/"},
    };
    for (auto const& row : table) {
        auto const url = parse_url(row.given, plain_http::refused);
        BOOST_TEST_CONTEXT(row.given) {
            BOOST_REQUIRE_MESSAGE(url.has_value(), url.error().message());
            BOOST_TEST(url->text == row.kept);
            BOOST_TEST(url->host == row.host);
            BOOST_TEST(url->target == row.target);
            // What is kept is read the same way again.
            auto const again = parse_url(url->text, plain_http::refused);
            BOOST_REQUIRE(again.has_value());
            BOOST_TEST(again->text == url->text);
            BOOST_TEST(again->target == url->target);
        }
    }
}

BOOST_AUTO_TEST_CASE(no_spelling_hides_an_address) {
    for (std::string_view const text :
         {"https://%31%32%37.0.0.1/", "https://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/",
          "https://127\xe3\x80\x82"
          "0.0.1/",
          "https://0x7f%2e1/", "https://127.0.0.1.\\x"}) {
        auto const url = parse_url(text, plain_http::refused);
        BOOST_TEST_CONTEXT(text) {
            BOOST_REQUIRE_MESSAGE(url.has_value(), url.error().message());
            BOOST_REQUIRE(!!url->literal);
            BOOST_TEST(url->literal->to_string() == "127.0.0.1");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_character_and_its_place) {
    struct {
        std::string_view text, message;
    } const table[] = {
        {"https://h/\r\nX: y", "has the character U+000D at position 11, and control characters, "
                               "tabs and line ends cannot stand in a URL"},
        {"\xc3\xa4\thttps://h/", "has the character U+0009 at position 2, and control characters, "
                                 "tabs and line ends cannot stand in a URL"},
        {"https://h/\xc2\x85", "has the character U+0085 at position 11, and control characters, "
                               "tabs and line ends cannot stand in a URL"},
        {"https://h/\xff", "has a byte that is not UTF-8 at position 11, and a URL is UTF-8"},
        {"https:\\\\h/", "has the character \\ (U+005C) at position 7, which counts as / behind "
                         "the host only"},
        {"https://a|b/",
         "has the character | (U+007C) at position 10, which cannot stand in a host "
         "name"},
        {"https://a b/", "has the character U+0020 at position 10, which cannot stand in a host "
                         "name"},
        {"https://\xc3\xa4\xcd\xb8.de/", "has the character U+0378 at position 10, which cannot "
                                         "stand in a host name"},
        {"https://a\xef\xbc\x8f.de/", "has a host name in which a character stands for /, which "
                                      "cannot stand in one"},
    };
    for (auto const& row : table) {
        auto const url = parse_url(row.text, plain_http::allowed);
        BOOST_REQUIRE(url.has_error());
        BOOST_TEST(url.error().message() == row.message);
    }
}

BOOST_AUTO_TEST_CASE(web_ports_are_open_and_others_by_the_operators_word) {
    for (std::uint16_t const port : {80, 443, 1024, 8080, 65'535})
        BOOST_TEST(is_open_port(port, {}), port);
    for (std::uint16_t const port : {0, 1, 22, 25, 81, 445, 1023})
        BOOST_TEST(!is_open_port(port, {}), port);
    std::uint16_t const allowed[] = {25, 110};
    BOOST_TEST(is_open_port(25, allowed));
    BOOST_TEST(!is_open_port(22, allowed));
    BOOST_TEST(closed_port_text(25).starts_with("port 25 is called only where allow_ports = [25]"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::url_test
