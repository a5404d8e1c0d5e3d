// A loop that can do nothing waits, whatever stands still meanwhile.
#include "tests/queue/dispatch/loop_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace idle_loop_test {

using namespace sluice::queue;
using namespace std::chrono_literals;

namespace {

struct fixture : loop_fixture {
    bool waits() const { return core->next_wakeup(time) > time.mono; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(idle_loop, fixture)

BOOST_AUTO_TEST_CASE(while_a_job_of_the_disk_hangs_it_waits) {
    restart();
    is_away = true;
    pass(5min);
    BOOST_TEST(waits());
}

BOOST_AUTO_TEST_CASE(while_the_ports_are_full_it_waits) {
    options.port_slots = 4;
    crm.concurrency = 100;
    restart();
    for (int i = 0; i < 8; ++i) {
        submit();
        run();
    }
    BOOST_REQUIRE(under_way().size() == 4u);
    BOOST_TEST(waits());
    answer_all(verdict::delivered, 200);
    BOOST_TEST(under_way().size() == 4u);
    BOOST_TEST(waits());
}

BOOST_AUTO_TEST_CASE(while_others_may_own_the_tasks_it_waits) {
    struct : sending_right {
        bool holds() const override { return has_lease; }
        bool has_lease = false;
    } right;
    restart();
    core->set_right(&right);
    submit();
    run();
    BOOST_TEST(under_way().empty());
    BOOST_TEST(waits());
    right.has_lease = true;
    run();
    BOOST_TEST(under_way().size() == 1u);
}

BOOST_AUTO_TEST_CASE(while_ends_cannot_be_written_it_waits) {
    options.journal.unwritten_records = 1;
    crm.concurrency = 1;
    restart();
    submit();
    submit();
    run();
    BOOST_REQUIRE(under_way().size() == 1u);
    is_away = true;
    answer_all(verdict::delivered, 200);
    BOOST_TEST(under_way().empty());
    BOOST_TEST(waits());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace idle_loop_test
