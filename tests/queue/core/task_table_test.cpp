#include "queue/core/ready_line.hpp"
#include "queue/core/task_table.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

namespace task_table_test {

namespace {

using namespace sluice::queue;

task_id id_of(std::uint32_t n) {
    task_id id;
    id.bytes[0] = 1; // never nil
    for (std::size_t i = 0; i < 4; ++i)
        id.bytes[8 + i] = static_cast<std::uint8_t>(n >> 8 * i);
    return id;
}

// Accepted when its id was made, with nothing besides.
accepted task_of(task_id const& id) {
    accepted plain;
    plain.task.id = id;
    plain.task.accepted_at = time_of(id);
    return plain;
}

} // namespace

BOOST_AUTO_TEST_SUITE(task_table)

BOOST_AUTO_TEST_CASE(a_task_is_found_by_its_id_until_it_is_erased) {
    sluice::queue::task_table tasks;
    slot_index const a = tasks.insert(id_of(1));
    slot_index const b = tasks.insert(id_of(2));
    BOOST_TEST(tasks.find(id_of(1)) == a);
    BOOST_TEST(tasks.find(id_of(2)) == b);
    BOOST_TEST(tasks.find(id_of(3)) == no_slot);
    tasks.erase(a);
    BOOST_TEST(tasks.find(id_of(1)) == no_slot);
    BOOST_TEST(tasks.find(id_of(2)) == b);
    BOOST_TEST(tasks.size() == 1u);
}

BOOST_AUTO_TEST_CASE(slots_are_used_again_and_come_clean) {
    sluice::queue::task_table tasks;
    slot_index const a = tasks.insert(id_of(1));
    tasks.set_attempts(tasks[a], 7);
    tasks.made_extras(tasks[a]).batch = 5;
    tasks.set_payload(tasks[a], shared_bytes("body"));
    tasks.erase(a);
    BOOST_TEST(tasks.insert(id_of(2)) == a);
    BOOST_TEST(tasks[a].attempts() == 0u);
    BOOST_TEST(!tasks[a].extras());
    BOOST_TEST(!tasks[a].has_payload());
    BOOST_TEST(tasks[a].next == no_slot);
    BOOST_TEST(tasks.slots() == 1u);
}

BOOST_AUTO_TEST_CASE(what_few_tasks_have_is_made_at_need_and_taken_back) {
    sluice::queue::task_table tasks;
    task_node& node = tasks[tasks.insert(id_of(1))];
    wall_time const due{std::chrono::hours(500'000)};
    node.not_before = due;
    tasks.set_due(node, due);
    tasks.set_attempts(node, 0);
    tasks.set_payload(node, {});
    accepted plain = task_of(node.id);
    tasks.load(node, plain);
    BOOST_TEST(!node.cargo);
    tasks.set_payload(node, shared_bytes("body"));
    BOOST_TEST(node.payload_bytes() == 4u);
    auto* const cargo = node.cargo.get();
    tasks.set_payload(node, {});
    BOOST_TEST(!node.cargo);
    task_node& other = tasks[tasks.insert(id_of(2))];
    accepted late = task_of(other.id);
    late.task.accepted_at = due;
    tasks.load(other, late);
    BOOST_TEST((other.cargo.get() == cargo)); // used again
    BOOST_TEST((other.expires_at() == never));
    BOOST_TEST((other.accepted_at() == due));
    BOOST_TEST((other.due() == wall_time{})); // its not_before
    tasks.set_payload(other, shared_bytes("body"));
    tasks.set_payload(other, {});
    BOOST_TEST((other.accepted_at() == due));
}

BOOST_AUTO_TEST_CASE(a_fresh_node_gets_all_that_its_task_came_with) {
    sluice::queue::task_table tasks;
    task_node& node = tasks[tasks.insert(id_of(1))];
    node.not_before = wall_time{std::chrono::hours(3)};
    accepted full = task_of(node.id);
    full.task.expires_at = wall_time{std::chrono::hours(9)};
    full.task.payload = shared_bytes("body");
    full.task.extras.made().order_key = "one after the other";
    full.attempts = 2;
    tasks.load(node, full);
    BOOST_TEST((node.accepted_at() == time_of(node.id)));
    BOOST_TEST((node.expires_at() == wall_time{std::chrono::hours(9)}));
    BOOST_TEST((node.due() == wall_time{std::chrono::hours(3)}));
    BOOST_TEST(node.attempts() == 2u);
    BOOST_TEST(node.payload().view() == "body");
    BOOST_REQUIRE(node.extras());
    BOOST_TEST(node.extras()->order_key == "one after the other");
    BOOST_TEST(!full.task.payload);
    tasks.unload(node, full);
    BOOST_TEST(full.task.payload.view() == "body");
    BOOST_REQUIRE(full.task.extras);
    BOOST_TEST(full.task.extras->order_key == "one after the other");
}

BOOST_AUTO_TEST_CASE(room_is_told_ahead_of_many_nodes_and_of_few_not_at_all) {
    sluice::queue::task_table tasks;
    std::size_t const node = sizeof(task_node);
    std::size_t told = 0;
    for (std::uint32_t n = 0; n < 300'000; ++n) {
        tasks.insert(id_of(n));
        auto const room = tasks.next_room();
        if (n < 50'000) BOOST_REQUIRE(room.empty());
        if (!room.empty() && told == 0) told = std::size_t{n} * node; // those before it are there
        told += room.size();
    }
    BOOST_TEST(told >= 300'000 * node);
    BOOST_TEST(told <= 300'000 * node + (12u << 20)); // three chunks
}

BOOST_AUTO_TEST_CASE(a_pointer_of_six_bytes_points_where_it_was_pointed) {
    static_assert(sizeof(short_pointer<int>) == 6);
    BOOST_TEST(!short_pointer<int>());
    int on_the_stack = 0;
    auto const on_the_heap = std::make_unique<int>(7);
    BOOST_TEST(short_pointer<int>(&on_the_stack).get() == &on_the_stack);
    BOOST_TEST(*short_pointer<int>(on_the_heap.get()) == 7);
    auto* const highest = reinterpret_cast<int*>((std::uintptr_t{1} << 48) - 4);
    BOOST_TEST((short_pointer<int>(highest).get() == highest));
}

BOOST_AUTO_TEST_CASE(nodes_never_move) {
    sluice::queue::task_table tasks;
    slot_index const first = tasks.insert(id_of(0));
    task_node const* const where = &tasks[first];
    for (std::uint32_t i = 1; i < 10'000; ++i)
        tasks.insert(id_of(i));
    BOOST_TEST(&tasks[first] == where);
    for (std::uint32_t i = 0; i < 10'000; ++i)
        BOOST_REQUIRE(tasks.find(id_of(i)) == i);
}

BOOST_AUTO_TEST_CASE(a_line_agrees_with_a_vector_under_random_use) {
    unsigned const seed = 99;
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    sluice::queue::task_table tasks;
    ready_line line;
    std::vector<slot_index> model;
    std::uint32_t made = 0;
    for (int step = 0; step < 20'000; ++step) {
        auto const choice = random() % 3;
        if (choice < 2 && model.size() < 50) {
            slot_index const slot = tasks.insert(id_of(++made));
            if (choice == 0) {
                line.push_back(tasks, slot);
                model.push_back(slot);
            } else {
                line.push_front(tasks, slot);
                model.insert(model.begin(), slot);
            }
        } else if (!model.empty()) {
            auto const i = random() % model.size();
            line.erase(tasks, model[i]);
            tasks.erase(model[i]);
            model.erase(model.begin() + static_cast<std::ptrdiff_t>(i));
        }
        BOOST_REQUIRE_EQUAL(line.size(), model.size());
        slot_index at = line.first();
        for (slot_index const slot : model) {
            BOOST_REQUIRE_EQUAL(at, slot);
            at = tasks[at].next;
        }
        BOOST_REQUIRE_EQUAL(at, no_slot);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace task_table_test
