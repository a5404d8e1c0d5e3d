// Want of room, of descriptors or of a moment without signals: it passes, and nobody waits for it.
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>

namespace sluice::queue::journal_trouble_test {

using namespace std::chrono_literals;

namespace {

boost::system::error_code system_error(int code) {
    return {code, boost::system::system_category()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_trouble)

BOOST_AUTO_TEST_CASE(a_sync_that_a_signal_interrupts_is_called_again) {
    simulated_storage disk(12);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("x");
    disk.interrupt_syncs(3);
    journal.run_jobs();
    BOOST_TEST(journal.failures.empty());
    BOOST_TEST(journal.accepted_ids.contains(id));
}

// A file cannot be made for want of descriptors, or rights: nobody waits for it.
BOOST_AUTO_TEST_CASE(calls_whose_segment_cannot_be_made_are_refused_and_told_why) {
    simulated_storage disk(13);
    auto options = rig::small();
    options.retention_count = 0; // no file but the segments
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    disk.fail_creation(system_error(EMFILE));
    std::set<task_id> in;
    for (int i = 0; i < 400; ++i) {
        auto const id = journal.put(std::string(1000, 'x'));
        if (!id.is_nil()) in.insert(id);
        journal.run_jobs();
        journal.pass(1ms);
    }
    journal.pass(500ms);
    journal.run_jobs();
    BOOST_TEST(journal.accepted_ids.size() > 30u);
    for (auto const& id : in)
        BOOST_TEST((journal.accepted_ids.contains(id) || journal.refused_ids.contains(id)));
    BOOST_TEST((journal.troubles == std::vector<std::string>{"open"}));
    BOOST_TEST(journal.failures.empty());
    BOOST_TEST(journal.log->stats().is_short);
    BOOST_TEST(journal.log->stats().trouble == "open: Too many open files");
    BOOST_TEST(journal.put("meanwhile").is_nil());
    disk.fail_creation({});
    journal.pass(300ms);
    journal.run_jobs();
    BOOST_TEST(journal.troubles_over == 1);
    BOOST_TEST(journal.log->stats().trouble.empty());
    auto const late = journal.put("late");
    journal.run_jobs();
    BOOST_TEST(journal.accepted_ids.contains(late));
    promises const said = journal;
    disk.crash();
    rig again(disk, options);
    BOOST_REQUIRE(again.start().has_value());
    check_promises(said, again, "no descriptors");
}

// Small disks and small limits: the history goes before work is refused, and room is back soon
// after the last task's end, for as long as one likes and after a restart.
BOOST_AUTO_TEST_CASE(the_history_gives_way_to_new_work) {
    for (std::uint64_t const room : {least_journal_bytes, std::uint64_t{4 << 20}}) {
        for (bool const is_limit : {false, true}) {
            auto const what = std::to_string(room) + (is_limit ? " limit" : " disk");
            simulated_storage disk(room);
            auto options = rig::small();
            options.segment_bytes = journal_options().segment_bytes;
            options.first_segment_bytes = journal_options().first_segment_bytes;
            options.history_segment_bytes = journal_options().history_segment_bytes;
            if (is_limit) {
                options.limit = room;
            } else {
                disk.set_capacity(room);
            }
            for (int life = 0; life < 2; ++life) {
                disk.kill(); // the process before, where there was one
                rig journal(disk, options);
                BOOST_REQUIRE(journal.start().has_value());
                journal.pass(1s);
                journal.run_jobs();
                for (std::uint64_t bytes = 0; bytes < 3 * room; bytes += 2000) {
                    auto const id = journal.put(std::string(2000, 'x'));
                    BOOST_REQUIRE_MESSAGE(!id.is_nil(), what << " after " << bytes);
                    journal.run_jobs();
                    BOOST_REQUIRE_MESSAGE(journal.live.contains(id), what << " after " << bytes);
                    journal.settle(id);
                    journal.pass(20ms);
                    journal.run_jobs();
                }
                BOOST_TEST(journal.failures.empty());
                auto const said = journal.log->stats();
                BOOST_TEST(said.history_tasks > 0u, what);
                BOOST_TEST(said.gave_way_history > 0u, what);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_trouble_test
