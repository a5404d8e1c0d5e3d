#include "queue/journal/file_worker.hpp"
#include "queue/postgres/adoption.hpp"
#include "queue/postgres/dead_log.hpp"
#include "queue/postgres/log_worker.hpp"
#include "queue/postgres/schema_scripts.hpp"
#include "tests/queue/journal/rig.hpp"
#include "tests/queue/journal/worker_conformance.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>

namespace sluice::queue::log_worker_test {

using postgres::log_options;
using postgres::log_worker;
using postgres::postgres_errc;
using tests::shared_postgres;

// A log in a database of its own.
class log_place final : public kept_place {
  public:
    log_place()
        : database_(shared_postgres().make_database_name()) {
        sql("CREATE SCHEMA sluice;" + std::string(postgres::cluster_schema_1) +
            std::string(postgres::claim_schema_1) +
            "INSERT INTO sluice.fence VALUES (1, 1, 'gw-1'), (2, 1, 'gw-2')");
    }
    std::string sql(std::string const& text) { return shared_postgres().sql(text, database_); }
    log_options options(std::uint32_t log = 1, std::int64_t epoch = 1) const {
        log_options o;
        o.connect.url = shared_postgres().url("postgres", database_);
        o.log = log;
        o.epoch = epoch;
        return o;
    }
    std::unique_ptr<job_worker> begin_life() override {
        return std::make_unique<log_worker>(options());
    }

  private:
    std::string database_;
};

std::string header() {
    file_header h;
    h.number = 1;
    h.salt = 7;
    return encode(h);
}

segment_ref const first_segment{segment_kind::journal, 1};

commit_job batch(std::string bytes, std::uint64_t at = 0) {
    return {{first_segment, header().size() + at, std::move(bytes)}, {}, true, {}};
}

BOOST_AUTO_TEST_SUITE(log_worker_test)

BOOST_AUTO_TEST_CASE(postgres_does_what_every_worker_must) {
    for (auto const& each : worker_conformance()) {
        BOOST_TEST_CONTEXT(each.name) {
            log_place place;
            each.run(place);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_fenced_owner_writes_makes_and_drops_nothing) {
    log_place place;
    log_worker owner(place.options());
    BOOST_REQUIRE(!owner.run({prepare_job{first_segment, header(), 0}, 0}).error);
    BOOST_REQUIRE(!owner.run({batch("one"), 0}).error);
    place.sql("UPDATE sluice.fence SET epoch = 2 WHERE log = 1");
    BOOST_TEST((owner.run({batch("two", 3), 0}).error == postgres_errc::fenced));
    BOOST_TEST((owner.run({remove_job{{}, first_segment}, 0}).error == postgres_errc::fenced));
    segment_ref const second{segment_kind::journal, 2};
    BOOST_TEST((owner.run({prepare_job{second, header(), 0}, 0}).error == postgres_errc::fenced));
    BOOST_TEST((owner.run({lock_job{}, 0}).error == postgres_errc::fenced));
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.batch_1_1") == "1");
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.segment") == "1");
}

BOOST_AUTO_TEST_CASE(the_repeat_of_a_batch_is_its_look_up) {
    log_place place;
    log_worker owner(place.options());
    BOOST_REQUIRE(!owner.run({prepare_job{first_segment, header(), 0}, 0}).error);
    BOOST_TEST(!owner.run({batch("one"), 0}).error);
    BOOST_TEST(!owner.run({batch("one"), 0}).error);
    BOOST_TEST(owner.status().looked_up == 1U);
    BOOST_TEST((owner.run({batch("two"), 0}).error == postgres_errc::conflict));
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.batch_1_1") == "1");
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_is_made_again) {
    log_place place;
    log_worker owner(place.options());
    BOOST_REQUIRE(!owner.run({prepare_job{first_segment, header(), 0}, 0}).error);
    BOOST_REQUIRE(!owner.run({batch("one"), 0}).error);
    shared_postgres().cut_connections();
    BOOST_TEST(!owner.run({batch("two", 3), 0}).error);
    BOOST_TEST(place.sql("SELECT string_agg(convert_from(bytes, 'UTF8'), '' ORDER BY at) FROM "
                         "sluice.batch_1_1") == "onetwo");
}

BOOST_AUTO_TEST_CASE(what_was_acknowledged_and_is_missing_ends_the_log) {
    log_place place;
    log_worker owner(place.options());
    BOOST_REQUIRE(!owner.run({prepare_job{first_segment, header(), 0}, 0}).error);
    BOOST_REQUIRE(!owner.run({batch("one"), 0}).error);
    place.sql("DELETE FROM sluice.batch_1_1"); // a replica that had not received it leads now
    shared_postgres().cut_connections();
    BOOST_TEST((owner.run({batch("two", 3), 0}).error == postgres_errc::missing));
}

BOOST_AUTO_TEST_CASE(what_was_read_at_the_start_and_is_missing_ends_the_log) {
    log_place place;
    log_worker before(place.options());
    BOOST_REQUIRE(!before.run({prepare_job{first_segment, header(), 0}, 0}).error);
    BOOST_REQUIRE(!before.run({batch("one"), 0}).error);
    BOOST_REQUIRE(!before.run({batch("two", 3), 0}).error);
    log_worker owner(place.options());
    BOOST_TEST(owner.run({load_job{first_segment}, 0}).content == header() + "onetwo");
    place.sql("DELETE FROM sluice.batch_1_1 WHERE bytes = 'two'"); // a standby that lacks it leads
    shared_postgres().cut_connections();
    BOOST_TEST((owner.run({batch("three", 6), 0}).error == postgres_errc::missing));
    // What it took away itself is not missed.
    log_worker next(place.options());
    BOOST_TEST(next.run({load_job{first_segment}, 0}).content == header() + "one");
    BOOST_TEST(!next.run({remove_job{{}, first_segment}, 0}).error);
    shared_postgres().cut_connections();
    segment_ref const second{segment_kind::journal, 2};
    BOOST_TEST(!next.run({prepare_job{second, header(), 0}, 0}).error);
}

BOOST_AUTO_TEST_CASE(an_owner_whose_log_was_adopted_and_dropped_is_fenced) {
    log_place place;
    log_worker owner(place.options());
    BOOST_REQUIRE(!owner.run({prepare_job{first_segment, header(), 0}, 0}).error);
    BOOST_REQUIRE(!owner.run({batch("one"), 0}).error);
    place.sql("UPDATE sluice.fence SET epoch = 2 WHERE log = 1; DROP TABLE sluice.batch_1_1");
    shared_postgres().cut_connections();
    BOOST_TEST((owner.run({batch("two", 3), 0}).error == postgres_errc::fenced));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_away_ends_no_job_but_a_stop_does) {
    log_options options;
    options.connect.url = "postgresql://postgres@127.0.0.1:1/none";
    log_worker owner(options);
    std::thread stopper([&] { owner.stop(); });
    BOOST_TEST((owner.run({lock_job{}, 0}).error == postgres_errc::unreachable));
    stopper.join();
    BOOST_TEST(!owner.status().is_reachable);
    BOOST_TEST(owner.status().why.find("refused") != std::string::npos, owner.status().why);
}

// --- a dead log ---------------------------------------------------------------------------------

struct log_of_the_dead {
    explicit log_of_the_dead(log_place& place) {
        log_worker owner(place.options());
        rig journal(owner);
        BOOST_REQUIRE(journal.start());
        for (int i = 0; i < 50; ++i)
            waiting.insert(journal.put("waits " + std::to_string(i)));
        journal.run_jobs();
        sequence last = 0;
        for (int i = 0; i < 5; ++i) {
            auto const id = journal.put("done " + std::to_string(i));
            journal.run_jobs();
            last = journal.settle(id);
            ended.insert(id);
        }
        journal.retry(*waiting.begin());
        // A row of the history whose end was never written: the task waits on.
        finished end;
        end.id = *waiting.rbegin();
        end.state = task_state::delivered;
        auto const whole = journal.snapshot(end.id, journal.live.at(end.id).where.segment);
        journal.log->keep(*whole, end, last);
        journal.pause("crm");
        journal.pass(std::chrono::milliseconds(20));
        journal.run_jobs();
        now = journal.now;
    }
    std::set<task_id> waiting;
    std::set<task_id> ended;
    instant now;
};

// The gateway of log 2 takes log 1 over. Of its first commits `lost` are not there any more when it
// has been told of them: a replica without them leads.
class one_adoption {
  public:
    one_adoption(log_place& place, int lost)
        : place_(place)
        , dead_(place)
        , lost_(lost) {
        place.sql("UPDATE sluice.fence SET epoch = 2 WHERE log = 1;"
                  "INSERT INTO sluice.adopted_log VALUES (1, 2, false)");
    }

    // Until all of it is taken over.
    void wait() {
        postgres::adoption::calls calls;
        calls.now = [this] { return dead_.now; };
        calls.give_lane = [](foreign_lane&&) {};
        calls.give = [this](foreign_slice const& slice) { return give(slice); };
        std::atomic<bool> is_done = false;
        calls.tell = [&](postgres::adopted const&) { is_done = true; };
        calls.tell_failure = [this](postgres::adoptable_log const&, std::string const& why) {
            failure = why;
            segments_at_failure = place_.sql("SELECT count(*) FROM sluice.segment WHERE log = 1");
        };
        postgres::adoption taker(place_.options(2, 1), calls);
        taker.take_over({1, 2, 2});
        BOOST_TEST(tests::wait_until([&] { return is_done.load(); }));
    }

    // Of its thread, which has ended when `wait` returns.
    std::set<task_id> given;
    std::string failure;
    std::string segments_at_failure;

  private:
    postgres::adoption::given give(foreign_slice const& slice) {
        for (auto const& task : slice.tasks)
            given.insert(task.what.task.id);
        if (lost_-- <= 0)
            place_.sql("INSERT INTO sluice.adopted_slice VALUES (1, " +
                       std::to_string(slice.mark.slice) + ", 2) ON CONFLICT DO NOTHING");
        return [] { return boost::system::error_code(); };
    }

    log_place& place_;
    log_of_the_dead const dead_;
    int lost_;
};

BOOST_AUTO_TEST_CASE(a_dead_log_is_read_into_slices_of_its_state) {
    log_place place;
    log_of_the_dead const dead(place);
    place.sql("UPDATE sluice.fence SET epoch = 2 WHERE log = 1");
    log_worker reader(place.options(1, 2));
    postgres::slice_limits limits;
    limits.tasks = 20;
    auto const read = postgres::read_dead_log(reader, 1, 2, dead.now, limits);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->live_slices == 3U);
    BOOST_TEST(read->tasks == 50U);
    BOOST_TEST(read->finished == 5U);
    std::set<task_id> live;
    std::set<task_id> ended;
    for (auto const& slice : read->slices) {
        for (auto const& task : slice.tasks) {
            (task.end ? ended : live).insert(task.what.task.id);
            BOOST_TEST(task.lane == "crm");
            BOOST_TEST(!task.what.task.payload.view().empty());
        }
    }
    BOOST_TEST((live == dead.waiting));
    BOOST_TEST((ended == dead.ended));
    BOOST_REQUIRE(read->lanes.size() == 1U);
    BOOST_TEST(read->lanes.front().what.is_paused);
    auto const again = postgres::read_dead_log(reader, 1, 2, dead.now, limits);
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST((again->slices[1].tasks.front().what.task.id ==
                read->slices[1].tasks.front().what.task.id));
}

BOOST_AUTO_TEST_CASE(a_slice_is_taken_once_whoever_tries) {
    log_place place;
    place.sql("INSERT INTO sluice.fence VALUES (9, 5, 'dead')");
    log_worker one(place.options(1, 1));
    log_worker other(place.options(2, 1));
    for (auto* const worker : {&one, &other})
        BOOST_REQUIRE(!worker->run({prepare_job{first_segment, header(), 0}, 0}).error);
    auto job = batch("slice");
    job.adopts = adopted_slice{9, 5, 0};
    auto const first = one.run({job, 0});
    BOOST_TEST(!first.error);
    BOOST_TEST(!first.was_adopted_before);
    auto const again = one.run({job, 0}); // the answer was lost
    BOOST_TEST(!again.error);
    BOOST_TEST(!again.was_adopted_before);
    auto const second = other.run({job, 0});
    BOOST_TEST(!second.error);
    BOOST_TEST(second.was_adopted_before);
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.batch_2_1") == "0");
    job.adopts->slice = 1;
    job.adopts->epoch = 4; // it was adopted from: the others go on, and its own log is whole
    auto const late = other.run({job, 0});
    BOOST_TEST(!late.error);
    BOOST_TEST(late.was_adopted_before);
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.batch_2_1") == "0");
    BOOST_TEST(!one.run({job, 0}).error); // what it wrote before is still found
}

BOOST_AUTO_TEST_CASE(an_adoption_gives_every_slice_and_drops_the_log) {
    log_place place;
    one_adoption taking(place, 0);
    taking.wait();
    BOOST_TEST(taking.failure == "");
    BOOST_TEST(taking.given.size() == 55U);
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.segment WHERE log = 1") == "0");
    BOOST_TEST(place.sql("SELECT epoch FROM sluice.fence WHERE log = 1") == "2");
    BOOST_TEST(place.sql("SELECT by_log, is_done FROM sluice.adopted_log") == "2|t");
}

BOOST_AUTO_TEST_CASE(a_log_whose_copies_a_new_primary_lacks_is_adopted_again_and_not_dropped) {
    log_place place;
    one_adoption taking(place, 1);
    taking.wait();
    BOOST_TEST(taking.failure.find("missing from the log") != std::string::npos, taking.failure);
    BOOST_TEST(taking.segments_at_failure != "0");
    BOOST_TEST(taking.given.size() == 55U);
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.segment WHERE log = 1") == "0");
}

BOOST_AUTO_TEST_CASE(nothing_of_a_log_goes_while_it_is_being_adopted) {
    log_place place;
    log_worker taker(place.options());
    BOOST_REQUIRE(!taker.run({prepare_job{first_segment, header(), 0}, 0}).error);
    place.sql("INSERT INTO sluice.adopted_log VALUES (1, 2, false)");
    BOOST_TEST((taker.run({remove_job{{}, first_segment}, 0}).error == postgres_errc::fenced));
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.segment") == "1");
    place.sql("UPDATE sluice.adopted_log SET is_done = true");
    BOOST_TEST(!taker.run({remove_job{{}, first_segment}, 0}).error);
    BOOST_TEST(place.sql("SELECT count(*) FROM sluice.segment") == "0");
}

// Found by SLUICE_SEED=2015388 of the simulated clusters.
BOOST_AUTO_TEST_CASE(a_segment_that_a_standby_brought_back_goes_before_it_stands_before_a_gap) {
    log_place place;
    log_worker owner(place.options());
    rig journal(owner);
    BOOST_REQUIRE(journal.start());
    auto const keeps = [&](std::string const& number) {
        return place.sql("SELECT count(*) FROM sluice.segment WHERE log = 1 AND kind = 0 AND "
                         "number = " +
                         number) == "1";
    };
    auto const fill_until_gone = [&](std::string const& number) {
        for (int i = 0; i < 40 && keeps(number); ++i) {
            auto const id = journal.put(std::string(20'000, 'x'));
            journal.run_jobs();
            journal.settle(id);
            journal.pass(std::chrono::milliseconds(20));
            journal.run_jobs();
        }
        BOOST_TEST(!keeps(number));
    };
    place.sql("CREATE TABLE sluice.copied AS TABLE sluice.segment; CREATE TABLE sluice.copied_rows "
              "AS TABLE sluice.batch_1_1");
    fill_until_gone("1");
    // A standby leads that was not told of the removal.
    place.sql("ALTER TABLE sluice.copied_rows RENAME TO batch_1_1;"
              "INSERT INTO sluice.segment SELECT * FROM sluice.copied WHERE number = 1");
    fill_until_gone("2");
    BOOST_TEST(!keeps("1"));
    BOOST_TEST(place.sql("SELECT to_regclass('sluice.batch_1_1')") == "");
    auto const waits = journal.put("waits");
    journal.run_jobs();
    place.sql("UPDATE sluice.fence SET epoch = 2 WHERE log = 1");
    log_worker reader(place.options(1, 2));
    auto const read = postgres::read_dead_log(reader, 1, 2, journal.now, {});
    BOOST_REQUIRE(read.has_value());
    BOOST_REQUIRE(read->tasks == 1U);
    BOOST_TEST((read->slices.front().tasks.front().what.task.id == waits));
}

BOOST_AUTO_TEST_CASE(what_an_adopter_left_behind_when_it_died_is_dropped_at_the_next_start) {
    log_place place;
    log_of_the_dead const dead(place);
    place.sql("UPDATE sluice.fence SET epoch = 2 WHERE log = 1;"
              "INSERT INTO sluice.adopted_log VALUES (1, 3, true)");
    postgres::adoption taker(place.options(2, 1), {});
    auto const left = [&] { return place.sql("SELECT count(*) FROM sluice.segment"); };
    BOOST_TEST(tests::wait_until([&] { return left() == "0"; }));
    BOOST_TEST(place.sql("SELECT count(*) FROM pg_class WHERE relname ~ '^(batch|kept)_1_'") ==
               "0");
}

BOOST_AUTO_TEST_CASE(an_adoption_whose_server_is_away_can_be_stopped) {
    log_options options;
    options.connect.url = "postgresql://postgres@127.0.0.1:1/none";
    postgres::adoption::calls calls;
    calls.now = [] { return instant{}; };
    calls.tell_failure = [](auto&&...) {};
    postgres::adoption taker(options, calls);
    taker.take_over({1, 2, 2});
    taker.stop(); // returns
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::log_worker_test
