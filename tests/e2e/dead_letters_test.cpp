// Life after death: dead letters are listed and filtered, redriven one by one, in bulk or paced,
// thrown away, and dropped when [retention] says so.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/json/parse.hpp>

#include <chrono>

namespace dead_letters_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

using ids = std::vector<std::string>;

struct dead_letters_fixture : operator_fixture {
    explicit dead_letters_fixture(gateway_settings settings = {})
        : operator_fixture(std::move(settings)) {}

    std::size_t dead_count() { return ids_in(seen("/v1/dead?limit=500")).size(); }
    ids many_dead(int count) {
        answer_with_status(404);
        ids all;
        for (int i = 0; i < count; ++i)
            all.push_back(accept(R"({"destination":"crm"})"));
        BOOST_REQUIRE(wait_until([&] { return dead_count() == all.size(); }));
        answer_with_status(200);
        return all;
    }
    bool wait_for_job(std::string const& number, std::string const& state) {
        return wait_until([&] { return json_at(seen("/v1/jobs/" + number), "/state") == state; });
    }
};

struct short_retention : dead_letters_fixture {
    short_retention()
        : dead_letters_fixture(settings()) {}
    static gateway_settings settings() {
        gateway_settings settings;
        settings.more = "[retention]\ncount = 3\ndead_count = 2\n";
        return settings;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(dead_letters, dead_letters_fixture)

BOOST_AUTO_TEST_CASE(they_are_listed_with_their_reason_and_filtered) {
    auto const not_found = accept_dead(404);
    auto const refused = accept_dead(401);
    auto const all = seen("/v1/dead");
    BOOST_TEST((ids_in(all) == ids{refused, not_found}));
    BOOST_TEST(json_at(all, "/total") == "2");
    BOOST_TEST(json_at(all, "/tasks/0/dead_reason").find("401") != std::string::npos);
    BOOST_TEST(json_at(all, "/tasks/0/attempts/0/status") == "401");
    BOOST_TEST((ids_in(seen("/v1/dead?reason=404")) == ids{not_found}));
    BOOST_TEST((ids_in(seen("/v1/dead?destination=crm&account=163&limit=1")) == ids{refused}));
    BOOST_TEST(ids_in(seen("/v1/dead?destination=central")).empty());
    BOOST_TEST(ids_in(seen("/v1/dead?from=2099-01-01T00:00:00Z")).empty());
    auto const next = json_at(seen("/v1/dead?limit=1"), "/next");
    BOOST_TEST((ids_in(seen("/v1/dead?limit=1&cursor=" + next)) == ids{not_found}));
}

BOOST_AUTO_TEST_CASE(one_is_redriven_and_is_the_same_task) {
    auto const id = accept_dead();
    auto const answer = post("/v1/dead/" + id + "/redrive");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(json_at(answer.body, "/state") == "ready");
    BOOST_TEST(wait_for_state(id, "delivered"));
    BOOST_TEST(json_at(seen("/v1/tasks/" + id), "/redriven_by") == "an operator at 127.0.0.1");
    BOOST_TEST(dead_count() == 0U);
    BOOST_TEST(post("/v1/dead/" + id + "/redrive").status == 404);
    BOOST_TEST(post("/v1/dead/" + accept_later() + "/redrive").status == 409);
}

BOOST_AUTO_TEST_CASE(many_are_redriven_by_their_ids_or_by_a_filter) {
    auto const all = many_dead(5);
    auto const some = post("/v1/dead:redrive", R"({"ids":[")" + all[0] + R"(",")" + all[1] +
                                                   R"(","01890000-0000-7000-8000-000000000000"]})");
    BOOST_TEST(some.status == 200);
    BOOST_TEST(json_at(some.body, "/done") == "2");
    BOOST_TEST(json_at(some.body, "/refused") == "1");
    BOOST_TEST(wait_until([&] { return dead_count() == 3U; }));
    auto const rest = post("/v1/dead:redrive", R"({"destination":"crm","reason":"404"})");
    BOOST_TEST(json_at(rest.body, "/done") == "3");
    for (auto const& id : all)
        BOOST_TEST(wait_for_state(id, "delivered"));
    BOOST_TEST(post("/v1/dead:redrive", "{}").status == 422);
}

BOOST_AUTO_TEST_CASE(a_paced_redrive_takes_its_time_and_can_be_stopped) {
    many_dead(12);
    auto const before = std::chrono::steady_clock::now();
    auto const begun = post("/v1/dead:redrive", R"({"all":true,"rate":10})");
    BOOST_TEST(begun.status == 202, begun.body);
    BOOST_TEST(json_at(begun.body, "/state") == "running");
    auto const number = json_at(begun.body, "/id");
    BOOST_TEST(begun.header("Location") == "/v1/jobs/" + number);
    BOOST_REQUIRE(wait_for_job(number, "ended"));
    BOOST_TEST((std::chrono::steady_clock::now() - before >= std::chrono::milliseconds(900)));
    BOOST_TEST(json_at(seen("/v1/jobs/" + number), "/done") == "12");
    BOOST_TEST(dead_count() == 0U);

    many_dead(30);
    auto const counted = post("/v1/dead:redrive", R"({"all":true,"rate":1,"expected":30})");
    BOOST_TEST(json_at(counted.body, "/expected") == "30", counted.body);
    auto const slow = json_at(counted.body, "/id");
    auto const stopped = remove("/v1/jobs/" + slow);
    BOOST_TEST(stopped.status == 200);
    BOOST_REQUIRE(wait_for_job(slow, "stopped"));
    BOOST_TEST(
        wait_until([&] { return json_at(seen("/v1/jobs/" + slow), "/ended_at") != "null"; }));
    BOOST_TEST(dead_count() >= 28U);
}

BOOST_AUTO_TEST_CASE(a_second_job_over_the_same_tasks_says_so) {
    many_dead(30);
    auto const begin = [&](std::string const& path, std::string const& body) {
        return boost::json::parse(post(path, body).body).as_object();
    };
    auto const first = begin("/v1/dead:redrive", R"({"destination":"crm","rate":1})");
    BOOST_TEST(!first.contains("beside"));
    BOOST_TEST(!begin("/v1/tasks:cancel", R"({"all":true,"rate":1})").contains("beside"));
    auto const other = begin("/v1/dead:redrive", R"({"destination":"other","rate":1})");
    BOOST_TEST(!other.contains("beside"));
    BOOST_REQUIRE(wait_for_job(std::string(other.at("id").as_string()), "ended"));
    auto const second = begin("/v1/dead:purge", R"({"all":true,"rate":1})");
    BOOST_REQUIRE(second.contains("beside"));
    auto const& beside = second.at("beside").as_array();
    BOOST_TEST(beside.size() == 1U);
    BOOST_TEST(beside.at(0).as_string() == first.at("id").as_string());
    auto const told = "\"beside\":\"" + std::string(first.at("id").as_string()) + '"';
    BOOST_TEST(wait_until([&] { return log().find(told) != std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(they_are_thrown_away_one_by_one_or_in_bulk) {
    auto const all = many_dead(4);
    BOOST_TEST(json_at(remove("/v1/dead/" + all[0]).body, "/state") == "purged");
    BOOST_TEST(look("/v1/tasks/" + all[0]).status == 404);
    BOOST_TEST(remove("/v1/dead/" + all[0]).status == 404);
    auto const rest = post("/v1/dead:purge", R"({"all":true})");
    BOOST_TEST(json_at(rest.body, "/done") == "3");
    BOOST_TEST(dead_count() == 0U);
}

BOOST_AUTO_TEST_CASE(what_was_done_to_them_survives_a_kill) {
    auto const all = many_dead(3);
    BOOST_TEST(post("/v1/destinations/crm/pause").status == 200);
    BOOST_TEST(post("/v1/dead/" + all[0] + "/redrive").status == 200);
    BOOST_TEST(remove("/v1/dead/" + all[1]).status == 200);
    kill();
    start();
    BOOST_TEST(json_at(seen("/v1/tasks/" + all[0]), "/state") == "ready");
    BOOST_TEST(look("/v1/tasks/" + all[1]).status == 404);
    BOOST_TEST((ids_in(seen("/v1/dead")) == ids{all[2]}));
    BOOST_TEST(!json_at(seen("/v1/dead"), "/tasks/0/dead_reason").empty());
}

BOOST_FIXTURE_TEST_CASE(retention_bounds_dead_letters_and_finished_tasks, short_retention) {
    auto const first = accept_dead();
    auto const second = accept_dead();
    auto const third = accept_dead();
    BOOST_TEST(wait_until([&] { return dead_count() == 2U; }));
    BOOST_TEST((ids_in(seen("/v1/dead")) == ids{third, second}));
    BOOST_TEST(look("/v1/tasks/" + first).status == 404);
    BOOST_TEST(log().find("dead letters were dropped") != std::string::npos);
    for (int i = 0; i < 12; ++i)
        accept_delivered();
    // The oldest file goes as a whole where the others hold enough; those that end together lie in
    // one file.
    BOOST_TEST(wait_until([&] { return ids_in(seen("/v1/tasks?state=delivered")).size() <= 6U; }));
    BOOST_TEST(ids_in(seen("/v1/tasks?state=delivered")).size() >= 3U);
}

BOOST_AUTO_TEST_CASE(groups_say_what_was_counted_and_when) {
    BOOST_TEST(json_at(seen("/v1/dead:groups"), "/total") == "0");
    accept_later();
    many_dead(3);
    accept_dead(401);
    auto const groups = seen("/v1/dead:groups");
    BOOST_TEST(json_at(groups, "/total") == "4");
    BOOST_TEST(json_at(groups, "/groups/0/count") == "3");
    BOOST_TEST(json_at(groups, "/groups/1/count") == "1");
    auto const late = accept_dead();
    auto const reason = json_at(groups, "/groups/0/reason");
    auto const done =
        post("/v1/dead:purge", R"({"destination":"crm","reason":")" + reason +
                                   R"(","expected":3,"before":")" + json_at(groups, "/at") + "\"}");
    BOOST_TEST(json_at(done.body, "/done") == "3", done.body);
    BOOST_TEST(json_at(seen("/v1/tasks/" + late), "/state") == "dead");
}

// A person saw a list, and meanwhile more came: only what was on it is dealt with.
BOOST_AUTO_TEST_CASE(what_came_after_the_list_was_seen_is_left_alone) {
    std::vector<std::string> all{accept_dead(), accept_dead()};
    auto const list = seen("/v1/dead");
    BOOST_TEST(json_at(list, "/total") == "2");
    auto const at = json_at(list, "/at");
    BOOST_REQUIRE(!at.empty());
    auto const late = accept_dead();
    auto const more = post("/v1/dead:purge", R"({"destination":"crm","expected":2})");
    BOOST_TEST(more.status == 409, more.body);
    BOOST_TEST(json_at(more.body, "/matched") == "3");
    BOOST_TEST(json_at(seen("/v1/dead"), "/total") == "3");
    auto const done = post("/v1/dead:purge", R"({"all":true,"expected":2,"before":")" + at + "\"}");
    BOOST_TEST(done.status == 200, done.body);
    BOOST_TEST(json_at(done.body, "/done") == "2");
    BOOST_TEST((ids_in(seen("/v1/dead")) == std::vector<std::string>{late}));
    // Fewer than were expected is no reason to refuse.
    BOOST_TEST(post("/v1/dead:purge", R"({"all":true,"expected":9})").status == 200);
    BOOST_TEST(post("/v1/dead:purge", R"({"before":"2026-01-01T00:00:00Z"})").status == 422);
    BOOST_TEST(post("/v1/dead:purge", R"({"all":true,"expected":-1})").status == 422);
    BOOST_TEST(post("/v1/dead:purge", R"({"all":true,"before":"now"})").status == 422);
    BOOST_TEST(post("/v1/dead:purge", R"({"ids":[")" + late + R"("],"expected":1})").status == 422);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace dead_letters_test
