#include "gateway/webhooks/short_url.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace sluice::gateway::webhooks::short_url_test {

namespace {

codecs::variables call_of(std::string const& token, std::string const& url) {
    codecs::variables call;
    call.add({"$flow.key.custToken", {token}, false, "/custToken"});
    call.add({"$flow.key.longUrl", {url}, false, "/longUrl"});
    return call;
}

constexpr std::array<std::string_view, 3> origins{"https://s.example.com", "http://127.0.0.1:8080",
                                                  "https://go.example.org:8443"};

// The problem with a long URL; empty where there is none.
std::string problem_of(std::string const& url) {
    short_url_rules rules;
    rules.max_url_bytes = 100;
    rules.own_origins = origins;
    auto const checked = check_short_url(call_of("t", url), rules);
    if (checked) return {};
    BOOST_TEST(checked.error().status == 422);
    BOOST_REQUIRE(checked.error().errors.size() == 1U);
    BOOST_TEST(checked.error().errors[0].pointer == "/longUrl");
    return checked.error().errors[0].detail;
}

tables::link some_link() {
    tables::link link;
    link.code = tables::link_code::parse("BEK4YYnx").value();
    link.long_url = "https://example.com/?a=1&b=2";
    link.created = queue::wall_time(std::chrono::milliseconds(1'764'000'000'000));
    return link;
}

} // namespace

BOOST_AUTO_TEST_SUITE(short_url)

BOOST_AUTO_TEST_CASE(urls_that_can_be_redirected_to_are_taken) {
    for (std::string const url :
         {"https://example.com", "http://example.com/", "https://example.com/a?b=c&d=%20#e/f?g",
          "HTTPS://EXAMPLE.com/x", "https://[2001:db8::1]:8443/", "http://192.0.2.1:9000/",
          "https://example.com/a|b{c}?d[]=^e f", "https://example.com/\xc3\xa9",
          " https://b\xc3\xbc"
          "cher.example/ ",
          "https://example.com/#a#b", "https://example.com:25/", "http://s.example.com:8080/",
          "https://s.example.com.evil.example/", "https://example.com/https://s.example.com/",
          "https://example.com/#"}) {
        BOOST_TEST(problem_of(url) == "", url);
    }
}

BOOST_AUTO_TEST_CASE(a_url_is_kept_percent_encoded) {
    short_url_rules rules;
    auto const kept = [&rules](std::string const& url) {
        return check_short_url(call_of("t", url), rules).value().long_url;
    };
    BOOST_TEST(kept("https://B\xc3\xbc"
                    "cher.example/a|b#\xc3\xa4") == "https://xn--bcher-kva.example/a%7Cb#%C3%A4");
    BOOST_TEST(kept("https://Example.com?a=%20") == "https://Example.com?a=%20");
}

BOOST_AUTO_TEST_CASE(urls_that_cannot_be_trusted_are_refused) {
    struct row {
        std::string url, part;
    };
    row const table[] = {
        {"", "must not be empty"},
        {"example.com", "absolute URL"},
        {"/path", "absolute URL"},
        {"//example.com/", "absolute URL"},
        {"ftp://example.com/", "http or https"},
        {"javascript:alert(1)", "URL"},
        {"data:text/html,x", "URL"},
        {"https://user:secret@example.com/", "user name or password"},
        {"https://user@example.com/", "user name or password"},
        {"https://example.com/\r\nSet-Cookie: a=b", "control characters"},
        {std::string("https://example.com/\0", 21), "control characters"},
        {"https://example.com/a\tb", "U+0009 at position 22"},
        {"https://exa mple.com/", "U+0020 at position 12"},
        {"http://127.0.0.1:9000/", "loopback"},
        {"http://0177.1/", "as 127.0.0.1 is"},
        {"http://LOCALHOST/", "as localhost is"},
        {"http://a.localhost./", "loopback"},
        {"http://[::1]/", "loopback"},
        {"http://[::ffff:10.0.0.1]/", "private"},
        {"https://192.168.1.1/", "private"},
        {"https://169.254.169.254/latest", "link-local"},
        {"https://[fe80::1]/", "link-local"},
        {"https://[fd00::1]/", "private"},
        {"https://example.com/" + std::string(30, '|'), "at most 100 bytes with its characters "
                                                        "percent-encoded; it has 110"},
        {"https:///path", "host"},
        {"https://example.com:0/", "port"},
        {"https://example.com/" + std::string(81, 'a'), "at most 100 bytes; it has 101"},
        {"https://s.example.com/BEK4YYnx", "lead back"},
        {"http://S.Example.Com./BEK4YYnx", "lead back"},
        {"http://s.example.com:443/#x", "lead back"},
        {"http://127.1:8080/", "lead back"},
        {"http://0x7f000001:8080/", "lead back"},
        {"https://go.example.org:8443/x", "lead back"},
    };
    for (auto const& each : table) {
        auto const problem = problem_of(each.url);
        BOOST_TEST(problem.find(each.part) != problem.npos, each.url << ": " << problem);
    }
}

BOOST_AUTO_TEST_CASE(every_problem_is_named) {
    codecs::variables call;
    call.add({"$flow.key.longUrl", {"a", "b"}, true, "/longUrl"});
    auto const checked = check_short_url(call, {});
    BOOST_REQUIRE(checked.has_error());
    BOOST_REQUIRE(checked.error().errors.size() == 2U);
    BOOST_TEST(checked.error().errors[0].pointer == "/custToken");
    BOOST_TEST(checked.error().errors[0].detail == "custToken is missing.");
    BOOST_TEST(checked.error().errors[1].detail == "longUrl must be one value, not a list.");
}

BOOST_AUTO_TEST_CASE(a_token_is_not_needed_where_a_bearer_speaks_for_the_call) {
    codecs::variables call;
    call.add({"$flow.key.longUrl", {"https://example.com/"}, false, "/longUrl"});
    short_url_rules rules;
    rules.needs_token = false;
    BOOST_TEST(check_short_url(call, rules)->cust_token.empty());
}

BOOST_AUTO_TEST_CASE(links_begin_at_the_accounts_own_domain_first) {
    config::account account;
    config::webhooks settings;
    BOOST_TEST(link_base(account, settings, "http://host:1") == "http://host:1");
    settings.short_url_base = "https://s.example.com";
    BOOST_TEST(link_base(account, settings, "http://host:1") == "https://s.example.com");
    account.link_domain = "https://go.example.com";
    BOOST_TEST(link_base(account, settings, "http://host:1") == "https://go.example.com");
}

BOOST_AUTO_TEST_CASE(the_answer_is_exactly_the_documented_one) {
    auto const code = tables::link_code::parse("BEK4YYnx").value();
    std::string out;
    append_short_url(out, codecs::media_kind::json, "https://host", code);
    BOOST_TEST(out == R"({"shortUrl":"https://host/BEK4YYnx"})");
    out.clear();
    append_short_url(out, codecs::media_kind::xml, "https://host", code);
    BOOST_TEST(out == "<response><shortUrl>https://host/BEK4YYnx</shortUrl></response>");
}

BOOST_AUTO_TEST_CASE(a_link_is_shown_with_its_clicks_by_day) {
    auto link = some_link();
    std::string out;
    append_link(out, codecs::media_kind::json, link, {}, "https://host");
    BOOST_TEST(out ==
               R"({"code":"BEK4YYnx","shortUrl":"https://host/BEK4YYnx",)"
               R"("longUrl":"https://example.com/?a=1&b=2",)"
               R"("created":"2025-11-24T16:00:00.000Z","expires":null,"clicks":0,"days":[]})");
    link.expires = link.created + std::chrono::hours(24);
    tables::link_clicks const clicks{3, {{20'416, 1}, {20'417, 2}}};
    out.clear();
    append_link(out, codecs::media_kind::json, link, clicks, "https://host");
    BOOST_TEST(out.ends_with(
        R"("expires":"2025-11-25T16:00:00.000Z","clicks":3,)"
        R"("days":[{"date":"2025-11-24","clicks":1},{"date":"2025-11-25","clicks":2}]})"));
    out.clear();
    append_link(out, codecs::media_kind::xml, link, clicks, "https://host");
    BOOST_TEST(out.find("<longUrl>https://example.com/?a=1&amp;b=2</longUrl>") != out.npos);
    BOOST_TEST(out.ends_with("<clicks>3</clicks><days><date>2025-11-24</date><clicks>1</clicks>"
                             "</days><days><date>2025-11-25</date><clicks>2</clicks></days>"
                             "</response>"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::webhooks::short_url_test
