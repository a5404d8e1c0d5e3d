// The disk misbehaves: nothing that was promised is lost, nothing that was refused comes back.
#include "queue/journal/journal_error.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <random>

namespace sluice::queue::journal_faults_test {

using namespace std::chrono_literals;

namespace {

boost::system::error_code system_error(int code) {
    return {code, boost::system::system_category()};
}

// Some work of every kind, deterministic by `random`.
void work(rig& journal, std::mt19937_64& random, int steps) {
    for (int i = 0; i < steps && !journal.log->has_failed(); ++i) {
        auto const dice = random() % 10;
        if (dice < 5 || journal.live.empty()) {
            journal.put(std::string(random() % 900, static_cast<char>('a' + random() % 26)));
        } else {
            auto pick = journal.live.begin();
            std::advance(pick, static_cast<std::ptrdiff_t>(random() % journal.live.size()));
            auto const id = pick->first;
            if (dice < 7) {
                journal.retry(id);
            } else {
                journal.settle(id, dice == 9 ? task_state::cancelled : task_state::delivered);
            }
        }
        if (random() % 3 == 0) journal.run_commits();
        if (random() % 3 == 0) journal.run_one_background();
        if (random() % 8 == 0) journal.pass(std::chrono::milliseconds(random() % 400));
    }
}

// The process dies while the disk works: a batch is written and neither synced nor reported.
void leave_a_batch_unsynced(rig& journal, std::mt19937_64& random) {
    auto const records = random() % 6;
    for (std::uint64_t i = 0; i < records; ++i)
        journal.put(std::string(random() % 900, 'u'));
    auto job = journal.log->next_commit(journal.now);
    if (!job) return;
    if (auto* const commit = std::get_if<commit_job>(&job->work)) commit->sync = false;
    (void)journal.files.run(*job);
}

// Lives one after the other on one disk, each ended by a power cut or a kill.
void live_and_die(std::uint64_t seed, journal_options const& options, bool cuts_power) {
    std::mt19937_64 random(seed);
    simulated_storage disk(seed);
    disk.set_short_writes(seed % 4 == 0);
    promises said;
    auto now = rig(disk).now;
    for (int life = 0; life < 5; ++life) {
        auto const what = "seed " + std::to_string(seed) + " life " + std::to_string(life);
        rig journal(disk, options);
        journal.now = now;
        journal.ids = task_id_generator(seed * 100 + static_cast<std::uint64_t>(life));
        auto const started = journal.start();
        BOOST_REQUIRE_MESSAGE(started.has_value(), what << ": " << journal.report.text());
        check_promises(said, journal, what);
        work(journal, random, 120);
        now = journal.now;
        said = journal;
        leave_a_batch_unsynced(journal, random);
        if (cuts_power && random() % 2 == 0) {
            disk.crash();
        } else {
            disk.kill();
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_faults_test)

BOOST_AUTO_TEST_CASE(power_cuts_and_kills_at_random_moments_lose_nothing) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        live_and_die(seed, rig::small(), true);
}

BOOST_AUTO_TEST_CASE(by_interval_kills_at_random_moments_lose_nothing) {
    auto options = rig::small();
    options.safe.mode = durability::kind::interval;
    for (std::uint64_t seed = 1; seed <= 40; ++seed)
        live_and_die(seed, options, false);
}

// What a power cut may cost by interval is told by the syncs; it never costs the start.
BOOST_AUTO_TEST_CASE(by_interval_and_in_memory_a_power_cut_never_stops_the_start) {
    for (auto const mode : {durability::kind::interval, durability::kind::memory}) {
        auto options = rig::small();
        options.safe.mode = mode;
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            std::mt19937_64 random(seed);
            simulated_storage disk(seed);
            auto now = rig(disk).now;
            for (int life = 0; life < 4; ++life) {
                rig journal(disk, options);
                journal.now = now;
                journal.ids = task_id_generator(seed * 100 + static_cast<std::uint64_t>(life));
                auto const started = journal.start();
                BOOST_REQUIRE_MESSAGE(started.has_value(),
                                      "seed " << seed << ": " << journal.report.text());
                work(journal, random, 150);
                now = journal.now;
                disk.crash();
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_failed_sync_ends_everything_and_is_never_repeated) {
    for (std::uint64_t nth = 1; nth <= 50; ++nth) {
        auto const what = "sync " + std::to_string(nth);
        std::mt19937_64 random(nth);
        simulated_storage disk(nth);
        promises said;
        {
            rig journal(disk);
            BOOST_REQUIRE(journal.start().has_value());
            disk.fail_sync(nth);
            work(journal, random, 2000);
            BOOST_TEST(journal.log->has_failed(), what);
            BOOST_TEST((journal.failures == std::vector<std::string>{"sync"}), what);
            auto const committed = journal.batches.size();
            auto const syncs = disk.syncs();
            BOOST_TEST(journal.put("late").is_nil(), what);
            BOOST_TEST(!journal.log->append(record(purged{})), what);
            BOOST_TEST(!journal.log->next_commit(journal.now), what);
            BOOST_TEST(!journal.log->next_background(journal.now), what);
            BOOST_TEST(!journal.log->next_wakeup(), what);
            BOOST_TEST(journal.log->is_closed(), what);
            BOOST_TEST((journal.batches.size() == committed && disk.syncs() == syncs), what);
            said = journal;
        }
        disk.crash();
        rig again(disk);
        BOOST_REQUIRE(again.start().has_value());
        check_promises(said, again, what);
    }
}

BOOST_AUTO_TEST_CASE(a_failed_sync_at_start_stops_the_start) {
    for (std::uint64_t nth = 1;; ++nth) {
        simulated_storage disk(nth);
        disk.fail_sync(nth);
        rig journal(disk);
        if (journal.start().has_value()) {
            BOOST_TEST(nth > 2u);
            break;
        }
    }
}

BOOST_AUTO_TEST_CASE(a_write_error_that_is_not_want_of_room_ends_everything) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    journal.put("x");
    disk.fail_write(1, system_error(EIO));
    journal.run_commits();
    BOOST_TEST((journal.failures == std::vector<std::string>{"write"}));
    BOOST_TEST(journal.accepted_ids.empty());
}

BOOST_AUTO_TEST_CASE(short_and_interrupted_writes_are_gone_on_with) {
    simulated_storage disk(11);
    disk.set_short_writes(true);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put(std::string(5000, 'x'));
    journal.run_jobs();
    disk.crash();
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST((again.live.at(id).payload == std::string(5000, 'x')));
}

// A batch that finds no room: its new tasks are refused for good, the rest is written later.
BOOST_AUTO_TEST_CASE(a_batch_without_room_loses_its_new_tasks_only) {
    for (std::uint64_t nth = 1; nth <= 30; ++nth) {
        auto const what = "write " + std::to_string(nth);
        std::mt19937_64 random(nth);
        simulated_storage disk(nth);
        promises said;
        {
            rig journal(disk);
            BOOST_REQUIRE(journal.start().has_value());
            disk.set_short_writes(nth % 2 == 0);
            disk.fail_write(nth, system_error(ENOSPC));
            work(journal, random, 200);
            BOOST_TEST(journal.failures.empty(), what);
            journal.pass(2s);
            journal.run_jobs();
            BOOST_TEST((journal.settled_ids == journal.finished_ids), what);
            BOOST_TEST(!journal.put("room again").is_nil(), what);
            journal.run_jobs();
            said = journal;
        }
        disk.crash();
        rig again(disk);
        auto const started = again.start();
        BOOST_REQUIRE_MESSAGE(started.has_value(), what << ": " << again.report.text());
        check_promises(said, again, what);
    }
}

BOOST_AUTO_TEST_CASE(a_refused_batch_names_its_records_and_admits_nothing_until_measured) {
    simulated_storage disk(2);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const old = journal.put("old");
    journal.run_jobs();
    journal.settle(old);
    auto const refused = journal.put("refused");
    disk.fail_write(1, system_error(ENOSPC));
    journal.run_commits();
    BOOST_TEST(journal.refused_ids.contains(refused));
    BOOST_TEST(!journal.settled_ids.contains(old));
    BOOST_TEST(journal.log->stats().is_short);
    BOOST_TEST(journal.put("too early").is_nil());
    BOOST_REQUIRE(journal.log->next_wakeup());
    BOOST_TEST((*journal.log->next_wakeup() <= journal.now.mono + 250ms));
    journal.pass(250ms);
    journal.run_jobs();
    BOOST_TEST(journal.settled_ids.contains(old));
    BOOST_TEST(!journal.put("in time").is_nil());
}

// A disk of 1 MiB: new work is refused, what is there is ended, room comes back by itself.
BOOST_AUTO_TEST_CASE(a_full_disk_refuses_new_work_and_ends_the_old) {
    simulated_storage disk(3);
    disk.set_capacity(1 << 20);
    auto options = rig::small();
    options.segment_bytes = 256 << 10;
    options.retention_time = 1s;
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    std::vector<task_id> ids;
    for (auto id = journal.put(std::string(600, 'x')); !id.is_nil();
         id = journal.put(std::string(600, 'x'))) {
        ids.push_back(id);
        journal.run_jobs();
        journal.pass(1ms);
    }
    BOOST_TEST(ids.size() > 300u);
    BOOST_TEST(journal.accepted_ids.size() == ids.size());
    for (auto const& id : ids) {
        journal.retry(id);
        journal.run_jobs();
    }
    for (auto const& id : ids) {
        journal.settle(id);
        journal.pass(20ms);
        journal.run_jobs();
    }
    BOOST_TEST(journal.failures.empty());
    BOOST_TEST(journal.refused_ids.size() == 1u);
    BOOST_TEST(journal.settled_ids.size() == ids.size());
    journal.pass(1s);
    journal.run_jobs();
    BOOST_TEST(!journal.put(std::string(600, 'x')).is_nil());
    disk.crash();
    rig again(disk, options);
    BOOST_REQUIRE(again.start().has_value());
    check_promises(journal, again, "full disk");
}

BOOST_AUTO_TEST_CASE(a_start_on_a_full_disk_succeeds_and_goes_on_when_there_is_room) {
    simulated_storage disk(4);
    task_id id;
    {
        rig journal(disk);
        BOOST_REQUIRE(journal.start().has_value());
        id = journal.put("kept");
        journal.run_commits();
    }
    disk.kill();
    disk.set_content("of-another", std::string(10'000, 'x'));
    disk.set_capacity(20'000);
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST(again.live.contains(id));
    BOOST_TEST(again.put("new").is_nil());
    again.settle(id);
    again.pass(20ms);
    again.run_jobs();
    BOOST_TEST(!again.settled_ids.contains(id));
    disk.set_capacity(10 << 20);
    again.pass(2s);
    again.run_jobs();
    again.pass(2s);
    again.run_jobs();
    BOOST_TEST(again.settled_ids.contains(id));
    BOOST_TEST(!again.put("new").is_nil());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_faults_test
