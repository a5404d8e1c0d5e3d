#include "queue/journal/journal_space.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::journal_space_test {

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

journal_space measured(std::uint64_t limit, std::uint64_t free) {
    journal_space space(limit);
    space.measured({free, free});
    return space;
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_space_test)

BOOST_AUTO_TEST_CASE(what_is_prepared_counts_when_the_disk_is_full) {
    auto const space = measured(1ull << 40, 0);
    BOOST_TEST(space.growth({0, 0}) == 0u);
    BOOST_TEST(!space.admits(1, 100, {mebibyte, 0}));
    BOOST_TEST(space.admits(1, 100, {mebibyte, mebibyte}));
}

BOOST_AUTO_TEST_CASE(the_limit_bounds_growth) {
    auto const space = measured(10 * mebibyte, 1ull << 40);
    BOOST_TEST(space.growth({4 * mebibyte, 0}) == 6 * mebibyte);
    BOOST_TEST(space.growth({11 * mebibyte, 0}) == 0u);
    BOOST_TEST(space.admits(1, mebibyte, {4 * mebibyte, 0}));
    BOOST_TEST(!space.admits(1, 7 * mebibyte, {4 * mebibyte, 0}));
}

BOOST_AUTO_TEST_CASE(each_live_task_keeps_room_for_its_end) {
    auto space = measured(1ull << 40, 0);
    journal_space::files const files{mebibyte, mebibyte};
    std::uint64_t admitted = 0;
    while (space.admits(1, 0, files)) {
        space.reserve(1, 0);
        space.appended(0); // its put is in a batch; `prepared` stays for this test
        ++admitted;
    }
    BOOST_TEST(admitted == (mebibyte - spare_room - put_room) / terminal_room);
    BOOST_TEST(!space.is_short(files));
    for (std::uint64_t i = 0; i < admitted; ++i)
        space.live(true);
    BOOST_TEST(!space.admits(1, 0, files));
    space.released();
    BOOST_TEST(space.admits(1, 0, files));
}

BOOST_AUTO_TEST_CASE(each_report_that_will_come_keeps_its_room) {
    auto space = measured(1ull << 40, 0);
    auto const of_reports = 10 * (report_room + terminal_room);
    auto const of_a_call = put_room + terminal_room;
    journal_space::files const files{mebibyte, spare_room + of_reports + of_a_call};
    space.expect_reports({10, 0});
    BOOST_TEST(space.admits(1, 0, files));
    BOOST_TEST(!space.admits(1, 1, files));
    space.expect_reports({10, 1});
    BOOST_TEST(!space.admits(1, 0, files));
    space.expect_reports({11, 0});
    BOOST_TEST(!space.admits(1, 0, files));
    BOOST_TEST(space.is_short(files));
    space.expect_reports({});
    BOOST_TEST(space.admits(1, of_reports, files));
}

BOOST_AUTO_TEST_CASE(a_report_has_its_room_unless_it_is_too_long_or_the_disk_ran_out) {
    auto space = measured(1ull << 40, 0);
    BOOST_TEST(space.admits_report(report_room - put_room, 0));
    BOOST_TEST(!space.admits_report(report_room - put_room + 1, 0));
    BOOST_TEST(space.admits_report(report_room - put_room + 1, 1));
    BOOST_TEST(!space.admits_report(report_room - put_room + 2, 1));
    space.ran_out();
    BOOST_TEST(!space.admits_report(1, 0));
}

BOOST_AUTO_TEST_CASE(giving_back_undoes_a_reservation) {
    auto space = measured(1ull << 40, 0);
    journal_space::files const files{mebibyte, mebibyte};
    space.reserve(10, mebibyte);
    BOOST_TEST(space.is_short(files));
    space.give_back(10, mebibyte);
    BOOST_TEST(!space.is_short(files));
    BOOST_TEST(space.admits(1, 0, files));
}

BOOST_AUTO_TEST_CASE(after_a_write_without_room_nothing_is_admitted_until_measured) {
    auto space = measured(1ull << 40, 1ull << 40);
    space.ran_out();
    BOOST_TEST(!space.admits(1, 0, {0, mebibyte}));
    BOOST_TEST(space.is_short({0, mebibyte}));
    space.measured({1ull << 40, 1ull << 40});
    BOOST_TEST(space.admits(1, 0, {0, 0}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_space_test
