#include "gateway/plan/directory.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::directory_test {
namespace {

std::shared_ptr<configuration const> settings() {
    auto made = std::make_shared<configuration>();
    for (auto const* path : {"/in/crm", "/in/crm/orders", "/in/b"})
        made->routes.emplace_back().path = path;
    made->destinations.emplace_back().name = "d";
    made->widgets.emplace_back().name = "w";
    made->accounts.emplace_back().id = "a";
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(directory)

BOOST_AUTO_TEST_CASE(the_longest_route_by_whole_segments_wins) {
    plan::directory const directory(settings());
    struct {
        std::string_view path, route, rest;
    } const table[] = {
        {"/in/crm", "/in/crm", ""},
        {"/in/crm/", "/in/crm", "/"},
        {"/in/crm/x/y", "/in/crm", "/x/y"},
        {"/in/crm/orders", "/in/crm/orders", ""},
        {"/in/crm/orders/7", "/in/crm/orders", "/7"},
        {"/in/crm/ordersx", "/in/crm", "/ordersx"},
        {"/in/crm//orders", "/in/crm", "//orders"},
        {"/in/b/very/long/path/that/is/longer/than/any/route", "/in/b",
         "/very/long/path/that/is/longer/than/any/route"},
    };
    for (auto const& row : table) {
        auto const match = directory.find_route(row.path);
        BOOST_TEST_CONTEXT(row.path) {
            BOOST_REQUIRE(match.found != nullptr);
            BOOST_TEST(match.found->path == row.route);
            BOOST_TEST(match.rest == row.rest);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_path_without_a_route_finds_nothing) {
    plan::directory const directory(settings());
    for (std::string_view const path : {"", "/", "/in", "/in/", "/in/cr", "/in/crmx", "/in/CRM",
                                        "/in/crmxyzxyzxyzxyzxyz", "in/crm", "xxxxxxxxxxxxxxxxxxxx"})
        BOOST_TEST(!directory.find_route(path).found, path);
    BOOST_TEST(!directory.find_route(std::string(8'192, '/')).found);
}

BOOST_AUTO_TEST_CASE(without_routes_nothing_is_found) {
    plan::directory const directory(std::make_shared<configuration const>());
    BOOST_TEST(!directory.find_route("/in/crm").found);
}

BOOST_AUTO_TEST_CASE(destinations_and_widgets_are_found_by_name) {
    plan::directory const directory(settings());
    BOOST_TEST(directory.find_destination("d") == &directory.settings().destinations[0]);
    BOOST_TEST(!directory.find_destination("w"));
    BOOST_TEST(directory.find_widget("w") == &directory.settings().widgets[0]);
    BOOST_TEST(!directory.find_widget(""));
    BOOST_TEST(directory.accounts().by_id("a") == &directory.settings().accounts[0]);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::directory_test
