// One thing done to many tasks.
#include "queue/dispatch/bulk.hpp"
#include "tests/queue/dispatch/loop_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace bulk_test {

using namespace sluice::queue;

BOOST_FIXTURE_TEST_SUITE(bulk, loop_fixture)

// The places of finished tasks are used again, the last one first: the tasks that are looked at
// first are not those that were accepted first.
BOOST_AUTO_TEST_CASE(redriven_tasks_with_one_order_key_go_as_they_were_accepted) {
    crm.retry.max_attempts = 1;
    crm.concurrency = 10;
    restart();
    for (int i = 0; i < 3; ++i)
        submit();
    run();
    answer_all(verdict::delivered, 200);
    std::vector<task_id> accepted;
    for (int i = 0; i < 3; ++i)
        accepted.push_back(submit_in_order("k"));
    run();
    for (int i = 0; i < 3; ++i)
        answer_all(verdict::final_failure, 500);
    BOOST_REQUIRE(core->state().counts().dead == 3u);

    task_filter all;
    all.states = state_set().with(task_state::dead);
    bulk_counts counts;
    auto const step = apply_to(*core, bulk_action::redrive, task_matcher(all, table), {}, "op",
                               [&](bulk_counts const& done) { counts = done; });
    BOOST_TEST(step.matched == 3u);
    run();
    BOOST_TEST((counts == bulk_counts{3, 0, 0}));
    std::vector<task_id> sent;
    for (int i = 0; i < 3; ++i) {
        auto const now = under_way();
        BOOST_REQUIRE(now.size() == 1u);
        sent.push_back(now.front());
        answer_all(verdict::delivered, 200);
    }
    BOOST_TEST((sent == accepted));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace bulk_test
