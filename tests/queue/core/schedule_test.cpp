#include "queue/core/schedule.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace schedule_test {

namespace {

using namespace sluice::queue;

struct positions {
    std::vector<std::uint32_t>* places;
    std::uint32_t& operator()(std::uint32_t item) const { return (*places)[item]; }
};

struct fixture {
    std::vector<std::uint32_t> places = std::vector<std::uint32_t>(4096, no_position);
    schedule<positions> heap{positions{&places}};

    std::vector<std::uint32_t> drain() {
        std::vector<std::uint32_t> items;
        for (; !heap.empty(); heap.pop())
            items.push_back(heap.top().item);
        return items;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(schedule, fixture)

BOOST_AUTO_TEST_CASE(items_come_out_by_key) {
    heap.push(1, 30);
    heap.push(2, 10);
    heap.push(3, 20);
    BOOST_TEST(drain() == (std::vector<std::uint32_t>{2, 3, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(equal_keys_come_out_in_order_of_arrival) {
    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        heap.push(i, 7);
        expected.push_back(i);
    }
    BOOST_TEST(drain() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_rekeyed_item_goes_behind_its_equals) {
    for (std::uint32_t i = 0; i < 4; ++i)
        heap.push(i, 5);
    heap.rekey(0, 5);
    BOOST_TEST(drain() == (std::vector<std::uint32_t>{1, 2, 3, 0}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_erased_item_has_no_position) {
    for (std::uint32_t i = 0; i < 100; ++i)
        heap.push(i, i);
    heap.erase(50);
    BOOST_TEST(places[50] == no_position);
    auto const left = drain();
    BOOST_TEST(left.size() == 99u);
    BOOST_TEST((std::find(left.begin(), left.end(), 50u) == left.end()));
    BOOST_TEST(std::is_sorted(left.begin(), left.end()));
}

BOOST_AUTO_TEST_CASE(agrees_with_an_ordered_map_under_random_use) {
    unsigned const seed = 20240607;
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    std::multimap<std::int64_t, std::uint32_t> model; // equal keys keep their order of arrival
    auto const in_model = [&](std::uint32_t item) {
        return std::find_if(model.begin(), model.end(),
                            [item](auto const& pair) { return pair.second == item; });
    };
    for (int step = 0; step < 50'000; ++step) {
        auto const item = static_cast<std::uint32_t>(random() % 300);
        auto const key = static_cast<std::int64_t>(random() % 50);
        bool const is_in = places[item] != no_position;
        BOOST_REQUIRE_EQUAL(is_in, in_model(item) != model.end());
        switch (random() % 4) {
        case 0:
        case 1:
            if (is_in) {
                heap.rekey(item, key);
                model.erase(in_model(item));
            } else {
                heap.push(item, key);
            }
            model.emplace(key, item);
            BOOST_REQUIRE_EQUAL(heap.key_of(item), key);
            break;
        case 2:
            if (is_in) {
                heap.erase(item);
                model.erase(in_model(item));
            }
            break;
        case 3:
            if (!heap.empty()) {
                BOOST_REQUIRE_EQUAL(heap.top().item, model.begin()->second);
                heap.pop();
                model.erase(model.begin());
            }
            break;
        }
        BOOST_REQUIRE_EQUAL(heap.size(), model.size());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace schedule_test
