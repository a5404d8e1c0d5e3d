// updateUserPreferences and /v1/users, through the real program.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <thread>

namespace user_preferences_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char path[] = "/v1/webhooks/updateUserPreferences";

http_response update(gateway_under_test& gateway, std::string const& body,
                     std::string const& type = "application/json") {
    return gateway.client().post(path, {{"Content-Type", type}, {"Accept", "application/json"}},
                                 body);
}

std::string call_for(std::string const& contact, std::string const& more = {}) {
    return R"({"accountID":"163","contactNumber":")" + contact + "\"" + more + "}";
}

std::string keys_of(gateway_under_test& gateway, std::string const& contact) {
    return gateway.client().get("/v1/users/" + contact + "/keys", bearer()).body;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(user_preferences, gateway_under_test)

BOOST_AUTO_TEST_CASE(every_form_of_a_call_is_merged_into_one_person) {
    auto const first = update(*this, call_for("8000374123", R"(,"city":"Pune","name":"A & B")"));
    BOOST_TEST(first.status == 200);
    BOOST_TEST(first.body == R"({"accountID":"163","contactNumber":"918000374123","keys":[)"
                             R"({"name":"$user.key.city","value":"Pune"},)"
                             R"({"name":"$user.key.name","value":"A & B"}]})");
    update(*this, R"({"keys":[{"name":"$user.syskey.contactNumber","value":"+91 80003 74123"},)"
                  R"({"name":"$user.syskey.accountID","value":"163"},)"
                  R"({"name":"$user.key.city","value":"Goa"}]})");
    update(*this,
           "<request><accountID>163</accountID><contactNumber>918000374123</contactNumber>"
           "<age>41 &lt; 42</age><key name=\"$user.key.list\">1</key>"
           "<key name=\"$user.key.list\">2</key></request>",
           "application/xml");
    auto const last = update(*this, "contactNumber=080003+74123&$user.key.plan=a%26b",
                             "application/x-www-form-urlencoded");
    std::map<std::string, std::string> const expected{
        {"age", "41 < 42"}, {"city", "Goa"}, {"list", "1,2"}, {"name", "A & B"}, {"plan", "a&b"}};
    for (auto const& [name, value] : expected) {
        BOOST_TEST(variable_of(last.body, "$user.key." + name) == value);
    }
    BOOST_TEST(update(*this, call_for("8000374123")).body == last.body); // reads
    BOOST_TEST(keys_of(*this, "8000374123") == last.body);
    BOOST_TEST(keys_of(*this, "%2B91%2080003%2074123") == last.body);
    BOOST_TEST(metric("sluice_table_rows", "users") == 1);
}

BOOST_AUTO_TEST_CASE(answers_are_xml_when_the_call_was) {
    auto const answer = client().post(path, {{"Content-Type", "text/xml"}},
                                      "<r><contactNumber>a@example.com</contactNumber>"
                                      "<note>1 &lt; 2</note></r>");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.body ==
               "<response><accountID>163</accountID><contactNumber>a@example.com</contactNumber>"
               "<keys><key name=\"$user.key.note\">1 &lt; 2</key></keys></response>");
    auto as_xml = bearer();
    as_xml.emplace_back("Accept", "application/xml");
    BOOST_TEST(client().get("/v1/users/a@example.com/keys", as_xml).body == answer.body);
}

BOOST_AUTO_TEST_CASE(an_empty_value_stays_unless_the_configuration_says_so) {
    update(*this, call_for("8000374123", R"(,"city":"Pune","name":"x")"));
    auto const kept = update(*this, call_for("8000374123", R"(,"city":"")"));
    BOOST_TEST(kept.body.find(R"({"name":"$user.key.city","value":""})") != std::string::npos);
    gateway_settings deleting;
    deleting.webhooks = "updateUserPreferences = { delete_empty = true }";
    configure(deleting);
    process().signal(SIGHUP);
    BOOST_TEST(wait_until([&] {
        auto const answer = update(*this, call_for("8000374123", R"(,"city":"")"));
        return answer.body.find("city") == std::string::npos;
    }));
    BOOST_TEST(variable_of(keys_of(*this, "8000374123"), "$user.key.name") == "x");
}

BOOST_AUTO_TEST_CASE(bad_calls_change_nothing) {
    update(*this, call_for("8000374123", R"(,"city":"Pune")"));
    auto const before = keys_of(*this, "8000374123");
    struct row {
        std::string type, body;
        int status;
        std::string pointer;
    };
    std::string const json = "application/json";
    row const table[] = {
        {json, "[", 400, ""},
        {json, call_for("8000374123", R"(,"city":"a","$user.key.city":"b")"), 400,
         "/$user.key.city"},
        {json, R"({"accountID":"164","contactNumber":"8000374123","city":"x"})", 403, ""},
        {json,
         R"({"$user.syskey.accountID":"164","securityID":")" + std::string(security_id) +
             R"(","contactNumber":"8000374123","city":"x"})",
         403, ""},
        {json, R"({"securityID":"wrong","contactNumber":"8000374123","city":"x"})", 422,
         "/securityID"},
        {json,
         R"({"securityID":")" + std::string(64, 'e') +
             R"(","contactNumber":"8000374123","city":"x"})",
         401, ""},
        {json, R"({"accountID":"163","city":"x"})", 422, "/contactNumber"},
        {json, call_for("", R"(,"city":"x")"), 422, "/contactNumber"},
        {json, call_for(std::string(129, 'x'), R"(,"city":"x")"), 422, "/contactNumber"},
        {json, call_for(R"(a\nb)", R"(,"city":"x")"), 422, "/contactNumber"},
        {json, R"({"contactNumber":["8000374123","1"],"city":"x"})", 422, "/contactNumber"},
        {json, call_for("8000374123", R"(,"city":")" + std::string(4097, 'x') + "\""), 422,
         "/city"},
        {json, call_for("8000374123", ",\"" + std::string(129, 'n') + R"(":"x")"), 422,
         "/" + std::string(129, 'n')},
        {"application/xml", "<r><city>x</city></r>", 422, "/r/contactNumber"},
        {"application/x-www-form-urlencoded", "city=x", 422, "contactNumber"},
    };
    for (auto const& each : table) {
        auto const answer = update(*this, each.body, each.type);
        BOOST_TEST_CONTEXT(each.body.substr(0, 200)) {
            BOOST_TEST(answer.status == each.status);
            BOOST_TEST(json_at(answer.body, "/errors/0/pointer") == each.pointer);
        }
    }
    BOOST_TEST(keys_of(*this, "8000374123") == before);
}

BOOST_AUTO_TEST_CASE(a_person_can_be_exported_and_erased) {
    update(*this, call_for("8000374123", R"(,"city":"Pune","name":"x")"));
    auto const person = "/v1/users/8000374123";
    auto const exported = client().get(person, bearer());
    BOOST_TEST(exported.status == 200);
    BOOST_TEST(json_at(exported.body, "/keys/0/value") == "Pune");
    BOOST_TEST(json_at(exported.body, "/keys/0/updated").ends_with("Z"));
    BOOST_TEST(client().request("DELETE", person).status == 401);
    auto const erased = client().request("DELETE", person, bearer());
    BOOST_TEST(erased.status == 200);
    BOOST_TEST(json_at(erased.body, "/erased") == "2");
    BOOST_TEST(client().request("DELETE", person, bearer()).status == 404);
    BOOST_TEST(client().get(person, bearer()).status == 404);
    BOOST_TEST(json_at(keys_of(*this, "8000374123"), "/keys") == "[]");
    BOOST_TEST(client().post(person, bearer(), "").status == 405);
    BOOST_TEST(client().get(std::string(person) + "/keys/x", bearer()).status == 404);
    BOOST_TEST(client().get("/v1/users/%00/keys", bearer()).status == 400);
    // Another person's number if its zeros counted.
    for (auto const* const path : {"/v1/users/8000374123.0", "/v1/users/8000374123.0/keys"}) {
        auto const refused = client().get(path, bearer());
        BOOST_TEST(refused.status == 422, path);
        BOOST_TEST(json_at(refused.body, "/errors/0/pointer") == "contact");
    }
    BOOST_TEST(client().request("DELETE", "/v1/users/8000374123.0", bearer()).status == 422);
    kill();
    start();
    BOOST_TEST(client().get(person, bearer()).status == 404);
}

BOOST_AUTO_TEST_CASE(everything_that_was_answered_survives_a_kill) {
    std::mutex mutex;
    std::map<std::string, std::string> answered; // contact and value
    std::atomic<int> next = 0;
    std::atomic<std::size_t> count = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (auto caller = client();;) {
                auto const n = std::to_string(next++);
                auto const contact = "person-" + std::to_string(std::stoi(n) % 50);
                std::lock_guard const order(mutex); // the last answer is the last write
                auto const answer =
                    caller.try_request("POST", path, {{"Content-Type", "application/json"}},
                                       call_for(contact, R"(,"n":")" + n + "\""));
                if (!answer) return;
                if (answer->status == 200) answered[contact] = n, ++count;
            }
        });
    }
    BOOST_TEST(wait_until([&] { return count >= 200; }));
    process().signal(SIGKILL);
    for (auto& thread : threads)
        thread.join();
    kill();
    start();
    for (auto const& [contact, n] : answered) {
        auto const kept = std::stoi("0" + variable_of(keys_of(*this, contact), "$user.key.n"));
        BOOST_TEST(kept >= std::stoi(n)); // one that was not answered may have been kept
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(user_preferences)

BOOST_AUTO_TEST_CASE(limits_are_those_of_the_configuration) {
    gateway_settings settings;
    settings.limits = "users = 1\nuser_keys = 2";
    gateway_under_test gateway(settings);
    BOOST_TEST(update(gateway, call_for("8000374123", R"(,"a":"1","b":"1")")).status == 200);
    BOOST_TEST(update(gateway, call_for("8000374123", R"(,"c":"1")")).status == 422);
    BOOST_TEST(update(gateway, call_for("8000374124", R"(,"a":"1","b":"1","c":"1")")).status ==
               422);
    auto const full = update(gateway, call_for("8000374124", R"(,"a":"1")"));
    BOOST_TEST(full.status == 503);
    BOOST_TEST(!full.header("Retry-After").empty());
    BOOST_TEST(update(gateway, call_for("8000374123", R"(,"a":"2")")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace user_preferences_test
