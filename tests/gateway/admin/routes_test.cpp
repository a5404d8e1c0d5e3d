#include "gateway/admin/routes.hpp"

#include <boost/test/unit_test.hpp>

namespace routes_test {

using namespace sluice::gateway::admin;

namespace {

void finds(char const* method, char const* path, operation what, char const* name) {
    BOOST_TEST_CONTEXT(method << " " << path) {
        auto const where = find_route(method, path);
        BOOST_REQUIRE(where.row);
        BOOST_TEST((where.row->does == what));
        BOOST_TEST(where.names.front() == name);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(routes)

BOOST_AUTO_TEST_CASE(paths_with_and_without_a_name_are_found) {
    finds("GET", "/v1/destinations", operation::list_destinations, "");
    finds("GET", "/v1/destinations/crm", operation::show_destination, "crm");
    finds("POST", "/v1/destinations/a%2Fb/pause", operation::pause_destination, "a%2Fb");
    finds("POST", "/v1/tasks:cancel", operation::cancel_tasks, "");
    finds("GET", "/v1/tasks/x/explain", operation::explain_task, "x");
    finds("DELETE", "/v1/tasks/x", operation::cancel_task, "x");
    finds("POST", "/v1/dead/x/redrive", operation::redrive_dead, "x");
    finds("POST", "/v1/dead:redrive", operation::redrive_many, "");
    finds("GET", "/v1/cluster", operation::show_cluster, "");
    finds("GET", "/v1/config", operation::show_configuration, "");
    finds("HEAD", "/v1/accounts", operation::list_accounts, "");
}

BOOST_AUTO_TEST_CASE(a_name_is_one_segment_and_not_empty) {
    for (auto const* path : {"/v1/destinations/", "/v1/destinations/a/b", "/v1/tasks//explain",
                             "/v1/", "/v1/destinationsx", "/v2/tasks", "/v1/tasks/x/explain/"}) {
        BOOST_TEST(!find_route("GET", path).row, path);
    }
}

BOOST_AUTO_TEST_CASE(everything_but_looking_is_a_change) {
    for (auto const& each : sluice::gateway::admin::routes()) {
        BOOST_TEST(each.changes() == (each.method != "GET"), each.pattern);
    }
    BOOST_TEST(find_route("POST", "/v1/destinations/crm/pause").row->changes());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace routes_test
