#include "queue/core/task_index.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

namespace sluice::queue {

namespace {

struct fixture {
    slab<task_node> nodes;
    task_index index{nodes};

    slot_index add(task_id const& id) {
        auto const slot = static_cast<slot_index>(nodes.size());
        nodes.push_back(task_node{});
        nodes[slot].id = id;
        index.insert(slot);
        return slot;
    }
};

// All in one table of the index, because the last two bytes are the same.
task_id neighbour(std::uint64_t n) {
    task_id id;
    id.bytes[0] = 1;
    for (std::size_t i = 0; i < 8; ++i)
        id.bytes[1 + i] = static_cast<std::uint8_t>(n >> 8 * i);
    return id;
}

// All in one group: bytes that cancel each other out in the hash.
task_id twin(std::uint8_t n) {
    task_id id;
    id.bytes[1] = id.bytes[9] = n;
    id.bytes[0] = 1;
    return id;
}

// Ids that come and go in the index, and a plain list of those that are there.
struct random_use {
    random_use(fixture& f, unsigned seed, std::size_t ids)
        : in(f)
        , random(seed)
        , present(ids, no_slot) {
        BOOST_TEST_MESSAGE("seed " << seed);
    }

    // Takes one in that is not there, or looks at one that is and erases it.
    void step(bool may_erase) {
        auto const n = random() % present.size();
        auto& slot = present[n];
        BOOST_REQUIRE_EQUAL(in.index.find(neighbour(n)), slot);
        if (slot == no_slot) {
            slot = in.add(neighbour(n));
        } else if (may_erase) {
            in.index.erase(slot);
            slot = no_slot;
        }
    }
    void check() const {
        for (std::size_t n = 0; n < present.size(); ++n)
            BOOST_REQUIRE_EQUAL(in.index.find(neighbour(n)), present[n]);
    }

    fixture& in;
    std::mt19937 random;
    std::vector<slot_index> present; // by number; no_slot: absent
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(task_index_test, fixture)

BOOST_AUTO_TEST_CASE(nothing_is_found_in_an_empty_one) {
    BOOST_TEST(index.find(neighbour(1)) == no_slot);
    index.prefetch(neighbour(1));
}

BOOST_AUTO_TEST_CASE(ids_with_one_hash_are_told_apart_also_when_they_fill_several_groups) {
    std::vector<slot_index> slots;
    for (std::uint8_t n = 0; n < 100; ++n) {
        BOOST_REQUIRE(task_id_hash()(twin(n)) == task_id_hash()(twin(0)));
        slots.push_back(add(twin(n)));
    }
    for (std::uint8_t n = 0; n < 100; ++n)
        BOOST_TEST(index.find(twin(n)) == slots[n]);
    // What lies behind full groups is found when they are full no more.
    for (std::uint8_t n = 0; n < 99; ++n)
        index.erase(slots[n]);
    BOOST_TEST(index.find(twin(99)) == slots[99]);
    BOOST_TEST(index.find(twin(98)) == no_slot);
    index.erase(slots[99]);
    BOOST_TEST(index.find(twin(99)) == no_slot);
}

BOOST_AUTO_TEST_CASE(random_use_agrees_with_a_plain_list) {
    random_use run(*this, 7, 3000);
    for (int step = 0; step < 60'000; ++step) {
        bool const may_erase = step < 50'000 || run.random() % 2 == 0;
        run.step(may_erase);
    }
    run.check();
}

BOOST_AUTO_TEST_CASE(room_made_ahead_or_given_back_changes_nothing_of_what_is_found) {
    random_use run(*this, 11, 5000);
    for (int step = 0; step < 60'000; ++step) {
        if (run.random() % 1000 == 0) index.reserve(run.random() % 400'000);
        if (run.random() % 1000 == 0) index.trim();
        run.step(true);
    }
    index.trim();
    run.check();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue
