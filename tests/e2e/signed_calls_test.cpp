// Standard Webhooks at both doors: calls that must be signed, and deliveries that are.
#include "gateway/client/signature.hpp"
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

namespace signed_calls_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
namespace client = sluice::gateway::client;

constexpr std::string_view shared_key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view other_key = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
// RFC 8032 section 7.1, test 1.
constexpr std::string_view private_key = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
constexpr std::string_view public_key = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

std::chrono::sys_seconds present() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::vector<client::webhook_key> keys(std::initializer_list<std::string_view> texts) {
    std::vector<client::webhook_key> parsed;
    for (auto const text : texts)
        parsed.push_back(client::webhook_key::parse(text).value());
    return parsed;
}

http_headers signed_headers(std::initializer_list<std::string_view> by, std::string const& body,
                            std::chrono::seconds shift = {}) {
    auto const at = present() + shift;
    return {{"webhook-id", "msg_1"},
            {"webhook-timestamp", std::to_string(at.time_since_epoch().count())},
            {"webhook-signature", client::sign(keys(by), {"msg_1", at, body})}};
}

bool is_verified(http_request const& delivered, std::string_view key) {
    auto const id = delivered.header("webhook-id");
    auto const timestamp = delivered.header("webhook-timestamp");
    auto const signature = delivered.header("webhook-signature");
    return client::verify(keys({key}), {id, timestamp, signature}, delivered.body, present())
        .has_value();
}

struct signed_fixture : gateway_under_test {
    signed_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.crm = "retry = { schedule = [\"1100ms\"], jitter = 0.0, max_attempts = 3 }\n"
                       "secret = [\"" +
                       std::string(private_key) + "\", \"" + std::string(shared_key) + "\"]";
        settings.more =
            route_table("/in/signed", "\"crm\"",
                        "require = \"signature\"\nsecret = [\"" + std::string(public_key) +
                            "\", \"" + std::string(shared_key) + "\"]");
        return settings;
    }
    int post(http_headers const& headers, std::string const& body = "body") {
        return client().post("/in/signed", headers, body).status;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(signed_calls, signed_fixture)

BOOST_AUTO_TEST_CASE(a_call_signed_by_any_of_the_keys_is_taken) {
    BOOST_TEST(post(signed_headers({shared_key}, "body")) == 202);
    BOOST_TEST(post(signed_headers({private_key}, "body")) == 202);
    BOOST_TEST(post(signed_headers({other_key, private_key}, "body")) == 202); // rotating
    BOOST_TEST(post(signed_headers({shared_key}, "body", std::chrono::seconds(-280))) == 202);
    BOOST_TEST(post(signed_headers({shared_key}, "body", std::chrono::seconds(280))) == 202);
}

BOOST_AUTO_TEST_CASE(every_other_call_is_refused_and_nothing_is_queued) {
    BOOST_TEST(post({}) == 401);
    BOOST_TEST(post(bearer()) == 401); // a secret of the account is no signature
    BOOST_TEST(post(signed_headers({other_key}, "body")) == 401);
    BOOST_TEST(post(signed_headers({shared_key}, "another body")) == 401);
    BOOST_TEST(post(signed_headers({shared_key}, "body", std::chrono::seconds(-320))) == 401);
    BOOST_TEST(post(signed_headers({shared_key}, "body", std::chrono::seconds(320))) == 401);
    for (std::string const name : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
        auto headers = signed_headers({shared_key}, "body");
        std::erase_if(headers, [&](auto const& header) { return header.first == name; });
        BOOST_TEST(post(headers) == 401, name);
    }
    auto moved = signed_headers({shared_key}, "body");
    moved.front().second = "msg_2";
    BOOST_TEST(post(moved) == 401);
    BOOST_TEST(metric("sluice_tasks_accepted_total") == 0);
    BOOST_TEST(metric("sluice_calls_refused_total", "unauthorized") == 10);
}

BOOST_AUTO_TEST_CASE(deliveries_are_signed_by_each_key_with_one_id_and_the_time_of_the_attempt) {
    destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer answer;
        answer.status = n == 1 ? 500 : 200;
        return answer;
    });
    auto const taken = client().post("/in/crm", {}, "payload");
    BOOST_TEST(taken.status == 202);
    BOOST_REQUIRE(destination().wait_for(2));
    auto const all = destination().deliveries();
    for (auto const& each : all) {
        BOOST_TEST(is_verified(each.request, shared_key));
        BOOST_TEST(is_verified(each.request, public_key));
        BOOST_TEST(!is_verified(each.request, other_key));
        BOOST_TEST(each.request.header("webhook-id") == json_at(taken.body, "/request-id"));
    }
    BOOST_TEST(all[0].request.header("webhook-timestamp") !=
               all[1].request.header("webhook-timestamp"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace signed_calls_test
