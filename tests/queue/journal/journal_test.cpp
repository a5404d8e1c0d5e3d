#include "queue/journal.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::test {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(journal_test)

BOOST_AUTO_TEST_CASE(a_put_is_committed_and_found_after_a_power_cut) {
    simulated_storage disk(1);
    rig first(disk);
    BOOST_REQUIRE(first.start().has_value());
    auto const id = first.put("hello");
    BOOST_TEST(first.accepted_ids.empty());
    first.run_jobs();
    BOOST_TEST(first.accepted_ids.contains(id));

    disk.crash();
    rig second(disk);
    BOOST_REQUIRE(second.start().has_value());
    BOOST_REQUIRE(second.live.contains(id));
    BOOST_TEST(second.live[id].payload == "hello");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::test
