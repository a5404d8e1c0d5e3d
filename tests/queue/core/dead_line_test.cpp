// Which dead letters have been kept long enough.
#include "queue/dead_line.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <vector>

using namespace sluice::queue;
using namespace std::chrono_literals;

namespace {

constexpr wall_time beginning{std::chrono::milliseconds{1'764'000'000'000}};

struct dead_line_fixture {
    task_id die(wall_time at) {
        auto const id = ids.next(at);
        line.add(id, at);
        dead[id] = at;
        return id;
    }
    // Everything that must go at `now`, in order.
    std::vector<task_id> take(wall_time now, dead_limits const& limits) {
        std::vector<task_id> gone;
        auto const is_dead = [this](task_id id, wall_time at) {
            auto const found = dead.find(id);
            return found != dead.end() && found->second == at;
        };
        while (auto const id = line.take_old(now, dead.size(), limits, is_dead)) {
            gone.push_back(*id);
            dead.erase(*id);
        }
        return gone;
    }

    dead_line line;
    std::map<task_id, wall_time> dead;
    task_id_generator ids{1};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(dead_line_, dead_line_fixture)

BOOST_AUTO_TEST_CASE(those_that_are_too_old_go_and_no_others) {
    auto const old = die(beginning);
    die(beginning + 1h);
    BOOST_TEST(take(beginning + 24h - 1ms, {24h, 10}).empty());
    BOOST_TEST((take(beginning + 24h, {24h, 10}) == std::vector<task_id>{old}));
    BOOST_TEST(line.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_oldest_go_where_there_are_too_many) {
    std::vector<task_id> all;
    for (int i = 0; i < 5; ++i) all.push_back(die(beginning + std::chrono::seconds(i)));
    all.resize(2);
    BOOST_TEST((take(beginning + 1min, {24h, 3}) == all));
}

BOOST_AUTO_TEST_CASE(one_that_was_redriven_and_died_again_counts_from_its_last_death) {
    auto const id = die(beginning);
    dead.erase(id);
    BOOST_TEST(take(beginning + 48h, {24h, 10}).empty());
    dead[id] = beginning + 48h;
    line.add(id, beginning + 48h);
    BOOST_TEST(take(beginning + 49h, {24h, 10}).empty());
    BOOST_TEST((take(beginning + 72h, {24h, 10}) == std::vector<task_id>{id}));
}

BOOST_AUTO_TEST_CASE(the_order_after_a_start_is_that_of_the_deaths) {
    auto const late = die(beginning + 2h);
    auto const early = die(beginning);
    line.sort();
    BOOST_TEST((take(beginning + 72h, {24h, 10}) == std::vector<task_id>{early, late}));
}

BOOST_AUTO_TEST_CASE(many_that_are_dead_no_more_are_passed_over_in_steps) {
    for (int i = 0; i < 10'000; ++i) die(beginning);
    dead.clear();
    auto const last = die(beginning);
    int steps = 0;
    std::vector<task_id> gone;
    while (gone.empty() && steps < 100) {
        gone = take(beginning + 24h, {24h, 10});
        ++steps;
    }
    BOOST_TEST((gone == std::vector<task_id>{last}));
    BOOST_TEST(steps == 3);
}

BOOST_AUTO_TEST_SUITE_END()
