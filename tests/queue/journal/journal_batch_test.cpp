// A batch whose tasks go again without them.
#include "queue/journal/journal_batch.hpp"
#include "queue/journal/segment_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace journal_batch_test {

using namespace sluice::queue;

namespace {

constexpr std::uint64_t salt = 77;

// A slice at the head of a segment: how a lane stands, a task, and its end.
struct slice {
    // `buffer`: whose memory is used again.
    explicit slice(std::string&& buffer = {})
        : batch(1, 1, {1, salted(salt), 0}, std::move(buffer)) {
        lane_changed stand;
        stand.lane = table.lanes.intern("crm");
        stand.is_paused = true;
        accepted task;
        task.task.id = task_id_generator(1).next(wall_time{});
        task.task.lane = stand.lane;
        task.task.account = table.accounts.intern("shop");
        finished end;
        end.id = task.task.id;
        end.state = task_state::delivered;
        add(record(stand));
        add(record(std::move(task)));
        add(record(end));
    }
    void add(record const& r) { batch.add(r, room_for(r, table), table); }
    std::string kinds() {
        std::string all;
        auto const bytes = batch.take_bytes(0);
        segment_reader reader(bytes, salt, 0, [](journal_line const&) { return belief::yes; });
        for (auto item = reader.next(); item.what == segment_item::kind::line; item = reader.next())
            all.append(all.empty() ? "" : " ").append(item.line.kind);
        return all;
    }

    names table;
    journal_batch batch;
};

} // namespace

BOOST_AUTO_TEST_SUITE(journal_batch_test)

BOOST_AUTO_TEST_CASE(without_room_its_tasks_go_and_all_else_stays) {
    slice s;
    BOOST_TEST(s.batch.drop_tasks() == 1u);
    BOOST_TEST(s.kinds() == "mark lane void delivered");
}

BOOST_AUTO_TEST_CASE(of_a_slice_that_another_has_the_ends_go_too) {
    slice s;
    BOOST_TEST(s.batch.drop_slice() == 1u);
    BOOST_TEST(s.kinds() == "mark lane void void");
}

BOOST_AUTO_TEST_CASE(nothing_of_the_batch_before_is_left_in_memory_that_is_used_again) {
    auto const fresh = slice().batch.take_bytes(0);
    BOOST_TEST(slice(std::string(10'000, 'x')).batch.take_bytes(0) == fresh);
    BOOST_TEST(slice(std::string(fresh.size() - 1, 'x')).batch.take_bytes(0) == fresh);
    slice without(std::string(10'000, 'x'));
    without.batch.drop_tasks();
    BOOST_TEST(without.kinds() == "mark lane void delivered");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace journal_batch_test
