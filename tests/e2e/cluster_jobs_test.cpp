// One job over all gateways, of which one dies while it runs: whoever is asked says how far it has
// come and who is missing, and what it did not reach is as it was.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <set>
#include <vector>

namespace cluster_jobs_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

constexpr int tasks_each = 60;

http_headers operator_bearer() {
    return {{"Authorization", std::string("Bearer ") + admin_token},
            {"Content-Type", "application/json"}};
}

std::size_t number_at(std::string const& body, std::string const& pointer) {
    auto const text = json_at(body, pointer);
    return text.empty() || text == "null" ? 0 : std::stoul(text);
}

struct three_gateways {
    three_gateways() {
        for (auto const* const name : {"gw-1", "gw-2", "gw-3"})
            members.push_back(
                std::make_unique<gateway_under_test>(cluster_member(name, url, destination)));
        for (auto const& each : members) {
            auto client = each->client();
            for (int i = 0; i < tasks_each; ++i) {
                auto const answer =
                    client.post("/v1/tasks", json_bearer(),
                                R"({"destination":"shared","delay":"1h","body":"later"})");
                BOOST_REQUIRE_MESSAGE(answer.status == 202, answer.body);
            }
        }
        auto const all = members.size() * tasks_each;
        BOOST_TEST(wait_until([&] { return count("scheduled") == all; }));
    }

    // Of all gateways, as one of them counts them.
    std::size_t count(std::string const& state) {
        auto const answer = members.front()->admin().post("/v1/tasks:cancel", operator_bearer(),
                                                          R"({"destination":"shared","state":[")" +
                                                              state + R"("],"dry_run":true})");
        return answer.status == 200 ? number_at(answer.body, "/matched") : 0;
    }
    std::string job(std::size_t asked, std::string const& id) {
        auto const answer = members[asked]->admin().get("/v1/jobs/" + id, operator_bearer());
        BOOST_TEST(answer.status == 200, answer.body);
        return answer.body;
    }

    std::string const url = shared_postgres().make_database();
    recording_destination destination;
    std::vector<std::unique_ptr<gateway_under_test>> members;
};

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_jobs)

BOOST_FIXTURE_TEST_CASE(a_job_says_who_died_and_what_it_did_not_reach_is_as_it_was,
                        three_gateways) {
    auto const begun = members[0]->admin().post("/v1/tasks:cancel", operator_bearer(),
                                                R"({"destination":"shared","rate":30})");
    BOOST_TEST(begun.status == 202, begun.body);
    auto const id = json_at(begun.body, "/id");
    // Each goes at a third of the rate: two seconds and more are left.
    BOOST_TEST(wait_until([&] { return number_at(job(1, id), "/done") >= 60; }));
    BOOST_TEST(json_at(job(1, id), "/state") == "running");
    members[2]->kill();
    for (std::size_t const asked : {0, 1}) {
        BOOST_TEST(wait_until([&] { return json_at(job(asked, id), "/ended_at") != "null"; }));
        auto const said = job(asked, id);
        BOOST_TEST(json_at(said, "/missing/0") == "gw-3", said);
        BOOST_TEST(json_at(said, "/missing/1") == "", said);
        BOOST_TEST(json_at(said, "/state") == "ended", said);
        // Their own, and what they had taken over by then.
        BOOST_TEST(number_at(said, "/done") >= 2U * tasks_each, said);
        auto const list = members[asked]->admin().get("/v1/jobs", operator_bearer()).body;
        BOOST_TEST(json_at(list, "/jobs/0/missing/0") == "gw-3", list);
    }
    // The others take over what the dead one had; the job is not theirs to finish.
    auto& survivor = *members[0];
    BOOST_TEST(wait_for_take_over(survivor, *members[1]));
    BOOST_TEST(wait_until([&] { return count("scheduled") > 0; }));
    auto const left = count("scheduled");
    BOOST_TEST(left < std::size_t{tasks_each}); // it had come some way
    BOOST_TEST_MESSAGE(left << " were not reached");
    // Back under its name it does not know the job either.
    members[2]->start();
    BOOST_TEST(json_at(job(2, id), "/missing/0") == "gw-3");
    // The same once more deals with them.
    auto const again =
        survivor.admin().post("/v1/tasks:cancel", operator_bearer(), R"({"destination":"shared"})");
    BOOST_TEST(number_at(again.body, "/matched") == left, again.body);
    BOOST_TEST(wait_until([&] { return count("scheduled") == 0; }));
    BOOST_TEST(destination.count() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_jobs_test
