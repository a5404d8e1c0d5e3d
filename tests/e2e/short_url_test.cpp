// shortURL, its redirects and what an account sees of its links, through the real program.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace short_url_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char path[] = "/v1/webhooks/shortURL";
constexpr char documented_path[] = "/UrlShortner/phonon/shortUrl";
constexpr char base[] = "https://s.example.com/";

http_headers of_type(std::string const& type) {
    return {{"Content-Type", type}};
}

std::string call_for(std::string const& url) {
    return R"({"custToken":"abcd1234","longUrl":")" + url + "\"}";
}

http_response shorten(gateway_under_test& gateway, std::string const& url) {
    return gateway.client().post(path, of_type("application/json"), call_for(url));
}

// The code behind the base of a short URL; fails the test where it is none.
std::string code_in(std::string const& short_url, std::string const& before = base) {
    BOOST_REQUIRE_MESSAGE(short_url.starts_with(before), short_url);
    auto const code = short_url.substr(before.size());
    BOOST_TEST(code.size() == 8U);
    BOOST_TEST(code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "abcdefghijklmnopqrstuvwxyz") == code.npos);
    return code;
}

std::string code_of(http_response const& answer) {
    BOOST_REQUIRE_MESSAGE(answer.status == 200, answer.status << ": " << answer.body);
    return code_in(json_at(answer.body, "/shortUrl"));
}

struct call_form {
    std::string path, type, accept, body;
};

constexpr char target[] = "https://example.com/a?b=c&d=e%20f#g";
std::string const json_form = call_for(target);
std::string const xml_form = "<request><custToken>abcd1234</custToken>"
                             "<longUrl>https://example.com/a?b=c&amp;d=e%20f#g</longUrl></request>";
std::string const form_form = "custToken=abcd1234&longUrl="
                              "https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc%26d%3De%2520f%23g";

} // namespace

BOOST_FIXTURE_TEST_SUITE(short_url, gateway_under_test)

BOOST_AUTO_TEST_CASE(every_form_of_a_call_comes_to_the_same_link) {
    call_form const forms[] = {
        {path, "application/json", "", json_form},
        {documented_path, "application/json", "", json_form},
        {documented_path, "application/xml", "application/json", xml_form},
        {path, "text/xml; charset=utf-8", "application/json", xml_form},
        {documented_path, "application/x-www-form-urlencoded", "", form_form},
        {"/centraloutboundwebhook-v1/prod/", "application/json", "",
         R"({"method":"shortURL",)" + json_form.substr(1)},
    };
    std::set<std::string> codes;
    for (auto const& form : forms) {
        auto headers = of_type(form.type);
        if (!form.accept.empty()) headers.emplace_back("Accept", form.accept);
        auto const answer = client().post(form.path, headers, form.body);
        BOOST_TEST_CONTEXT(form.path << ' ' << form.type) {
            codes.insert(code_of(answer));
            BOOST_TEST(answer.header("Content-Type") == "application/json");
            BOOST_TEST(answer.body ==
                       R"({"shortUrl":")" + std::string(base) + *codes.begin() + "\"}");
        }
    }
    BOOST_TEST(codes.size() == 1U);
    auto const followed = client().get("/" + *codes.begin());
    BOOST_TEST(followed.header("Location") == target);
}

BOOST_AUTO_TEST_CASE(answers_are_xml_when_asked_or_when_the_call_was) {
    auto const code = code_of(client().post(path, of_type("application/json"), json_form));
    auto const expected =
        "<response><shortUrl>" + std::string(base) + code + "</shortUrl></response>";
    auto const like_the_call = client().post(documented_path, of_type("application/xml"), xml_form);
    BOOST_TEST(like_the_call.body == expected);
    BOOST_TEST(like_the_call.header("Content-Type").starts_with("application/xml"));
    auto const asked = client().post(
        path, {{"Content-Type", "application/json"}, {"Accept", "application/xml"}}, json_form);
    BOOST_TEST(asked.body == expected);
    BOOST_TEST(
        client()
            .post(path, {{"Content-Type", "application/json"}, {"Accept", "image/png"}}, json_form)
            .status == 406);
}

BOOST_AUTO_TEST_CASE(bad_calls_are_refused_with_their_reason) {
    struct row {
        std::string type, body;
        int status;
        std::string pointer;
    };
    std::string const json = "application/json";
    row const table[] = {
        {json, "{", 400, ""},
        {json, R"({"custToken":"abcd1234","longUrl":"https://a.example","longUrl":"x"})", 400, ""},
        {"application/xml", "<a><longUrl>", 400, ""},
        {"application/xml", "<!DOCTYPE a><a/>", 400, ""},
        {"text/plain", "x", 415, ""},
        {json, R"({"custToken":"wrong","longUrl":"https://a.example"})", 401, ""},
        {json, R"({"custToken":"abcd1234 ","longUrl":"https://a.example"})", 401, ""},
        {json, R"({"custToken":"abcd1234","longUrl":"https://a.example","accountID":"164"})", 403,
         ""},
        {json, R"({"longUrl":"https://a.example"})", 422, "/custToken"},
        {json, R"({"custToken":"abcd1234"})", 422, "/longUrl"},
        {json, R"({"custToken":"abcd1234","longUrl":""})", 422, "/longUrl"},
        {json, R"({"custToken":"abcd1234","longUrl":["https://a.example","b"]})", 422, "/longUrl"},
        {json, call_for("ftp://a.example/"), 422, "/longUrl"},
        {json, call_for("https://u:p@a.example/"), 422, "/longUrl"},
        {json, call_for(R"(https://a.example/\r\nX: y)"), 422, "/longUrl"},
        {json, call_for("https://a.example/" + std::string(2048, 'a')), 422, "/longUrl"},
        {json, call_for("http://S.example.com/BEK4YYnx"), 422, "/longUrl"},
        {json, call_for("http://127.1:" + std::to_string(ports().public_listener) + "/x"), 422,
         "/longUrl"},
        {"application/xml", "<r><custToken>abcd1234</custToken></r>", 422, "/r/longUrl"},
        {"application/x-www-form-urlencoded", "custToken=abcd1234", 422, "longUrl"},
    };
    for (auto const& each : table) {
        auto headers = of_type(each.type);
        headers.emplace_back("Accept", "application/json");
        auto const answer = client().post(path, headers, each.body);
        BOOST_TEST_CONTEXT(each.body) {
            BOOST_TEST(answer.status == each.status);
            BOOST_TEST(answer.header("Content-Type").starts_with("application/problem+json"));
            BOOST_TEST(json_at(answer.body, "/errors/0/pointer") == each.pointer);
        }
    }
    BOOST_TEST(metric("sluice_table_rows", "links") == 0);
    for (auto const* const where : {path, documented_path}) {
        auto const answer = client().get(where);
        BOOST_TEST(answer.status == 405);
        BOOST_TEST(answer.header("Allow") == "POST");
    }
}

BOOST_AUTO_TEST_CASE(a_redirect_keeps_clicks_countable_and_private) {
    auto const code = code_of(shorten(*this, "https://example.com/x"));
    auto const answer = client().get("/" + code);
    BOOST_TEST(answer.status == 302);
    BOOST_TEST(answer.header("Location") == "https://example.com/x");
    BOOST_TEST(answer.header("Cache-Control").find("no-store") != std::string::npos);
    BOOST_TEST(answer.header("X-Robots-Tag").find("noindex") != std::string::npos);
    BOOST_TEST(answer.header("Referrer-Policy") == "no-referrer");
    BOOST_TEST(answer.body.empty());
    auto const head = client().request("HEAD", "/" + code);
    BOOST_TEST(head.status == 302);
    BOOST_TEST(head.header("Location") == "https://example.com/x");
    auto const posted = client().post("/" + code, {}, "");
    BOOST_TEST(posted.status == 405);
    BOOST_TEST(posted.header("Allow") == "GET, HEAD");
}

BOOST_AUTO_TEST_CASE(unknown_codes_are_answered_all_alike) {
    auto const code = code_of(shorten(*this, "https://example.com/x"));
    auto other = code;
    other.back() = other.back() == 'a' ? 'b' : 'a';
    auto const answer = client().get("/" + other);
    BOOST_TEST(answer.status == 404);
    for (auto const* const unknown : {"/00000000", "/ABCDEFGH", "/no/such/path", "/short"}) {
        auto const again = client().get(unknown);
        BOOST_TEST(again.status == 404);
        BOOST_TEST(again.body == answer.body);
    }
}

BOOST_AUTO_TEST_CASE(an_account_sees_its_links_and_their_clicks) {
    gateway_settings two_accounts;
    two_accounts.more = "[[account]]\nid = \"164\"\nsecrets = [\"" + std::string(64, 'b') +
                        "\"]\nallow_http = true\n";
    configure(two_accounts);
    stop();
    start();
    auto const code = code_of(shorten(*this, "https://example.com/x"));
    for (int i = 0; i < 3; ++i)
        client().get("/" + code);
    client().request("HEAD", "/" + code); // is no click
    auto const shown = client().get("/v1/links/" + code, bearer());
    BOOST_TEST(shown.status == 200);
    BOOST_TEST(json_at(shown.body, "/code") == code);
    BOOST_TEST(json_at(shown.body, "/shortUrl") == base + code);
    BOOST_TEST(json_at(shown.body, "/longUrl") == "https://example.com/x");
    BOOST_TEST(json_at(shown.body, "/created").starts_with("20"));
    BOOST_TEST(json_at(shown.body, "/expires") == "null");
    BOOST_TEST(json_at(shown.body, "/clicks") == "3");
    BOOST_TEST(json_at(shown.body, "/days/0/clicks") == "3");
    BOOST_TEST(json_at(shown.body, "/days/0/date").size() == 10U);
    auto as_xml = bearer();
    as_xml.emplace_back("Accept", "text/xml");
    BOOST_TEST(client().get("/v1/links/" + code, as_xml).body.find("<clicks>3</clicks>") !=
               std::string::npos);
    http_headers const other{{"Authorization", "Bearer " + std::string(64, 'b')}};
    BOOST_TEST(client().get("/v1/links/" + code, other).status == 404);
    BOOST_TEST(client().get("/v1/links/" + code).status == 401);
    BOOST_TEST(client().get("/v1/links/00000000", bearer()).status == 404);
    BOOST_TEST(client().get("/v1/links/x", bearer()).status == 404);
    BOOST_TEST(client().request("DELETE", "/v1/links/" + code, bearer()).status == 405);
}

BOOST_AUTO_TEST_CASE(links_and_clicks_survive_a_clean_stop) {
    auto const code = code_of(shorten(*this, "https://example.com/x"));
    for (int i = 0; i < 5; ++i)
        client().get("/" + code);
    BOOST_TEST(stop() == 0);
    start();
    BOOST_TEST(client().get("/" + code).header("Location") == "https://example.com/x");
    auto const shown = client().get("/v1/links/" + code, bearer());
    BOOST_TEST(json_at(shown.body, "/clicks") == "6");
    BOOST_TEST(code_of(shorten(*this, "https://example.com/x")) == code);
}

BOOST_AUTO_TEST_CASE(every_link_that_was_answered_survives_a_kill) {
    std::mutex mutex;
    std::map<std::string, std::string> answered; // code and target
    std::atomic<int> next = 0;
    std::atomic<std::size_t> count = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (auto caller = client();;) {
                auto const url = "https://example.com/" + std::to_string(next++);
                auto const answer =
                    caller.try_request("POST", path, of_type("application/json"), call_for(url));
                if (!answer) return;
                if (answer->status != 200) continue;
                auto const short_url = json_at(answer->body, "/shortUrl");
                std::lock_guard const guard(mutex);
                answered[short_url.substr(sizeof(base) - 1)] = url;
                ++count;
            }
        });
    }
    BOOST_TEST(wait_until([&] { return count >= 200; }));
    process().signal(SIGKILL);
    for (auto& thread : threads)
        thread.join();
    kill();
    start();
    BOOST_TEST(answered.size() == count); // no code was given twice
    for (auto const& [code, url] : answered) {
        BOOST_REQUIRE(client().get("/" + code).header("Location") == url);
    }
}

BOOST_AUTO_TEST_CASE(a_link_of_two_calls_at_once_is_one) {
    std::mutex mutex;
    std::set<std::string> codes;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            auto const answer = shorten(*this, "https://example.com/same");
            std::lock_guard const guard(mutex);
            codes.insert(json_at(answer.body, "/shortUrl"));
        });
    }
    for (auto& thread : threads)
        thread.join();
    BOOST_TEST(codes.size() == 1U);
    BOOST_TEST(codes.begin()->size() == sizeof(base) - 1 + 8);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(short_url)

BOOST_AUTO_TEST_CASE(an_account_has_its_own_domain_and_expiry) {
    gateway_settings settings;
    settings.account = "link_domain = \"https://go.example.org\"\nlink_expiry = \"1s\"\n";
    gateway_under_test gateway(settings);
    auto const answer = shorten(gateway, "https://example.com/x");
    BOOST_REQUIRE(answer.status == 200);
    auto const code = code_in(json_at(answer.body, "/shortUrl"), "https://go.example.org/");
    BOOST_TEST(wait_until([&] { return gateway.client().get("/" + code).status == 410; }));
    BOOST_TEST(gateway.client().request("HEAD", "/" + code).status == 410);
    BOOST_TEST(
        !json_at(gateway.client().get("/v1/links/" + code, bearer()).body, "/expires").empty());
    // Asked for again it is the same link, and lives again.
    auto const again = shorten(gateway, "https://example.com/x");
    BOOST_TEST(json_at(again.body, "/shortUrl") == "https://go.example.org/" + code);
    BOOST_TEST(shorten(gateway, "https://go.example.org/loop").status == 422);
    BOOST_TEST(shorten(gateway, "https://s.example.com/loop").status == 422);
}

BOOST_AUTO_TEST_CASE(whoever_guesses_is_slowed_down) {
    gateway_settings settings;
    settings.short_url = ", redirect_status = 307, guesses = 5";
    gateway_under_test gateway(settings);
    auto const code = code_of(shorten(gateway, "https://example.com/x"));
    BOOST_TEST(gateway.client().get("/" + code).status == 307);
    for (int i = 0; i < 5; ++i) {
        BOOST_TEST(gateway.client().get("/0000000" + std::to_string(i)).status == 404);
    }
    auto const refused = gateway.client().get("/00000009");
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(std::stoi("0" + refused.header("Retry-After")) >= 1);
    // Whoever sits behind the same address still gets a link that is there.
    BOOST_TEST(gateway.client().get("/" + code).status == 307);
    // Another address is not touched: it comes by the proxy that is trusted.
    settings.top = "trusted_proxies = [\"127.0.0.0/8\"]";
    gateway.configure(settings);
    gateway.stop();
    gateway.start();
    http_headers const guesser{{"X-Forwarded-For", "192.0.2.1"}};
    for (int i = 0; i < 6; ++i)
        gateway.client().get("/0000000" + std::to_string(i), guesser);
    BOOST_TEST(gateway.client().get("/00000009", guesser).status == 429);
    BOOST_TEST(gateway.client().get("/" + code, guesser).status == 307);
    BOOST_TEST(gateway.client().get("/00000009", {{"X-Forwarded-For", "192.0.2.2"}}).status == 404);
}

BOOST_AUTO_TEST_CASE(a_full_table_refuses_and_says_when_to_come_back) {
    gateway_settings settings;
    settings.limits = "links = 1";
    gateway_under_test gateway(settings);
    auto const code = code_of(shorten(gateway, "https://example.com/1"));
    auto const refused = shorten(gateway, "https://example.com/2");
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(!refused.header("Retry-After").empty());
    BOOST_TEST(code_of(shorten(gateway, "https://example.com/1")) == code);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace short_url_test
