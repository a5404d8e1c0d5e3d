#include "gateway/serve/cluster_status.hpp"
#include "gateway/serve/store_exit.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/postgres/postgres_error.hpp"

#include <boost/test/unit_test.hpp>

namespace cluster_status_test {

using namespace sluice::gateway;
using namespace sluice::queue::postgres;
using namespace std::chrono_literals;

struct fixture {
    membership_status lease;
    members_view view;

    fixture() {
        lease.lease_age = 1500ms;
        lease.lease_remaining = -250ms;
        lease.renewals = 7;
        view.members = {{"a", 1, "h:1", "0.1", true, false, true},
                        {"b", 2, "", "", false, true, false},
                        {"c", 3, "", "", false, false, false}};
        view.adopted = {{3, {1}, false}, {4, {1}, true}};
    }
};

BOOST_FIXTURE_TEST_SUITE(cluster_status, fixture)

BOOST_AUTO_TEST_CASE(what_the_alerts_watch_is_on_the_page) {
    telemetry::family_list out;
    serve::add_cluster_metrics(out, lease, view);
    auto const page = out.text();
    for (auto const* line :
         {"sluice_cluster_lease_age_seconds 1.5\n",
          "sluice_cluster_lease_remaining_seconds -0.25\n",
          "sluice_cluster_members{state=\"alive\"} 1\n",
          "sluice_cluster_members{state=\"silent\"} 1\n", "sluice_cluster_adopting_logs 1\n",
          "sluice_cluster_renewals_total 7\n"})
        BOOST_TEST(page.find(line) != std::string::npos, line << "in\n" << page);
}

BOOST_AUTO_TEST_CASE(what_sharing_out_limits_costs_is_on_the_page) {
    telemetry::family_list out;
    serve::add_pace_metrics(out, {70, 8, 2, 1, 5});
    auto const page = out.text();
    for (auto const* line :
         {"sluice_permit_statements_total{kind=\"look\"} 70\n",
          "sluice_permit_statements_total{kind=\"write\"} 8\n", "sluice_permit_conflicts_total 2\n",
          "sluice_permit_failures_total 1\n", "sluice_permit_destinations 5\n"})
        BOOST_TEST(page.find(line) != std::string::npos, line << "in\n" << page);
}

BOOST_AUTO_TEST_CASE(the_cluster_is_told_as_one_gateway_sees_it) {
    BOOST_TEST(serve::cluster_json("a", {1, 2}, lease, view) ==
               "{\"gateway\":\"a\",\"log\":1,\"epoch\":2,\"reachable\":false,"
               "\"lease_remaining_ms\":-250,\"members\":["
               "{\"name\":\"a\",\"log\":1,\"state\":\"alive\",\"advertise\":\"h:1\","
               "\"version\":\"0.1\",\"self\":true},"
               "{\"name\":\"b\",\"log\":2,\"state\":\"stopped\",\"advertise\":\"\","
               "\"version\":\"\",\"self\":false},"
               "{\"name\":\"c\",\"log\":3,\"state\":\"silent\",\"advertise\":\"\","
               "\"version\":\"\",\"self\":false}],"
               "\"adopted\":[{\"log\":3,\"by\":[1],\"done\":false},"
               "{\"log\":4,\"by\":[1],\"done\":true}]}");
}

BOOST_AUTO_TEST_CASE(each_trouble_with_the_store_has_its_exit_code) {
    BOOST_TEST(serve::exit_code_of_store(postgres_errc::unreachable) == exit_cannot_reach);
    BOOST_TEST(serve::exit_code_of_store(postgres_errc::missing_right) == exit_configuration);
    BOOST_TEST(serve::exit_code_of_store(postgres_errc::newer_schema) == exit_configuration);
    BOOST_TEST(serve::exit_code_of_store(postgres_errc::unsuitable) == exit_configuration);
    BOOST_TEST(serve::exit_code_of_store(postgres_errc::name_in_use) == exit_cannot_write);
    BOOST_TEST(serve::exit_code_of_store(postgres_errc::missing) == exit_damaged);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_status_test
