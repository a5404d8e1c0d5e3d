// What an operator sees of a cluster, and what its gateways make of a destination's limits.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

namespace cluster_status_test {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct fixture {
    std::string const url = shared_postgres().make_database();
    recording_destination destination;
    std::string const limits = "[[destination]]\nname = \"limited\"\nurl = "
                               "\"http://127.0.0.1:9009/x\"\nallow_http = true\n"
                               "allow_networks = [\"127.0.0.0/8\"]\nconcurrency = 10\n"
                               "rate = 100\nburst = 20\n";
    gateway_under_test one{cluster_member("gw-1", url, destination, limits)};

    // A look of an operator's.
    static std::string look(gateway_under_test& gateway, std::string const& path) {
        return gateway.admin()
            .get(path, {{"Authorization", "Bearer " + std::string(admin_token)}})
            .body;
    }

    // Concurrency and rate of "limited".
    static std::string parts_at(gateway_under_test& gateway) {
        auto const shown = look(gateway, "/v1/destinations/limited");
        return json_at(shown, "/concurrency/most") + " " + json_at(shown, "/rate/limit");
    }
    static bool sees(gateway_under_test& gateway, std::string const& count) {
        return wait_until([&] {
            return gateway.metric("sluice_cluster_members", "state=\"alive\"") == std::stod(count);
        });
    }
};

BOOST_FIXTURE_TEST_SUITE(cluster_status, fixture)

// Whoever is asked tells the whole, not what the gateways have of it together.
BOOST_AUTO_TEST_CASE(a_destinations_limits_are_shown_whole_at_every_gateway) {
    gateway_under_test other(cluster_member("gw-2", url, destination, limits));
    BOOST_TEST(sees(one, "2"));
    BOOST_TEST(wait_until([&] { return parts_at(one) == "10 100"; }), parts_at(one));
    BOOST_TEST(wait_until([&] { return parts_at(other) == "10 100"; }), parts_at(other));
    BOOST_TEST(other.admin().get("/readyz?verbose").body.find("2 members alive") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_gateway_and_the_database_tell_who_is_there) {
    gateway_under_test other(cluster_member("gw-2", url, destination, limits));
    BOOST_TEST(sees(one, "2"));
    auto const told = look(one, "/v1/cluster");
    BOOST_TEST(json_at(told, "/gateway") == "gw-1", told);
    BOOST_TEST(json_at(told, "/members/1/name") == "gw-2", told);
    BOOST_TEST(json_at(told, "/members/1/state") == "alive", told);
    auto const admin = "http://127.0.0.1:" + std::to_string(one.ports().admin_listener);
    auto const asked = run_sluice({"cluster", "status", "--admin", admin},
                                  {{"SLUICE_ADMIN_TOKEN", std::string(admin_token)}});
    BOOST_TEST(asked.exit_code == 0, asked.errors);
    BOOST_TEST(asked.output.find("gw-2  alive  log ") != std::string::npos, asked.output);
    auto const read =
        run_sluice({"cluster", "status", "--config", one.configuration_file().string()});
    BOOST_TEST(read.exit_code == 0, read.errors);
    BOOST_TEST(read.output.find("gw-1  alive  log ") != std::string::npos, read.output);
    BOOST_TEST(one.metric("sluice_cluster_lease_remaining_seconds") > 0);
    BOOST_TEST(other.stop() == 0);
    BOOST_TEST(wait_until(
        [&] { return json_at(look(one, "/v1/cluster"), "/members/1/state") == "stopped"; }));
}

BOOST_AUTO_TEST_CASE(what_waits_at_all_gateways_is_exported) {
    gateway_under_test other(cluster_member("gw-2", url, destination, limits));
    std::set<std::string> ids;
    for (auto* each : {&one, &other}) {
        auto const answer = each->client().post("/v1/tasks", json_bearer(),
                                                R"({"destination":"limited","delay":"1h"})");
        BOOST_TEST(answer.status == 202, answer.body);
        ids.insert(json_at(answer.body, "/id"));
    }
    auto const file = one.configuration_file().string();
    auto const told = run_sluice({"store", "export", "--config", file});
    BOOST_TEST(told.exit_code == 0, told.errors);
    std::set<std::string> exported;
    std::istringstream lines(told.output);
    for (std::string line; std::getline(lines, line);)
        exported.insert(json_at(line, "/id"));
    BOOST_TEST(exported == ids, boost::test_tools::per_element());
    // A log that was taken over stands in that of whoever took it.
    other.kill();
    BOOST_TEST(wait_until([&] {
        auto const status = run_sluice({"cluster", "status", "--config", file}).output;
        return status.find("adoption done") != std::string::npos;
    }));
    auto const later = run_sluice({"store", "export", "--config", file});
    BOOST_TEST(later.exit_code == 0, later.errors);
    BOOST_TEST(std::ranges::count(later.output, '\n') == 2, later.output);
    for (auto const& id : ids)
        BOOST_TEST(later.output.find(id) != std::string::npos, later.output);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_status_test
