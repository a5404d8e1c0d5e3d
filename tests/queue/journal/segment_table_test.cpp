#include "queue/journal/segment_table.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::segment_table_test {

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

// `count` full segments of 1 MiB, each of one batch with its number, and an empty current one.
segment_table full_segments(std::uint32_t count) {
    segment_table table;
    for (std::uint32_t n = 1; n <= count + 1; ++n) {
        segment s;
        s.number = n;
        s.capacity = mebibyte;
        s.end = mebibyte;
        s.first_batch = s.last_batch = n;
        table.add(std::move(s));
        if (n > 1) table.advance();
    }
    return table;
}

} // namespace

BOOST_AUTO_TEST_SUITE(segment_table_test)

BOOST_AUTO_TEST_CASE(the_oldest_goes_when_nothing_in_it_is_live) {
    auto table = full_segments(2);
    table.on_live({1, 100, 500});
    BOOST_TEST(table.removable(9, 3) == nullptr);
    table.on_released({1, 100, 500});
    BOOST_REQUIRE(table.removable(9, 3) != nullptr);
    BOOST_TEST(table.removable(9, 3)->number == 1u);
}

BOOST_AUTO_TEST_CASE(a_segment_that_was_removed_is_not_found_again) {
    auto table = full_segments(3);
    BOOST_TEST(table.find(1)->number == 1u);
    table.remove_oldest();
    BOOST_TEST(table.find(1) == nullptr);
    BOOST_TEST(table.find(4)->number == 4u);
    table.remove_newest();
    BOOST_TEST(table.find(4) == nullptr);
    BOOST_TEST(table.find(2)->number == 2u);
}

BOOST_AUTO_TEST_CASE(a_segment_behind_a_live_one_stays) {
    auto table = full_segments(2);
    table.on_live({1, 100, 500});
    BOOST_TEST(table.find(2)->live_records == 0u);
    BOOST_TEST(table.removable(9, 3) == nullptr);
}

BOOST_AUTO_TEST_CASE(it_waits_until_what_freed_it_is_safe) {
    auto table = full_segments(2);
    BOOST_TEST(table.removable(4, 5) == nullptr); // batch 5 may hold the last terminal record
    BOOST_TEST(table.removable(5, 9) != nullptr); // and is safe now; 9 came later
}

BOOST_AUTO_TEST_CASE(it_waits_until_the_lanes_are_repeated_safely) {
    auto table = full_segments(1);
    BOOST_TEST(table.removable(1, 1) == nullptr);
    BOOST_TEST(table.removable(2, 1) != nullptr);
}

BOOST_AUTO_TEST_CASE(the_current_segment_is_never_removed) {
    auto table = full_segments(0);
    BOOST_TEST(table.removable(9, 1) == nullptr);
}

BOOST_AUTO_TEST_CASE(cleaning_begins_when_garbage_passes_half_and_two_segments) {
    for (std::uint32_t count = 1; count <= 12; ++count) {
        auto table = full_segments(count);
        table.on_live({1, static_cast<std::uint32_t>(mebibyte - 256), 0});
        // Garbage: all but the first segment.
        bool const is_worth_it = (count - 1) * 2 > count + 2 * 2;
        BOOST_TEST((table.to_clean(99) != nullptr) == is_worth_it, "segments " << count);
    }
}

BOOST_AUTO_TEST_CASE(a_segment_is_cleaned_once_and_not_before_it_is_safe) {
    auto table = full_segments(12);
    table.on_live({1, 10, 0});
    BOOST_TEST(table.to_clean(0) == nullptr);
    auto* const worst = table.to_clean(99);
    BOOST_REQUIRE(worst != nullptr);
    worst->was_cleaned = true;
    BOOST_TEST(table.to_clean(99) == nullptr);
}

BOOST_AUTO_TEST_CASE(many_tiny_segments_count_as_full_ones) {
    auto table = full_segments(12);
    for (auto& s : table.all())
        s.end = s.capacity = 4096;
    table.on_live({1, 10, 0});
    BOOST_TEST(table.to_clean(99) != nullptr);
}

BOOST_AUTO_TEST_CASE(locations_of_segments_that_are_gone_are_ignored) {
    auto table = full_segments(1);
    table.on_live({77, 10, 0});
    table.on_released({77, 10, 0});
    table.on_released({1, 10, 0});
    BOOST_TEST(table.live_bytes() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::segment_table_test
