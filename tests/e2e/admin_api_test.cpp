// The admin calls: destinations, tasks of any state, accounts, jobs, and who may make them.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/wait_until.hpp"

#include <algorithm>

namespace admin_api_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

using ids = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(admin_api, operator_fixture)

BOOST_AUTO_TEST_CASE(destinations_say_how_they_are_doing) {
    accept_later();
    auto const all = seen("/v1/destinations");
    BOOST_TEST(json_at(all, "/destinations/0/name") == "central");
    BOOST_TEST(json_at(all, "/destinations/1/name") == "crm");
    auto const crm = seen("/v1/destinations/crm");
    BOOST_TEST(json_at(crm, "/state") == "open");
    BOOST_TEST(json_at(crm, "/tasks/scheduled") == "1");
    BOOST_TEST(json_at(crm, "/tasks/dead") == "0");
    BOOST_TEST(json_at(crm, "/rate") == "null");
    BOOST_TEST(json_at(crm, "/concurrency/limit") == "64");
    BOOST_TEST(json_at(crm, "/url").find("/crm") != std::string::npos);
    BOOST_TEST(look("/v1/destinations/nowhere").status == 404);
}

BOOST_AUTO_TEST_CASE(a_pause_names_who_asked_for_it_and_survives_a_restart) {
    auto const paused = post("/v1/destinations/crm/pause", R"({"by":"anna"})");
    BOOST_TEST(paused.status == 200);
    BOOST_TEST(json_at(paused.body, "/state") == "paused");
    BOOST_TEST(json_at(paused.body, "/by") == "anna");
    BOOST_TEST(stop() == 0);
    start();
    BOOST_TEST(json_at(seen("/v1/destinations/crm"), "/by") == "anna");
    auto const id = accept(R"({"destination":"crm","body":"x"})");
    auto const why = seen("/v1/tasks/" + id + "/explain");
    BOOST_TEST(json_at(why, "/reasons/0/kind") == "paused");
    BOOST_TEST(json_at(why, "/reasons/0/by") == "anna");
    BOOST_TEST(json_at(why, "/lane/limit") == "64");
    auto const resumed = post("/v1/destinations/crm/resume");
    BOOST_TEST(json_at(resumed.body, "/state") == "open");
    BOOST_TEST(wait_for_state(id, "delivered"));
    BOOST_TEST(post("/v1/destinations/nowhere/pause").status == 404);
    BOOST_TEST(post("/v1/destinations/crm/pause", R"({"by":7})").status == 422);
}

BOOST_AUTO_TEST_CASE(a_disabled_destination_says_so_until_it_is_resumed) {
    answer_with_status(410);
    auto const id = accept(R"({"destination":"crm","body":"x"})");
    BOOST_TEST(
        wait_until([&] { return json_at(seen("/v1/destinations/crm"), "/state") == "disabled"; }));
    auto const why = seen("/v1/tasks/" + accept(R"({"destination":"crm"})") + "/explain");
    BOOST_TEST(json_at(why, "/reasons/0/kind") == "disabled");
    answer_with_status(200);
    BOOST_TEST(json_at(post("/v1/destinations/crm/resume").body, "/state") == "open");
}

BOOST_AUTO_TEST_CASE(purging_a_destination_cancels_what_waits_there_and_nothing_else) {
    auto const mine = accept_later();
    auto const other = accept(R"({"destination":"central","delay":"1h"})");
    auto const purged = post("/v1/destinations/crm/purge");
    BOOST_TEST(purged.status == 200);
    BOOST_TEST(json_at(purged.body, "/done") == "1");
    BOOST_TEST(json_at(seen("/v1/tasks/" + mine), "/state") == "cancelled");
    BOOST_TEST(json_at(seen("/v1/tasks/" + other), "/state") == "scheduled");
    BOOST_TEST(post("/v1/destinations/nowhere/purge").status == 404);
}

BOOST_AUTO_TEST_CASE(tasks_are_searched_in_the_queue_and_in_the_history) {
    auto const delivered = accept_delivered();
    auto const dead = accept_dead();
    auto const waiting = accept_later();
    BOOST_TEST((ids_in(seen("/v1/tasks")) == ids{waiting, dead, delivered}));
    BOOST_TEST((ids_in(seen("/v1/tasks?state=scheduled,dead")) == ids{waiting, dead}));
    BOOST_TEST((ids_in(seen("/v1/tasks?state=delivered")) == ids{delivered}));
    BOOST_TEST(ids_in(seen("/v1/tasks?destination=central")).empty());
    BOOST_TEST(ids_in(seen("/v1/tasks?account=163&destination=crm")).size() == 3U);
    BOOST_TEST(ids_in(seen("/v1/tasks?account=nobody")).empty());
    BOOST_TEST(ids_in(seen("/v1/tasks?from=2099-01-01T00:00:00Z")).empty());
    BOOST_TEST(ids_in(seen("/v1/tasks?to=2099-01-01T00:00:00Z")).size() == 3U);
    BOOST_TEST(look("/v1/tasks?state=asleep").status == 422);
    BOOST_TEST(json_at(look("/v1/tasks?limit=x&y=1").body, "/errors/1/pointer") == "y");
}

BOOST_AUTO_TEST_CASE(pages_lead_through_everything_once) {
    ids expected;
    for (int i = 0; i < 3; ++i)
        expected.push_back(accept_delivered());
    for (int i = 0; i < 4; ++i)
        expected.push_back(accept_later());
    ids found;
    std::string query = "?limit=2";
    for (int pages = 0; pages < 10 && !query.empty(); ++pages) {
        auto const page = seen("/v1/tasks" + query);
        for (auto const& id : ids_in(page))
            found.push_back(id);
        auto const next = json_at(page, "/next");
        query = next == "null" ? "" : "?limit=2&cursor=" + next;
    }
    // Two threads give ids: within a millisecond their order is not that of the calls.
    std::ranges::sort(found);
    std::ranges::sort(expected);
    BOOST_TEST(found == expected, boost::test_tools::per_element());
    BOOST_TEST(json_at(seen("/v1/tasks?limit=2"), "/total") == "4");
}

BOOST_AUTO_TEST_CASE(any_task_is_shown_explained_and_cancelled) {
    auto const id = accept_later();
    BOOST_TEST(json_at(seen("/v1/tasks/" + id), "/account") == "163");
    auto const why = seen("/v1/tasks/" + id + "/explain");
    BOOST_TEST(json_at(why, "/reasons/0/kind") == "not_due");
    BOOST_TEST(json_at(why, "/lane/rate") == "null");
    BOOST_TEST(json_at(remove("/v1/tasks/" + id).body, "/state") == "cancelled");
    BOOST_TEST(remove("/v1/tasks/" + id).status == 409);
    auto const ended = seen("/v1/tasks/" + id + "/explain");
    BOOST_TEST(json_at(ended, "/state") == "cancelled");
    BOOST_TEST(json_at(ended, "/reasons") == "[]");
    for (std::string const unknown : {"01890000-0000-7000-8000-000000000000", "nonsense"}) {
        BOOST_TEST(look("/v1/tasks/" + unknown).status == 404);
        BOOST_TEST(look("/v1/tasks/" + unknown + "/explain").status == 404);
        BOOST_TEST(remove("/v1/tasks/" + unknown).status == 404);
        BOOST_TEST(post("/v1/tasks/" + unknown + "/replay").status == 404);
    }
}

BOOST_AUTO_TEST_CASE(a_finished_task_is_replayed_as_a_new_one_with_the_same_message) {
    auto const old = accept(R"({"destination":"crm","method":"PUT","headers":{"X-Kind":"a"},)"
                            R"("body":"the very same bytes"})");
    BOOST_REQUIRE(wait_for_state(old, "delivered"));
    auto const answer = post("/v1/tasks/" + old + "/replay");
    BOOST_TEST(answer.status == 202, answer.body);
    auto const id = json_at(answer.body, "/id");
    BOOST_TEST(id != old);
    BOOST_TEST(json_at(answer.body, "/replay_of") == old);
    BOOST_TEST(answer.header("Location") == "/v1/tasks/" + id);
    BOOST_REQUIRE(wait_for_state(id, "delivered"));
    auto const sent = destination().deliveries();
    BOOST_REQUIRE(sent.size() == 2U);
    BOOST_TEST(sent[1].request.body == "the very same bytes");
    BOOST_TEST(sent[1].request.method == "PUT");
    BOOST_TEST(sent[1].request.header("X-Kind") == "a");
    BOOST_TEST(sent[1].request.header("webhook-id") != sent[0].request.header("webhook-id"));
}

BOOST_AUTO_TEST_CASE(who_sent_a_task_anew_stays_with_it) {
    auto const old = accept_dead();
    auto const copy =
        json_at(post("/v1/tasks/" + old + "/replay", R"({"by":"berta"})").body, "/id");
    BOOST_TEST(wait_for_state(copy, "delivered"));
    auto const many = post("/v1/tasks:replay", R"({"ids":[")" + copy + R"("],"by":"carl"})");
    BOOST_TEST(json_at(many.body, "/done") == "1", many.body);
    BOOST_TEST(post("/v1/dead/" + old + "/redrive", R"({"by":"anna"})").status == 200);
    BOOST_TEST(wait_for_state(old, "delivered"));
    BOOST_TEST(stop() == 0);
    start();
    auto const shown = seen("/v1/tasks/" + copy);
    BOOST_TEST(json_at(shown, "/replay_of") == old);
    BOOST_TEST(json_at(shown, "/replayed_by") == "berta");
    BOOST_TEST(json_at(seen("/v1/tasks/" + old), "/redriven_by") == "anna");
    auto const all = seen("/v1/tasks");
    BOOST_TEST(all.find(R"("replay_of":")" + copy + R"(","replayed_by":"carl")") != all.npos, all);
    // Whose hand it was is the operators' business.
    BOOST_TEST(task(copy).body.find("berta") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_location_stands_below_the_base_path) {
    auto const old = accept_dead();
    auto text = read_whole(configuration_file());
    text.insert(text.find("admin_token"), "admin_base_path = \"/ops/sluice\"\n");
    write_whole(configuration_file(), text);
    BOOST_TEST(stop() == 0);
    start();
    auto const copy = post("/ops/sluice/v1/tasks/" + old + "/replay");
    BOOST_TEST(copy.status == 202, copy.body);
    BOOST_TEST(copy.header("Location") == "/ops/sluice/v1/tasks/" + json_at(copy.body, "/id"));
    auto const job = post("/ops/sluice/v1/dead:redrive", R"({"all":true,"rate":1})");
    BOOST_TEST(job.status == 202, job.body);
    BOOST_TEST(look(job.header("Location")).status == 200);
}

BOOST_AUTO_TEST_CASE(a_dead_task_is_replayed_and_stays_dead) {
    auto const old = accept_dead();
    auto const id = json_at(post("/v1/tasks/" + old + "/replay").body, "/id");
    BOOST_TEST(wait_for_state(id, "delivered"));
    BOOST_TEST(json_at(seen("/v1/tasks/" + old), "/state") == "dead");
}

BOOST_AUTO_TEST_CASE(waiting_tasks_are_cancelled_by_a_filter) {
    for (int i = 0; i < 300; ++i)
        accept_later();
    auto const kept = accept(R"({"destination":"central","delay":"1h"})");
    BOOST_TEST(post("/v1/tasks:cancel", "{}").status == 422);
    auto const job = post("/v1/tasks:cancel", R"({"destination":"crm","state":["scheduled"]})");
    BOOST_TEST(job.status == 200);
    BOOST_TEST(json_at(job.body, "/matched") == "300");
    BOOST_TEST(json_at(job.body, "/done") == "300");
    BOOST_TEST(json_at(job.body, "/state") == "ended");
    BOOST_TEST((ids_in(seen("/v1/tasks?state=scheduled")) == ids{kept}));
    BOOST_TEST(json_at(seen("/v1/jobs"), "/jobs/0/action") == "cancel");
    BOOST_TEST(json_at(seen("/v1/jobs/1"), "/done") == "300");
    BOOST_TEST(look("/v1/jobs/2").status == 404);
    BOOST_TEST(remove("/v1/jobs/1").status == 409);
}

BOOST_AUTO_TEST_CASE(the_times_of_a_filter_may_be_numbers) {
    auto const id = accept_later();
    auto const past = post("/v1/tasks:cancel", R"({"from":100000000000,"to":179565100000})");
    BOOST_TEST(past.status == 200);
    BOOST_TEST(json_at(past.body, "/matched") == "0");
    auto const now = post("/v1/tasks:cancel", R"({"from":100000000000})");
    BOOST_TEST(json_at(now.body, "/done") == "1");
    BOOST_TEST(json_at(task(id).body, "/state") == "cancelled");
    BOOST_TEST(post("/v1/dead:redrive", R"({"to":253402300799999})").status == 200);
    BOOST_TEST(post("/v1/dead:purge", R"({"from":1.5})").status == 422);
}

BOOST_AUTO_TEST_CASE(accounts_are_listed_without_their_secrets) {
    auto const body = seen("/v1/accounts");
    BOOST_TEST(json_at(body, "/accounts/0/id") == "163");
    BOOST_TEST(json_at(body, "/accounts/0/secrets") == "1");
    BOOST_TEST(json_at(body, "/accounts/0/allow_from/0") == "127.0.0.0/8");
    BOOST_TEST(body.find(security_id) == std::string::npos);
    BOOST_TEST(body.find("abcd1234") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_configuration_in_force_is_shown_without_secrets) {
    auto const shown = look("/v1/config");
    BOOST_TEST(shown.status == 200);
    BOOST_TEST(shown.header("Content-Type") == "application/toml");
    for (auto const* part :
         {"[[account]]", "[[destination]]", "\"crm\"", "<redacted>", "queue_tasks"})
        BOOST_TEST(shown.body.find(part) != std::string::npos, part);
    for (std::string const secret : {security_id, admin_token, "abcd1234"})
        BOOST_TEST(shown.body.find(secret) == std::string::npos, secret);
    // What is in force, not what the file says by now.
    auto text = read_whole(configuration_file());
    text.insert(text.find("[limits]\n") + 9, "received = \"7KiB\"\n");
    write_whole(configuration_file(), text);
    BOOST_TEST(look("/v1/config").body == shown.body);
    process().signal(SIGHUP);
    BOOST_TEST(
        wait_until([&] { return look("/v1/config").body.find("7KiB") != std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(every_call_needs_the_token_and_the_right_method) {
    for (std::string const path :
         {"/v1/destinations", "/v1/destinations/crm", "/v1/tasks", "/v1/dead", "/v1/accounts",
          "/v1/jobs", "/v1/events", "/v1/nowhere"}) {
        BOOST_TEST(admin().get(path).status == 401, path);
        // The account's secret is another thing.
        BOOST_TEST(admin().get(path, bearer()).status == 401, path);
    }
    BOOST_TEST(look("/v1/nowhere").status == 404);
    auto const wrong = admin().request("PUT", "/v1/dead", token());
    BOOST_TEST(wrong.status == 405);
    BOOST_TEST(wrong.header("Allow") == "GET, HEAD");
    BOOST_TEST(wrong.header("Content-Type").starts_with("application/problem+json"));
    BOOST_TEST(admin().post("/", token(), "").status == 405);
}

BOOST_AUTO_TEST_CASE(without_a_configured_token_calls_that_change_things_are_off) {
    auto text = read_whole(configuration_file());
    auto const begin = text.find("admin_token = ");
    text.erase(begin, text.find('\n', begin) - begin);
    write_whole(configuration_file(), text);
    BOOST_TEST(stop() == 0);
    start();
    BOOST_TEST(admin().get("/v1/destinations").status == 200);
    auto const agents = admin().get("/v1/accounts/163/agents");
    BOOST_TEST(agents.status == 200);
    BOOST_TEST(agents.body.find("9879964805") == std::string::npos, agents.body);
    BOOST_TEST(json_at(agents.body, "/agents/0/cli") == "9******05");
    for (auto const* personal : {"links", "links/BEK4YYnx", "users", "users/9879964805"}) {
        auto const kept = admin().get("/v1/accounts/163/" + std::string(personal));
        BOOST_TEST(kept.status == 403, personal << ": " << kept.status);
    }
    BOOST_TEST(admin().get("/v1/config").status == 403);
    auto const refused = admin().post("/v1/destinations/crm/pause", token(), "");
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.body.find("admin_token") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace admin_api_test
