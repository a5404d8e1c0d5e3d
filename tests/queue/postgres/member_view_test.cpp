#include "queue/postgres/member_view.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace member_view_test {

using namespace std::chrono_literals;
using namespace sluice::queue::postgres;

constexpr boot_time start{1000s};

member_row row(char const* name, std::uint32_t log, bool is_stopped = false) {
    member_row made;
    made.name = name;
    made.log = log;
    made.is_stopped = is_stopped;
    return made;
}

struct fixture {
    lease lives{{15s, 60s}, start};
    cluster_rows seen;
    std::vector<slice_row> slices;

    members_view view() {
        std::vector<sighting> others;
        for (auto const& one : seen.members)
            if (one.log != 1) others.push_back({one.log, one.renewals, one.is_stopped, 15s});
        lives.look(start + 1s, start + 1s, others);
        return make_view(seen, slices, lives, 1);
    }
};

BOOST_FIXTURE_TEST_SUITE(member_view, fixture)

BOOST_AUTO_TEST_CASE(everybody_stands_in_it_by_name) {
    seen.members = {row("gw-2", 2), row("gw-1", 1), row("gw-3", 3, true)};
    auto const got = view();
    BOOST_REQUIRE(got.members.size() == 3U);
    BOOST_TEST(got.is_reachable);
    BOOST_TEST(got.members[0].name == "gw-1");
    BOOST_TEST(got.members[0].is_self);
    BOOST_TEST(got.members[1].is_alive);
    BOOST_TEST(!got.members[1].is_self);
    BOOST_TEST(got.members[2].is_stopped);
    BOOST_TEST(!got.members[2].is_alive);
    BOOST_TEST(live_members(got) == 2U);
}

BOOST_AUTO_TEST_CASE(whose_log_is_adopted_is_not_alive) {
    seen.members = {row("gw-1", 1), row("gw-2", 2)};
    seen.adopted = {{2, 1, false, 4}};
    BOOST_TEST(!view().members[1].is_alive);
    BOOST_TEST(live_members(view()) == 1U);
}

BOOST_AUTO_TEST_CASE(a_log_that_was_adopted_twice_is_asked_for_at_the_last_owners) {
    seen.members = {row("gw-1", 1), row("gw-4", 4)};
    // 2 went to 1 and 3; then 3 went to 1 and 4.
    seen.adopted = {{2, 1, true, 4}, {3, 4, false, 2}};
    slices = {{2, 1}, {2, 3}, {3, 1}, {3, 4}};
    auto const got = view();
    BOOST_REQUIRE(got.adopted.size() == 2U);
    std::vector<std::uint32_t> const both{1, 4};
    BOOST_TEST(got.adopted[0].by == both, boost::test_tools::per_element());
    BOOST_TEST(got.adopted[1].by == both, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_circle_ends) {
    seen.adopted = {{2, 3, true, 4}, {3, 2, true, 2}};
    slices = {{2, 3}, {3, 2}};
    BOOST_TEST(view().adopted[0].by.empty());
}

BOOST_AUTO_TEST_CASE(two_looks_at_a_quiet_cluster_do_not_differ) {
    seen.members = {row("gw-1", 1), row("gw-2", 2)};
    auto const before = view();
    seen.members[1].renewals = 5;
    BOOST_TEST(!differs(before, view()));
    seen.members[1].advertise = "10.0.0.2:1";
    BOOST_TEST(differs(before, view()));
}

BOOST_AUTO_TEST_CASE(nobody_known_is_one_at_least) {
    BOOST_TEST(live_members({}) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace member_view_test
