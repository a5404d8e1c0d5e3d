#include "queue/core/error.hpp"
#include "queue/journal/journal.hpp"
#include "queue/journal/journal_error.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::journal_test {

using namespace std::chrono_literals;

namespace {

struct fixture {
    simulated_storage disk{1};
    rig journal{disk};
    fixture() { BOOST_REQUIRE(journal.start().has_value()); }
};

journal_options with(durability::kind mode) {
    auto options = rig::small();
    options.safe.mode = mode;
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_test)

BOOST_FIXTURE_TEST_CASE(a_put_is_committed_and_found_after_a_power_cut, fixture) {
    auto const id = journal.put("hello");
    BOOST_TEST(journal.accepted_ids.empty());
    BOOST_TEST(!journal.log->is_safe({1, 0}));
    journal.run_jobs();
    BOOST_TEST(journal.accepted_ids.contains(id));
    BOOST_TEST(journal.log->is_safe({1, 0}));
    disk.crash();
    rig second(disk);
    BOOST_REQUIRE(second.start().has_value());
    BOOST_TEST(second.live.at(id).payload == "hello");
}

BOOST_FIXTURE_TEST_CASE(records_gather_while_the_disk_works_and_go_as_one_batch, fixture) {
    journal.put("one");
    auto first = journal.log->next_commit(journal.now);
    BOOST_REQUIRE(first);
    journal.put("two");
    journal.put("three");
    BOOST_TEST(!journal.log->next_commit(journal.now));
    auto result = journal.files.run(*first);
    journal.log->on_job_done(std::move(*first), std::move(result), journal.now);
    journal.run_commits();
    BOOST_REQUIRE_EQUAL(journal.batches.size(), 2u);
    BOOST_TEST((journal.batches[1].first == 2u && journal.batches[1].last == 3u));
    BOOST_TEST(journal.batches[1].offset == journal.batches[0].offset + journal.batches[0].bytes);
}

BOOST_FIXTURE_TEST_CASE(a_later_record_waits_ten_milliseconds_for_company, fixture) {
    auto const id = journal.put("x");
    journal.run_jobs();
    journal.settle(id);
    BOOST_TEST(!journal.log->next_commit(journal.now));
    BOOST_REQUIRE(journal.log->next_wakeup());
    BOOST_TEST((*journal.log->next_wakeup() == journal.now.mono + 10ms));
    journal.pass(9ms);
    BOOST_TEST(!journal.log->next_commit(journal.now));
    journal.pass(1ms);
    journal.run_commits();
    BOOST_TEST(journal.settled_ids.contains(id));
}

BOOST_FIXTURE_TEST_CASE(a_later_record_rides_along_with_an_urgent_one, fixture) {
    auto const id = journal.put("x");
    journal.run_jobs();
    journal.settle(id);
    journal.put("y");
    journal.run_commits();
    BOOST_TEST(journal.settled_ids.contains(id));
}

BOOST_FIXTURE_TEST_CASE(the_place_of_a_body_is_known_when_it_is_appended, fixture) {
    journal.put("first");
    journal.put("second");
    auto const where = journal.log->last_location();
    journal.run_jobs();
    BOOST_TEST(disk.content("journal-0000000001.log").substr(where.offset, where.length) ==
               "second");
    for (auto const& [id, task] : journal.live) {
        auto const file = disk.content("journal-0000000001.log");
        BOOST_TEST(file.substr(task.where.offset, task.where.length) == task.payload);
    }
}

BOOST_FIXTURE_TEST_CASE(payloads_are_read_back_and_checked, fixture) {
    auto const id = journal.put(std::string(20'000, 'p'));
    journal.run_jobs();
    auto const where = journal.live.at(id).where;
    std::vector<boost::system::result<shared_bytes>> got;
    auto const take = [&](boost::system::result<shared_bytes> bytes) { got.push_back(bytes); };
    journal.log->read(where, take);
    journal.run_jobs();
    BOOST_REQUIRE_EQUAL(got.size(), 1u);
    BOOST_REQUIRE(got[0].has_value());
    BOOST_TEST((got[0]->view() == std::string(20'000, 'p')));

    auto rotten = disk.content("journal-0000000001.log");
    rotten[where.offset + 77] = 'q';
    auto const file = disk.open("journal-0000000001.log", open_mode::write);
    BOOST_REQUIRE(write_all(**file, 0, rotten).has_value());
    journal.log->read(where, take);
    journal.log->read({99, 5, 100}, take);
    journal.run_jobs();
    BOOST_REQUIRE_EQUAL(got.size(), 3u);
    BOOST_TEST(got[1].error() == make_error_code(journal_errc::bad_checksum));
    BOOST_TEST(got[2].error() == make_error_code(journal_errc::ends_early));
}

BOOST_FIXTURE_TEST_CASE(what_is_reserved_can_be_given_back, fixture) {
    auto const room = std::uint64_t{1} << 42;
    BOOST_TEST(journal.log->reserve(1, room).error() == make_error_code(queue::errc::disk_full));
    for (int i = 0; i < 100; ++i) {
        BOOST_TEST(journal.log->reserve(1000, 1 << 30).has_value());
        journal.log->give_back(1000, 1 << 30);
    }
}

BOOST_AUTO_TEST_CASE(journal_bytes_bounds_all_files) {
    simulated_storage disk(1);
    auto options = rig::small();
    options.limit = 400 << 10;
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    while (!journal.put(std::string(500, 'x')).is_nil())
        journal.run_jobs();
    while (!journal.put("").is_nil()) // what is left is less than the smallest task takes
        journal.run_jobs();
    BOOST_TEST(journal.log->stats().bytes <= options.limit);
    BOOST_TEST(journal.log->stats().is_short);
    BOOST_TEST(journal.accepted_ids.size() > 100u);
}

BOOST_FIXTURE_TEST_CASE(closing_writes_everything_and_a_last_mark, fixture) {
    auto const id = journal.put("x");
    journal.run_jobs();
    journal.settle(id);
    journal.put("y");
    journal.log->close();
    BOOST_TEST(!journal.log->is_closed());
    journal.run_commits();
    BOOST_TEST(journal.log->is_closed());
    BOOST_TEST(journal.settled_ids.contains(id));
    BOOST_TEST(journal.put("late").is_nil());
    // Every batch is under a mark now: any flipped byte is damage.
    auto bytes = disk.content("journal-0000000001.log");
    bytes[bytes.find("\ny\n") + 1] = 'z';
    simulated_storage copy(2);
    copy.set_content("journal-0000000001.log", bytes);
    rig again(copy);
    BOOST_TEST(again.start().has_error());
}

BOOST_AUTO_TEST_CASE(a_second_journal_on_one_disk_is_kept_out) {
    simulated_storage disk(1);
    rig first(disk);
    BOOST_REQUIRE(first.start().has_value());
    rig second(disk);
    auto const started = second.start();
    BOOST_REQUIRE(started.has_error());
    BOOST_TEST(started.error() == make_error_code(journal_errc::in_use));
}

BOOST_AUTO_TEST_CASE(by_interval_a_record_is_acknowledged_unsynced_and_synced_in_time) {
    simulated_storage disk(1);
    rig journal(disk, with(durability::kind::interval));
    BOOST_REQUIRE(journal.start().has_value());
    journal.pass(50ms);
    auto const syncs = disk.syncs();
    auto const early = journal.put("early");
    journal.run_commits();
    BOOST_TEST(journal.accepted_ids.contains(early));
    journal.pass(50ms);
    journal.run_commits();
    BOOST_TEST(disk.syncs() > syncs);
    auto const late = journal.put("late");
    journal.run_commits();
    BOOST_TEST(journal.accepted_ids.contains(late));
    // A power cut may take the last interval and nothing before it.
    disk.crash_keeping([](std::string const&, std::uint64_t) { return false; });
    rig again(disk, with(durability::kind::interval));
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST(again.live.contains(early));
    BOOST_TEST(!again.live.contains(late));
}

BOOST_AUTO_TEST_CASE(by_interval_a_killed_process_loses_nothing) {
    simulated_storage disk(1);
    rig journal(disk, with(durability::kind::interval));
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("x");
    journal.run_commits();
    disk.kill();
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST(again.live.contains(id));
}

BOOST_AUTO_TEST_CASE(in_memory_a_record_is_acknowledged_at_once_and_written_soon) {
    simulated_storage disk(1);
    rig journal(disk, with(durability::kind::memory));
    BOOST_REQUIRE(journal.start().has_value());
    auto const syncs = disk.syncs();
    journal.put("x");
    BOOST_TEST(journal.log->is_safe({1, 0}));
    BOOST_TEST(!journal.log->next_commit(journal.now));
    journal.pass(10ms);
    journal.run_commits();
    BOOST_TEST(journal.batches.size() == 1u);
    BOOST_TEST(disk.syncs() == syncs);
}

BOOST_AUTO_TEST_CASE(a_durability_has_a_name) {
    BOOST_TEST(to_string(durability{}) == "fsync");
    BOOST_TEST(to_string(durability{durability::kind::interval, 50ms}) == "interval:50ms");
    BOOST_TEST(to_string(durability{durability::kind::memory, 50ms}) == "memory");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_test
