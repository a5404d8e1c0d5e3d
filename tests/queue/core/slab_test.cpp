#include "queue/core/slab.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

namespace slab_test {

BOOST_AUTO_TEST_SUITE(slab)

BOOST_AUTO_TEST_CASE(values_stay_where_they_are_while_it_grows) {
    sluice::queue::slab<std::uint64_t, 1024> numbers;
    std::vector<std::uint64_t*> places;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        numbers.push_back(i * i);
        places.push_back(&numbers[i]);
    }
    BOOST_TEST(numbers.size() == 5000u);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        BOOST_REQUIRE_EQUAL(numbers[i], i * i);
        BOOST_REQUIRE(&numbers[i] == places[i]);
    }
}

BOOST_AUTO_TEST_CASE(a_region_of_many_pages_is_filled_from_end_to_end) {
    sluice::queue::slab<std::uint64_t> numbers; // a region of 8 MiB: small and large pages
    std::uint64_t const most = (1 << 20) + 10;
    for (std::uint64_t i = 0; i < most; ++i)
        numbers.push_back(~i);
    for (std::uint64_t i = 0; i < most; ++i)
        BOOST_REQUIRE_EQUAL(numbers[i], ~i);
}

BOOST_AUTO_TEST_CASE(room_ahead_is_where_values_come_to_lie_and_keeps_them) {
    sluice::queue::slab<std::uint64_t, 1024> numbers;
    for (std::uint64_t i = 0; i < 1000; ++i)
        numbers.push_back(i);
    auto const rest = numbers.room(1000, 100);
    BOOST_TEST(rest.size() == 24 * sizeof(std::uint64_t)); // to the region's end
    BOOST_TEST((rest.data() == reinterpret_cast<std::byte*>(&numbers[999] + 1)));
    auto const next = numbers.room(1024, 100);
    BOOST_TEST(next.size() == 100 * sizeof(std::uint64_t));
    sluice::queue::populate_pages(next);
    BOOST_TEST(numbers.size() == 1000u);
    for (std::uint64_t i = 1000; i < 1100; ++i)
        numbers.push_back(i);
    BOOST_TEST((reinterpret_cast<std::byte*>(&numbers[1024]) == next.data()));
    sluice::queue::populate_pages(next);
    for (std::uint64_t i = 0; i < 1100; ++i)
        BOOST_REQUIRE_EQUAL(numbers[i], i);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace slab_test
