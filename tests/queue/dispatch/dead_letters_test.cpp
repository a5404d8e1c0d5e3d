// Which dead letters have been kept long enough.
#include "queue/dispatch/dead_letters.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <vector>

namespace dead_letters_test {

using namespace sluice::queue;
using namespace std::chrono_literals;

namespace {

constexpr wall_time beginning{std::chrono::milliseconds{1'764'000'000'000}};

struct dead_letters_fixture {
    task_id die(wall_time at) {
        auto const id = ids.next(at);
        line.add(id, at);
        dead[id] = at;
        return id;
    }
    // One step; appends to `gone` what went in it. True: there may be more.
    bool step(wall_time now, dead_limits const& limits) {
        looked = dropped = 0;
        auto const is_dead = [this](task_id id, wall_time at) {
            ++looked;
            auto const found = dead.find(id);
            return found != dead.end() && found->second == at;
        };
        return line.drop_old(now, limits, dead.size(), is_dead, [this](task_id id) {
            ++dropped;
            gone.push_back(id);
            dead.erase(id);
        });
    }
    // Everything that must go at `now`, in order.
    std::vector<task_id> take(wall_time now, dead_limits const& limits) {
        gone.clear();
        while (step(now, limits)) {
        }
        return gone;
    }

    dead_letters line;
    std::vector<task_id> gone;
    std::size_t looked = 0; // of the last step
    std::size_t dropped = 0;
    std::map<task_id, wall_time> dead;
    task_id_generator ids{1};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(dead_letters_, dead_letters_fixture)

BOOST_AUTO_TEST_CASE(those_that_are_too_old_go_and_no_others) {
    auto const old = die(beginning);
    die(beginning + 1h);
    BOOST_TEST(take(beginning + 24h - 1ms, {24h, 10}).empty());
    BOOST_TEST((take(beginning + 24h, {24h, 10}) == std::vector<task_id>{old}));
    BOOST_TEST(line.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_oldest_go_where_there_are_too_many) {
    std::vector<task_id> all;
    for (int i = 0; i < 5; ++i)
        all.push_back(die(beginning + std::chrono::seconds(i)));
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
    for (int i = 0; i < 10'000; ++i)
        die(beginning);
    dead.clear();
    auto const last = die(beginning);
    BOOST_TEST(step(beginning + 24h, {24h, 10}));
    BOOST_TEST(looked == most_looked_at);
    BOOST_TEST(step(beginning + 24h, {24h, 10}));
    BOOST_TEST(gone.empty());
    BOOST_TEST(!step(beginning + 24h, {24h, 10}));
    BOOST_TEST((gone == std::vector<task_id>{last}));
}

// The bound is that of the whole step, however the dead lie among those that are no more.
BOOST_AUTO_TEST_CASE(a_step_looks_at_so_many_in_all) {
    for (int i = 0; i < 20'000; ++i) {
        auto const id = die(beginning);
        if (i % 100 != 0) dead.erase(id);
    }
    std::size_t steps = 1;
    for (; step(beginning + 24h, {24h, 10}); ++steps) {
        BOOST_TEST(looked == most_looked_at);
        BOOST_TEST(dropped < most_dropped);
    }
    BOOST_TEST(steps == 5u);
    BOOST_TEST(gone.size() == 200u);
}

BOOST_AUTO_TEST_CASE(a_step_drops_so_many) {
    for (int i = 0; i < 300; ++i)
        die(beginning);
    BOOST_TEST(step(beginning + 24h, {24h, 10}));
    BOOST_TEST(dropped == most_dropped);
    BOOST_TEST(!step(beginning + 24h, {24h, 10}));
    BOOST_TEST(gone.size() == 300u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace dead_letters_test
