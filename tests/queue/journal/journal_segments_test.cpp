// Segments come, fill, empty and go; stragglers are copied out of the way.
#include "queue/journal/segment_files.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace sluice::queue::journal_segments_test {

using namespace std::chrono_literals;

namespace {

std::size_t segments_on(simulated_storage const& disk) {
    auto const names = disk.names();
    return static_cast<std::size_t>(std::ranges::count_if(
        names, [](std::string const& name) { return segment_number(name).has_value(); }));
}

// A segment of 64 KiB is made in four jobs.
journal_options in_portions() {
    auto options = rig::small();
    options.portion_bytes = 16 << 10;
    return options;
}

// Fills about `segments` segments with tasks that end at once.
void churn(rig& journal, int segments) {
    for (int i = 0; i < segments * 64; ++i) {
        auto const id = journal.put(std::string(700, 'c'));
        journal.run_jobs();
        journal.settle(id);
        journal.pass(10ms);
        journal.run_jobs();
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_segments_test)

BOOST_AUTO_TEST_CASE(names_are_numbered_and_recognised) {
    BOOST_TEST(segment_name(7) == "journal-0000000007.log");
    BOOST_TEST((segment_number("journal-0000000007.log") == 7u));
    BOOST_TEST((history_number("done-0000000007.log") == 7u));
    for (auto const* other :
         {"journal-7.log", "journal-000000000x.log", "journal-0000000000.log",
          "journal-9999999999.log", "tables.db", "journal-0000000007.log.tmp"}) {
        BOOST_TEST(!segment_number(other), other);
    }
    BOOST_TEST(is_temporary("journal-0000000007.log.tmp"));
    BOOST_TEST(!is_temporary("notes.tmp"));
}

BOOST_AUTO_TEST_CASE(the_next_segment_is_filled_with_zeros_ahead_of_time) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    journal.run_jobs();
    BOOST_TEST(segments_on(disk) == 2u);
    auto const next = disk.content("journal-0000000002.log");
    BOOST_TEST(next.size() == rig::small().segment_bytes);
    BOOST_TEST(next.find_last_not_of('\0') < 200u);
}

BOOST_AUTO_TEST_CASE(a_body_is_read_back_while_a_segment_is_being_made) {
    simulated_storage disk(1);
    rig journal(disk, in_portions());
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("read back");
    journal.run_commits();
    journal.run_one_background();
    BOOST_TEST(segments_on(disk) == 1u); // a quarter of the next one
    std::string body;
    journal.log->read(journal.live.at(id).where,
                      [&](boost::system::result<shared_bytes> bytes) { body = bytes->view(); });
    journal.run_one_background();
    BOOST_TEST(body == "read back");
    BOOST_TEST(segments_on(disk) == 1u);
    journal.run_jobs();
    BOOST_TEST(segments_on(disk) == 2u);
    BOOST_TEST(disk.content("journal-0000000002.log").size() == rig::small().segment_bytes);
}

BOOST_AUTO_TEST_CASE(a_segment_that_found_no_room_half_way_is_made_anew) {
    simulated_storage disk(1);
    rig journal(disk, in_portions());
    BOOST_REQUIRE(journal.start().has_value());
    journal.run_one_background();
    BOOST_TEST(disk.names().size() == 2u);
    disk.fail_write(1, make_error_code(boost::system::errc::no_space_on_device));
    journal.run_one_background();
    BOOST_TEST(disk.names().size() == 1u); // half of one takes no room
    journal.pass(2s);
    journal.run_jobs();
    BOOST_TEST(segments_on(disk) == 2u);
    BOOST_TEST(disk.content("journal-0000000002.log").size() == rig::small().segment_bytes);
}

BOOST_AUTO_TEST_CASE(segments_without_live_tasks_are_removed) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    churn(journal, 6);
    BOOST_TEST(journal.log->stats().removed_segments >= 5u);
    BOOST_TEST(segments_on(disk) <= 3u);
    BOOST_TEST(journal.log->stats().live_bytes == 0u);
}

BOOST_AUTO_TEST_CASE(a_straggler_is_copied_forward_and_survives) {
    for (bool const drops_payloads : {false, true}) {
        simulated_storage disk(1);
        rig journal(disk);
        BOOST_REQUIRE(journal.start().has_value());
        auto const straggler = journal.put("due in sixty days");
        journal.run_jobs();
        journal.retry(straggler);
        churn(journal, 3);
        journal.drops_payloads = drops_payloads;
        // Small segments count as a mebibyte each: that many until half of it is garbage.
        churn(journal, 8);
        auto const stats = journal.log->stats();
        BOOST_TEST(stats.copied_records >= 1u);
        BOOST_TEST(segments_on(disk) < 9u);
        BOOST_TEST(journal.live.at(straggler).where.segment > 1u);
        disk.crash();
        rig again(disk);
        BOOST_REQUIRE(again.start().has_value());
        BOOST_TEST(again.live.at(straggler).payload == "due in sixty days");
        BOOST_TEST(again.live.at(straggler).attempts == 1u);
    }
}

BOOST_AUTO_TEST_CASE(lanes_are_repeated_so_that_old_segments_may_go) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    journal.pause("crm");
    churn(journal, 6);
    BOOST_TEST(!std::ranges::count(disk.names(), "journal-0000000001.log"));
    disk.crash();
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST(again.paused.contains("crm"));
}

BOOST_AUTO_TEST_CASE(a_record_larger_than_a_segment_finds_a_place) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const small = journal.put("small");
    auto const large = journal.put(std::string(200'000, 'L'));
    auto const after = journal.put("after");
    journal.run_jobs();
    BOOST_TEST(journal.accepted_ids.size() == 3u);
    disk.crash();
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST((again.live.at(large).payload == std::string(200'000, 'L')));
    BOOST_TEST((again.live.contains(small) && again.live.contains(after)));
}

BOOST_AUTO_TEST_CASE(many_restarts_do_not_gather_segments) {
    simulated_storage disk(1);
    auto now = rig(disk).now;
    task_id id;
    for (int life = 0; life < 40; ++life) {
        rig journal(disk);
        journal.now = now;
        BOOST_REQUIRE(journal.start().has_value());
        if (life == 0) id = journal.put("always there");
        journal.run_jobs();
        journal.pass(10ms);
        journal.run_jobs();
        BOOST_TEST(journal.live.contains(id));
        now = journal.now;
        disk.kill();
    }
    BOOST_TEST(segments_on(disk) <= 8u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_segments_test
