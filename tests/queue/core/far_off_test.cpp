#include "queue/core/far_off.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <vector>

namespace far_off_test {

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;

constexpr wall_time start{std::chrono::hours(490'000)};

struct fixture {
    task_table tasks;
    far_off waiting{tasks};

    slot_index add(wall_time due, std::uint32_t line = 0) {
        task_id id;
        id.bytes[0] = 1;
        for (std::size_t i = 0; i < 4; ++i)
            id.bytes[12 + i] = static_cast<std::uint8_t>(added >> 8 * i);
        ++added;
        slot_index const slot = tasks.insert(id);
        tasks[slot].not_before = due;
        tasks[slot].line = line;
        return slot;
    }
    slot_index put(wall_time due, std::uint32_t line = 0) {
        slot_index const slot = add(due, line);
        waiting.push(slot);
        return slot;
    }
    std::vector<slot_index> taken(wall_time now, std::size_t most) {
        std::vector<slot_index> all;
        auto const count =
            waiting.hand_over(now, most, [&](slot_index slot) { all.push_back(slot); });
        BOOST_REQUIRE_EQUAL(count, all.size());
        return all;
    }

    std::uint32_t added = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(tasks_far_off, fixture)

BOOST_AUTO_TEST_CASE(this_hour_and_the_next_are_not_far_off) {
    waiting.advance(start + 10min);
    BOOST_TEST(!waiting.takes(start - 24h));
    BOOST_TEST(!waiting.takes(start + 2h - 1ms));
    BOOST_TEST(waiting.takes(start + 2h));
    BOOST_TEST(waiting.takes(never));
}

BOOST_AUTO_TEST_CASE(an_hour_that_is_handed_over_in_part_still_takes_what_comes) {
    waiting.advance(start);
    std::vector<slot_index> all;
    for (int i = 0; i < 3; ++i)
        all.push_back(put(start + 2h + 5min));
    BOOST_TEST(!waiting.has_near(start + 1h - 1ms));
    BOOST_TEST((waiting.near_at() == start + 1h));
    auto order = taken(start + 1h, 2);
    BOOST_TEST(waiting.takes(start + 2h + 5min));
    all.push_back(put(start + 2h + 5min));
    BOOST_TEST((waiting.earliest() == start + 2h));
    for (slot_index const slot : taken(start + 1h, 100))
        order.push_back(slot);
    BOOST_TEST(order == all); // first come, first served
    BOOST_TEST(!waiting.takes(start + 3h - 1ms));
    BOOST_TEST(waiting.empty());
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_brings_nothing_back) {
    waiting.advance(start + 10h);
    waiting.advance(start);
    BOOST_TEST(!waiting.takes(start + 11h));
}

BOOST_AUTO_TEST_CASE(those_of_the_line_that_are_due_before_are_counted) {
    waiting.advance(start);
    put(start + 3h);
    put(start + 5h, 1);
    put(start + 5h + 1ms);
    auto const slot = put(start + 5h + 2ms);
    put(start + 5h + 3ms);
    put(start + 6h);
    BOOST_TEST(waiting.count_before(slot, 100) == 2u);
    BOOST_TEST(waiting.count_before(slot, 1) == 1u);
}

BOOST_AUTO_TEST_CASE(random_use_agrees_with_a_sorted_list) {
    unsigned const seed = 3;
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    struct entry {
        std::int64_t hour;
        std::uint32_t turn;
        slot_index slot;
    };
    std::vector<entry> model; // by hour, then as they came
    wall_time now = start;
    waiting.advance(now);
    for (std::uint32_t step = 0; step < 10'000; ++step) {
        auto const due = now + 1ms * (random() % 40'000'000);
        auto const hour = std::chrono::floor<std::chrono::hours>(due).time_since_epoch().count();
        if (random() % 3 != 0) {
            if (waiting.takes(due)) {
                model.push_back({hour, step, put(due)});
            } else {
                // Only what was handed over whole is not taken.
                auto const is_here = [&](entry const& e) { return e.hour == hour; };
                BOOST_REQUIRE(std::ranges::none_of(model, is_here));
            }
        } else if (!model.empty() && random() % 2 == 0) {
            auto const at = model.begin() + static_cast<std::ptrdiff_t>(random() % model.size());
            waiting.erase(at->slot);
            tasks.erase(at->slot);
            model.erase(at);
        }
        now += 1ms * (random() % 60'000);
        if (random() % 100 == 0) now -= 1h;
        std::ranges::sort(model, {}, [](entry const& e) { return std::pair(e.hour, e.turn); });
        auto const last = std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count();
        for (slot_index const slot : taken(now, random() % 4)) {
            BOOST_REQUIRE(!model.empty() && model.front().hour <= last + 1);
            BOOST_REQUIRE_EQUAL(slot, model.front().slot);
            tasks.erase(slot);
            model.erase(model.begin());
        }
        BOOST_REQUIRE_EQUAL(waiting.empty(), model.empty());
        if (!model.empty()) {
            auto const first = wall_time(std::chrono::hours(model.front().hour));
            BOOST_REQUIRE((waiting.earliest() == first));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace far_off_test
