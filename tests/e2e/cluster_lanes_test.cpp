// Several gateways over one PostgreSQL: what holds a destination holds it at all of them, soon.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <optional>

namespace cluster_lanes_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

http_headers operator_bearer() {
    return {{"Authorization", std::string("Bearer ") + admin_token}};
}

http_response switch_lane(gateway_under_test& at, std::string const& what,
                          std::string const& lane = "shared") {
    return at.admin().post("/v1/destinations/" + lane + "/" + what, operator_bearer(), {});
}

// How the gateway itself has the destination, of what all of them say.
std::string state_at(gateway_under_test& asked, std::string const& name,
                     std::string const& lane = "shared") {
    auto const shown = asked.admin().get("/v1/destinations/" + lane, operator_bearer());
    for (int i = 0; i < 3; ++i) {
        auto const at = "/gateways/" + std::to_string(i);
        if (json_at(shown.body, at + "/name") == name) return json_at(shown.body, at + "/state");
    }
    return std::to_string(shown.status);
}

bool all_have(gateway_under_test& asked, std::string const& state,
              std::string const& lane = "shared") {
    return wait_until([&] {
        for (auto const* const name : {"gw-1", "gw-2", "gw-3"})
            if (state_at(asked, name, lane) != state) return false;
        return true;
    });
}

bool is_taken(gateway_under_test& to, std::string const& body) {
    return to.client().post("/in/shared", {}, body).status == 202;
}

steady::duration time_of(recording_destination const& at, std::string const& body) {
    for (auto const& each : at.deliveries())
        if (each.request.body == body) return each.at.time_since_epoch();
    return {};
}

gateway_settings with_long_lease(gateway_settings settings) {
    auto const put = [&settings](std::string const& from, std::string const& to) {
        settings.more.replace(settings.more.find(from), from.size(), to);
    };
    put("lease = \"2s\"", "lease = \"15s\"");
    put("rejoin = \"3s\"", "rejoin = \"20s\"");
    return settings;
}

// How many came later than then.
std::ptrdiff_t later_than(recording_destination const& at, steady::time_point when) {
    auto const all = at.deliveries();
    return std::ranges::count_if(all, [when](auto const& each) { return each.at > when; });
}

struct three_gateways {
    explicit three_gateways(std::string url, std::string const& more = {})
        : one(cluster_member("gw-1", url, destination, more))
        , two(cluster_member("gw-2", url, destination, more))
        , three(cluster_member("gw-3", url, destination, more)) {
        BOOST_TEST(all_have(one, "open"));
    }
    // Answers as the test says while it says something.
    std::atomic<int> status = 200;
    recording_destination destination;
    gateway_under_test one, two, three;
};

struct fixture : three_gateways {
    fixture()
        : three_gateways(shared_postgres().make_database()) {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_lanes)

BOOST_FIXTURE_TEST_CASE(a_pause_holds_everywhere_within_a_second_and_so_does_a_resume, fixture) {
    steady_load load(
        {one.ports().public_listener, two.ports().public_listener, three.ports().public_listener});
    BOOST_TEST(load.wait_for_more(300));
    BOOST_TEST(destination.wait_for(200));
    auto const paused = switch_lane(two, "pause");
    auto const since = steady::now();
    BOOST_TEST(paused.status == 200);
    BOOST_TEST(json_at(paused.body, "/state") == "paused");
    BOOST_TEST(json_at(paused.body, "/missing") == "");
    for (auto const* const name : {"gw-1", "gw-2", "gw-3"})
        BOOST_TEST(state_at(one, name) == "paused");
    BOOST_TEST(load.wait_for_more(300));
    BOOST_TEST(wait_until([&] { return steady::now() > since + 2s; }));
    load.end();
    BOOST_TEST(later_than(destination, since + 1s) == 0);
    BOOST_TEST(switch_lane(three, "resume").status == 200);
    BOOST_TEST(all_arrive(destination, load.acknowledged()));
    BOOST_TEST(load.refused() == 0U);
}

// Its secret differs, so that no gateway can ask it: it reads the table.
BOOST_AUTO_TEST_CASE(whoever_cannot_be_asked_hears_of_it_all_the_same) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    temporary_directory secrets;
    std::ofstream(secrets / "secret") << "another secret, long enough for anybody to take";
    auto stranger = cluster_member("gw-2", url, destination);
    std::string const at = "rejoin = \"3s\"\n";
    stranger.more.insert(stranger.more.find(at) + at.size(),
                         "secret_file = \"" + (secrets / "secret").string() + "\"\n");
    gateway_under_test other(stranger);
    BOOST_TEST(wait_until(
        [&] { return json_at(switch_lane(one, "resume").body, "/missing/0") == "gw-2"; }));
    steady_load load({other.ports().public_listener}, 2);
    BOOST_TEST(destination.wait_for(50));
    auto const paused = switch_lane(one, "pause");
    auto const since = steady::now();
    BOOST_TEST(paused.status == 200);
    BOOST_TEST(json_at(paused.body, "/missing/0") == "gw-2");
    BOOST_TEST(wait_until([&] { return steady::now() > since + 2s; }));
    load.end();
    BOOST_TEST(later_than(destination, since + 1s) == 0);
    BOOST_TEST(switch_lane(one, "resume").status == 200);
    BOOST_TEST(all_arrive(destination, load.acknowledged()));
}

BOOST_FIXTURE_TEST_CASE(the_lane_of_callbacks_is_paused_everywhere_as_well, fixture) {
    std::string const lane = "callback:163";
    BOOST_TEST(switch_lane(one, "pause", lane).status == 200);
    BOOST_TEST(all_have(two, "paused", lane));
    BOOST_TEST(all_have(three, "open"));
    BOOST_TEST(switch_lane(three, "resume", lane).status == 200);
    for (auto const* const name : {"gw-1", "gw-2", "gw-3"})
        BOOST_TEST(state_at(two, name, lane) != "paused");
    BOOST_TEST(switch_lane(one, "pause", "nowhere").status == 404);
    BOOST_TEST(switch_lane(one, "pause").status == 200); // and nothing else is
    BOOST_TEST(state_at(two, "gw-3", lane) != "paused");
}

BOOST_FIXTURE_TEST_CASE(a_410_at_one_disables_at_all_until_somebody_resumes, fixture) {
    destination.answer_with([this](auto const&, auto) {
        destination_answer answer;
        answer.status = status;
        return answer;
    });
    status = 410;
    BOOST_TEST(is_taken(one, "gone"));
    BOOST_TEST(all_have(three, "disabled"));
    status = 200;
    BOOST_TEST(is_taken(two, "held"));
    BOOST_TEST(destination.count() == 1U);
    BOOST_TEST(switch_lane(three, "resume").status == 200);
    BOOST_TEST(all_have(two, "open"));
    BOOST_TEST(all_arrive(destination, {"gone", "held"}));
}

BOOST_FIXTURE_TEST_CASE(a_retry_after_at_one_closes_the_gate_of_all, fixture) {
    destination.answer_with([](auto const&, std::size_t n) {
        destination_answer answer;
        if (n == 1) {
            answer.status = 429;
            answer.headers = {{"Retry-After", "4"}};
        }
        return answer;
    });
    BOOST_TEST(is_taken(one, "first"));
    BOOST_TEST(destination.wait_for(1));
    auto const closed = destination.deliveries().front().at.time_since_epoch();
    // Each says so of itself.
    BOOST_TEST(wait_until([&] {
        for (auto* const each : {&two, &three})
            if (each->metric("sluice_cluster_lane_rows") < 1) return false;
        return true;
    }));
    BOOST_TEST(wait_until([&] { return steady::now().time_since_epoch() > closed + 1s; }));
    BOOST_TEST(is_taken(two, "second"));
    BOOST_TEST(is_taken(three, "third"));
    BOOST_TEST(all_arrive(destination, {"first", "second", "third"}));
    for (auto const* const body : {"second", "third"}) {
        auto const waited = time_of(destination, body) - closed;
        BOOST_TEST((waited > 3900ms), body << " came after " << waited / 1ms << " ms");
    }
}

BOOST_AUTO_TEST_CASE(while_postgresql_is_away_a_pause_is_503_and_changes_nothing) {
    postgres_server server;
    three_gateways all(server.make_database());
    server.kill();
    auto const refused = switch_lane(all.one, "pause");
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(!refused.header("Retry-After").empty());
    for (auto const* const name : {"gw-1", "gw-2", "gw-3"})
        BOOST_TEST(state_at(all.two, name) == "open");
    server.start();
    BOOST_TEST(wait_until([&] { return switch_lane(all.one, "pause").status == 200; }));
    BOOST_TEST(all_have(all.three, "paused"));
    // It cuts off nobody for longer than it is away.
    server.kill();
    BOOST_TEST(switch_lane(all.two, "resume").status == 503);
    BOOST_TEST(state_at(all.three, "gw-3") == "paused");
    server.start();
    BOOST_TEST(wait_until([&] { return switch_lane(all.two, "resume").status == 200; }));
    BOOST_TEST(all_have(all.one, "open"));
}

BOOST_FIXTURE_TEST_CASE(a_killed_gateways_old_pause_is_not_revived, fixture) {
    BOOST_TEST(switch_lane(one, "pause").status == 200);
    BOOST_TEST(is_taken(one, "held"));
    one.kill();
    BOOST_TEST(switch_lane(two, "resume").status == 200); // its log says otherwise
    BOOST_TEST(all_arrive(destination, {"held"}));        // by whoever has adopted it
    BOOST_TEST(is_taken(two, "two"));
    BOOST_TEST(is_taken(three, "three"));
    BOOST_TEST(all_arrive(destination, {"held", "two", "three"}));
    one.start();
    BOOST_TEST(is_taken(one, "one"));
    BOOST_TEST(all_arrive(destination, {"held", "two", "three", "one"}));
    BOOST_TEST(all_have(one, "open"));
}

BOOST_FIXTURE_TEST_CASE(a_gateway_that_was_down_starts_with_what_was_paused_meanwhile, fixture) {
    destination.answer_with([this](auto const&, auto) {
        destination_answer answer;
        answer.status = status;
        return answer;
    });
    status = 503;
    BOOST_TEST(is_taken(one, "kept"));
    one.kill();
    auto const sent = destination.count();
    BOOST_TEST(switch_lane(two, "pause").status == 200);
    status = 200;
    one.start();
    BOOST_TEST(all_have(one, "paused"));
    BOOST_TEST(destination.count() == sent);
    BOOST_TEST(switch_lane(one, "resume").status == 200);
    BOOST_TEST(all_arrive(destination, {"kept"}));
}

// It wakes up within its lease and must not send by what it knew.
BOOST_AUTO_TEST_CASE(a_gateway_that_was_frozen_sees_the_pause_before_it_sends) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(with_long_lease(cluster_member("gw-1", url, destination)));
    gateway_under_test two(with_long_lease(cluster_member("gw-2", url, destination)));
    std::string const later = R"({"destination":"shared","delay":"700ms","body":"later"})";
    BOOST_TEST(one.client().post("/v1/tasks", json_bearer(), later).status == 202);
    one.process().signal(SIGSTOP);
    auto const paused = switch_lane(two, "pause"); // waits two seconds for the frozen one
    auto const since = steady::now();
    BOOST_TEST(paused.status == 200);
    BOOST_TEST(json_at(paused.body, "/missing/0") == "gw-1");
    BOOST_TEST(wait_until([&] { return steady::now() > since + 1100ms; }));
    one.process().signal(SIGCONT);
    BOOST_TEST(wait_until([&] { return state_at(two, "gw-1") == "paused"; }));
    BOOST_TEST(destination.count() == 0U);
    BOOST_TEST(switch_lane(two, "resume").status == 200);
    BOOST_TEST(all_arrive(destination, {"later"}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_lanes_test
