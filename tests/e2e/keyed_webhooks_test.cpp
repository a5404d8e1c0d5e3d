// Idempotency-Key on the webhooks that the gateway answers itself from its tables: carried out
// once, the first answer again, also after a restart.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace keyed_webhooks_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char agent[] = "919879964805";
constexpr char json[] = "application/json";
constexpr char xml[] = "application/xml";
constexpr char break_path[] = "/v1/webhooks/setAgentBreak";
constexpr char user_path[] = "/v1/webhooks/updateUserPreferences";
constexpr char central_path[] = "/centraloutboundwebhook-v1/prod/";

struct call_form {
    std::string path, type, body;
    std::string other; // another body, as good as the first
    std::string bad;   // one that is refused
};

// Every method that changes the tables, in both formats and at every path.
std::vector<call_form> all_forms() {
    auto const xml_link = [](std::string const& url) {
        return "<r><custToken>abcd1234</custToken><longUrl>" + url + "</longUrl></r>";
    };
    auto const xml_break = [](std::string const& more) {
        return "<r><cli>9879964805</cli>" + more + "</r>";
    };
    auto const xml_user = [](std::string const& more) {
        return "<r><contactNumber>8000374123</contactNumber>" + more + "</r>";
    };
    std::string const link = R"({"custToken":"abcd1234","longUrl":"https://example.com/a"})";
    std::string const other_link = R"({"custToken":"abcd1234","longUrl":"https://example.com/b"})";
    std::string const no_link = R"({"custToken":"abcd1234","longUrl":"ftp://example.com/"})";
    auto const named = [](std::string const& method, std::string const& body) {
        return R"({"method":")" + method + R"(",)" + body.substr(1);
    };
    return {
        {"/v1/webhooks/shortURL", json, link, other_link, no_link},
        {"/v1/webhooks/shortURL", xml, xml_link("https://example.com/a"),
         xml_link("https://example.com/b"), xml_link("x")},
        {"/UrlShortner/phonon/shortUrl", json, link, other_link, no_link},
        {central_path, json, named("shortURL", link), named("shortURL", other_link),
         named("shortURL", no_link)},
        {break_path, json, R"({"cli":"9879964805","pause":true})",
         R"({"cli":"9879964805","pause":false})", R"({"cli":"9879964805","pause":"x"})"},
        {break_path, xml, xml_break("<pause>true</pause>"), xml_break("<pause>false</pause>"),
         xml_break("<pause>x</pause>")},
        {break_path, json, R"({"cli":"9879964805","pause":true,"delayMinutes":5})",
         R"({"cli":"9879964805","pause":true,"delayMinutes":6})",
         R"({"cli":"9879964805","pause":true,"delayMinutes":-1})"},
        {user_path, json, R"({"contactNumber":"8000374123","city":"Pune"})",
         R"({"contactNumber":"8000374123","city":"Goa"})", R"({"contactNumber":"","city":"Goa"})"},
        {user_path, xml, xml_user("<city>Pune</city>"), xml_user("<city>Goa</city>"),
         "<r><city>Goa</city></r>"},
    };
}

struct keyed_gateway : gateway_under_test {
    using gateway_under_test::gateway_under_test;

    http_response post(std::string const& path, std::string const& type, std::string const& key,
                       std::string const& body, std::string const& accept = {}) {
        http_headers headers{{"Content-Type", type}, {"Idempotency-Key", key}};
        if (!accept.empty()) headers.emplace_back("Accept", accept);
        return client().post(path, headers, body);
    }
    http_response set_break(std::string const& key, bool is_break) {
        return post(break_path, json, key,
                    std::string(R"({"cli":"9879964805","pause":)") +
                        (is_break ? "true}" : "false}"));
    }
    http_response plan_break(std::string const& key) {
        return post(break_path, json, key,
                    R"({"cli":"9879964805","pause":true,"delayMinutes":60})");
    }
    std::string on_break() {
        auto const answer = client().get(std::string("/v1/agents/") + agent, bearer());
        return json_at(answer.body, "/on_break");
    }
    http_response set_city(std::string const& key, std::string const& city,
                           std::string const& contact = "8000374123") {
        return post(user_path, json, key,
                    R"({"contactNumber":")" + contact + R"(","city":")" + city + "\"}");
    }
    std::string city_of(std::string const& contact = "8000374123") {
        auto const answer = client().get("/v1/users/" + contact + "/keys", bearer());
        return variable_of(answer.body, "$user.key.city");
    }
    // How many more changes of the agent can be planned: at most 64 wait.
    int room_for_plans() {
        for (int planned = 0; planned <= 64; ++planned) {
            auto const answer = plan_break("room-" + std::to_string(planned));
            if (answer.body.find("\"false\"") != answer.body.npos) return planned;
        }
        return -1;
    }
};

void check_same(http_response const& again, http_response const& first) {
    BOOST_TEST(again.status == first.status);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(again.header("Content-Type") == first.header("Content-Type"));
}

// The first answers to all forms, in their order, with the keys key-0, key-1 and so on.
std::vector<http_response> answer_all(keyed_gateway& gateway) {
    std::vector<http_response> first;
    for (auto const& form : all_forms()) {
        auto const key = "key-" + std::to_string(first.size());
        first.push_back(gateway.post(form.path, form.type, key, form.body));
        BOOST_TEST(first.back().status == 200, first.back().body);
    }
    return first;
}

void check_all_again(keyed_gateway& gateway, std::vector<http_response> const& first) {
    auto const forms = all_forms();
    for (std::size_t i = 0; i < forms.size(); ++i) {
        auto const& form = forms[i];
        auto const key = "key-" + std::to_string(i);
        BOOST_TEST_CONTEXT(form.path << ' ' << form.body) {
            check_same(gateway.post(form.path, form.type, key, form.body), first[i]);
            // Another answer is asked for; the key says which one it is.
            auto const accept = form.type == json ? xml : json;
            check_same(gateway.post(form.path, form.type, key, form.body, accept), first[i]);
            auto const conflict = gateway.post(form.path, form.type, key, form.other);
            BOOST_TEST(conflict.status == 422);
            BOOST_TEST(conflict.header("Content-Type").starts_with("application/problem+"));
            BOOST_TEST(conflict.body.find("Idempotency-Key") != conflict.body.npos);
        }
    }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(keyed_webhooks, keyed_gateway)

BOOST_AUTO_TEST_CASE(the_same_call_gets_the_first_answer_and_another_one_422) {
    auto const first = answer_all(*this);
    check_all_again(*this, first);
    BOOST_TEST(metric("sluice_table_rows", "links") == 1);
    BOOST_TEST(city_of() == "Pune");
    BOOST_TEST(on_break() == "true");
}

BOOST_AUTO_TEST_CASE(a_call_that_is_answered_again_is_counted_as_repeated) {
    for (int times = 0; times < 3; ++times) {
        set_break("break", true);
        set_city("city", "Pune");
        post("/v1/webhooks/shortURL", json, "link",
             R"({"custToken":"abcd1234","longUrl":"https://example.com/a"})");
        BOOST_TEST(metric("sluice_calls_repeated_total") == 3 * times);
    }
}

BOOST_AUTO_TEST_CASE(a_break_that_was_ended_since_is_not_begun_again) {
    auto const first = set_break("k1", true);
    BOOST_TEST(on_break() == "true");
    BOOST_TEST(set_break("k2", false).status == 200);
    BOOST_TEST(on_break() == "false");
    check_same(set_break("k1", true), first);
    BOOST_TEST(on_break() == "false");
    // One that changes nothing keeps its key as well.
    auto const unchanged = set_break("k3", false);
    BOOST_TEST(unchanged.status == 200);
    set_break("k4", true);
    check_same(set_break("k3", false), unchanged);
    BOOST_TEST(on_break() == "true");
}

BOOST_AUTO_TEST_CASE(an_agent_that_was_not_there_is_answered_so_again) {
    std::string const body = R"({"cli":"911111111111","pause":true})";
    auto const first = post(break_path, json, "k1", body);
    BOOST_TEST(first.status == 200);
    BOOST_TEST(variable_of(first.body, "$flow.key.cli_pause_update") == "false");
    check_same(post(break_path, json, "k1", body), first);
}

BOOST_AUTO_TEST_CASE(a_delayed_break_is_planned_once) {
    auto const first = plan_break("k1");
    for (int i = 0; i < 70; ++i)
        check_same(plan_break("k1"), first);
    BOOST_TEST(room_for_plans() == 63);
}

BOOST_AUTO_TEST_CASE(a_variable_that_was_changed_since_stays) {
    auto const first = set_city("k1", "Pune");
    BOOST_TEST(variable_of(first.body, "$user.key.city") == "Pune");
    set_city("k2", "Goa");
    check_same(set_city("k1", "Pune"), first);
    BOOST_TEST(city_of() == "Goa");
}

BOOST_AUTO_TEST_CASE(account_and_path_are_the_scope_of_a_key) {
    std::string const body = R"({"custToken":"abcd1234","longUrl":"https://example.com/"})";
    auto const first = post("/v1/webhooks/shortURL", json, "k1", body);
    auto const other_path = post("/UrlShortner/phonon/shortUrl", xml, "k1",
                                 "<r><custToken>abcd1234</custToken>"
                                 "<longUrl>https://example.com/c</longUrl></r>");
    BOOST_TEST(other_path.status == 200);
    BOOST_TEST(set_break("k1", true).status == 200);
    // Where the method stands in the body another method is another body.
    BOOST_TEST(post(central_path, json, "k1", R"({"method":"shortURL",)" + body.substr(1)).status ==
               200);
    auto const other_method = post(
        central_path, json, "k1", R"({"method":"setAgentBreak","cli":"9879964805","pause":false})");
    BOOST_TEST(other_method.status == 422);
    BOOST_TEST(on_break() == "true");
    check_same(post("/v1/webhooks/shortURL", json, "k1", body), first);
}

BOOST_AUTO_TEST_CASE(a_refused_call_leaves_its_key_free) {
    int n = 0;
    for (auto const& form : all_forms()) {
        auto const key = "key-" + std::to_string(n++);
        BOOST_TEST_CONTEXT(form.path << ' ' << form.bad) {
            BOOST_TEST(post(form.path, form.type, key, form.bad).status == 422);
            BOOST_TEST(post(form.path, form.type, key, form.body).status == 200);
            BOOST_TEST(post(form.path, form.type, key, form.other).status == 422);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_is_none_is_refused) {
    BOOST_TEST(set_break(std::string(256, 'k'), true).status == 400);
    http_headers const twice{
        {"Content-Type", json}, {"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}};
    auto const answer = client().post(break_path, twice, R"({"cli":"9879964805","pause":true})");
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(on_break() == "false");
}

BOOST_AUTO_TEST_CASE(a_call_that_only_reads_keeps_no_key) {
    std::string const read = R"({"contactNumber":"8000374123"})";
    BOOST_TEST(post(user_path, json, "k1", read).status == 200);
    BOOST_TEST(set_city("k1", "Pune").status == 200);
    BOOST_TEST(variable_of(post(user_path, json, "k1", read).body, "$user.key.city") == "Pune");
}

BOOST_AUTO_TEST_CASE(keys_survive_a_clean_restart) {
    auto const first = answer_all(*this);
    set_break("off", false);
    set_city("goa", "Goa");
    BOOST_TEST(stop() == 0);
    start();
    check_all_again(*this, first);
    BOOST_TEST(on_break() == "false");
    BOOST_TEST(city_of() == "Goa");
}

BOOST_AUTO_TEST_CASE(keys_survive_a_kill) {
    auto const first = answer_all(*this);
    kill();
    start();
    check_all_again(*this, first);
    BOOST_TEST(metric("sluice_table_rows", "links") == 1);
    BOOST_TEST(room_for_plans() == 63);
}

BOOST_AUTO_TEST_CASE(what_a_person_was_answered_goes_with_the_person) {
    set_city("k1", "Pune");
    BOOST_TEST(client().request("DELETE", "/v1/users/8000374123", bearer()).status == 200);
    BOOST_TEST(set_city("k1", "Goa").status == 200); // nothing is left of the first call
    BOOST_TEST(city_of() == "Goa");
}

BOOST_AUTO_TEST_CASE(calls_at_once_with_one_key_are_carried_out_once) {
    std::mutex mutex;
    std::map<std::string, int> answers;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 5; ++n) {
                auto const answer = plan_break("k1");
                std::lock_guard const guard(mutex);
                ++answers[std::to_string(answer.status) + ' ' +
                          (answer.status == 409 ? "" : answer.body)];
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    answers.erase("409 ");
    BOOST_TEST(answers.size() == 1U);
    BOOST_TEST(answers.begin()->first.starts_with("200 "));
    BOOST_TEST(room_for_plans() == 63);
}

// A method that becomes a task and one that changes the tables, at the documented path.
BOOST_AUTO_TEST_CASE(calls_of_two_kinds_at_once_with_one_key_do_not_both_pass) {
    std::string const call = R"({"method":"createOutbound","apiVersion":"1.0","securityID":")" +
                             std::string(security_id) +
                             R"(","flowID":"flow0001","clientID":"c","delayMinutes":60,)"
                             R"("contactNumbers":"9879964805"})";
    std::string const change = R"({"method":"setAgentBreak","cli":"9879964805","pause":true})";
    for (int round = 0; round < 20; ++round) {
        auto const key = "kinds-" + std::to_string(round);
        int statuses[2] = {0, 0};
        std::vector<std::thread> threads;
        for (int kind = 0; kind < 2; ++kind) {
            threads.emplace_back([&, kind] {
                statuses[kind] = post(central_path, json, key, kind == 0 ? call : change).status;
            });
        }
        for (auto& thread : threads)
            thread.join();
        bool const is_task = statuses[0] == 202;
        bool const is_change = statuses[1] == 200;
        BOOST_TEST(is_task != is_change, statuses[0] << ' ' << statuses[1]);
        int const refused = is_task ? statuses[1] : statuses[0];
        BOOST_TEST((refused == 409 || refused == 422));
        auto const& other = is_task ? change : call;
        BOOST_TEST(post(central_path, json, key, other).status == 422);
        if (round != 0) continue;
        kill();
        start();
        BOOST_TEST(post(central_path, json, key, other).status == 422);
        BOOST_TEST(post(central_path, json, key, is_task ? call : change).status ==
                   (is_task ? 202 : 200));
    }
}

BOOST_AUTO_TEST_CASE(a_kill_leaves_a_key_exactly_where_it_left_the_change) {
    std::atomic<int> next = 0;
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (auto caller = client();;) {
                auto const n = std::to_string(next++);
                auto const answer = caller.try_request(
                    "POST", user_path, {{"Content-Type", json}, {"Idempotency-Key", "k" + n}},
                    R"({"contactNumber":"person-)" + n + R"(","city":"first"})");
                if (!answer) return;
                ++answered;
            }
        });
    }
    BOOST_TEST(wait_until([&] { return answered >= 100; }));
    process().signal(SIGKILL);
    for (auto& thread : threads)
        thread.join();
    kill();
    start();
    int kept = 0;
    for (int n = 0; n < next; ++n) {
        auto const key = "k" + std::to_string(n);
        auto const contact = "person-" + std::to_string(n);
        bool const is_kept = city_of(contact) == "first";
        kept += is_kept;
        if (is_kept) set_city("later-" + key, "second", contact);
        BOOST_TEST(variable_of(set_city(key, "first", contact).body, "$user.key.city") == "first");
        BOOST_TEST(city_of(contact) == (is_kept ? "second" : "first"));
    }
    BOOST_TEST(kept >= answered);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(keyed_webhooks)

BOOST_AUTO_TEST_CASE(the_newest_keys_are_kept) {
    gateway_settings settings;
    settings.limits = "idempotency_keys = 2\nuser_keys = 1";
    keyed_gateway gateway(settings);
    gateway.set_city("k1", "Pune");
    gateway.set_city("k2", "Goa");
    gateway.set_city("k3", "Delhi");
    gateway.set_city("k2", "Goa");
    BOOST_TEST(gateway.city_of() == "Delhi");
    gateway.set_city("k1", "Pune"); // its key is gone
    BOOST_TEST(gateway.city_of() == "Pune");
    // What the tables refuse leaves its key free too.
    auto const too_many =
        gateway.post(user_path, json, "k4", R"({"contactNumber":"8000374123","age":"41"})");
    BOOST_TEST(too_many.status == 422);
    BOOST_TEST(gateway.set_city("k4", "Agra").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace keyed_webhooks_test
