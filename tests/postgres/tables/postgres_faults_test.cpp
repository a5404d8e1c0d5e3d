// PostgreSQL is cut off, frozen, killed and replaced under the tables: nobody is told what is not
// so, nothing is done twice, and nobody waits for what will not come.
#include "tests/postgres/tables/postgres_maker.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>

namespace sluice::gateway::tables::test::postgres_faults_test {

namespace {

using std::chrono::steady_clock;
using tests::postgres_server;
using tests::wait_until;

using kept = std::shared_ptr<user_variables const>;

// What asking comes to, while the test does something else.
struct pending {
    std::optional<result<kept>> outcome;

    void ask(backend_fixture& in, std::string const& name) {
        user_update change{"163", "c", {{name, "v"}}, 100, at(0)};
        in.tables->update_user(std::move(change), in.inbox,
                               [this](result<kept> told) { outcome = std::move(told); });
    }
    bool run(backend_fixture& in, std::chrono::milliseconds most = 20s) {
        return wait_until(
            [&] {
                in.inbox.run_for(5ms);
                return outcome.has_value();
            },
            most);
    }
};

struct open_tables : postgres_fixture {
    open_tables() { begin(); }
    explicit open_tables(postgres_server& in)
        : postgres_fixture(in) {
        begin();
    }
    void begin() {
        postgres.options.writer.on_away = [this](std::string const&) { ++away; };
        postgres.options.writer.on_back = [this] { ++back; };
        BOOST_REQUIRE(!open());
        tables->configure_agents({{"163", {"1"}}});
    }
    void cut() {
        postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                     "datname = current_database() AND pid <> pg_backend_pid()");
    }
    // Until a write is taken again.
    bool recovers() {
        return wait_until([&] { return update({{"again", "1"}}, "another").has_value(); });
    }
    bool is_kept(std::string const& name) {
        return postgres.sql("SELECT count(*) FROM sluice.user_key WHERE name = '" + name + "'") ==
               "1";
    }

    std::atomic<int> away = 0;
    std::atomic<int> back = 0;
};

// A server of the test's own, begun before the tables in it.
struct own_server {
    postgres_server server;
};
struct own_tables : own_server, open_tables {
    own_tables()
        : open_tables(server) {}

    void want_standby(std::string const& name) {
        server.sql("ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
        server.sql("SELECT pg_reload_conf()");
        BOOST_REQUIRE(
            wait_until([&] { return server.sql("SHOW synchronous_standby_names") == name; }));
    }
    bool waits_for_standby() {
        return wait_until([&] {
            return server.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = "
                              "'SyncRep'") == "1";
        });
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(postgres_faults)

BOOST_FIXTURE_TEST_CASE(a_cut_connection_is_made_again, open_tables) {
    update({{"a", "1"}}).value();
    for (int i = 0; i < 3; ++i) {
        cut();
        BOOST_TEST(recovers());
    }
    BOOST_TEST(variables() == "a=1");
}

BOOST_FIXTURE_TEST_CASE(clicks_are_counted_once_however_often_it_is_cut, open_tables) {
    auto const made = store("u").value();
    std::uint64_t count = 0;
    for (int i = 0; i < 10; ++i) {
        auto const before = tables->counts().transactions;
        wait_until([&] {
            tables->count_click(made->code, 20'000 + i);
            ++count;
            return tables->counts().transactions > before;
        });
        cut();
    }
    BOOST_TEST(recovers());
    BOOST_TEST(tables->close());
    BOOST_TEST(postgres.sql("SELECT clicks FROM sluice.link_clicks") == std::to_string(count));
    BOOST_TEST(postgres.sql("SELECT sum(clicks) FROM sluice.link_day") == std::to_string(count));
}

BOOST_FIXTURE_TEST_CASE(a_commit_whose_answer_was_lost_is_found_and_not_repeated, own_tables) {
    auto const keyed = [this] { return update_once("k1", {{"k1", "1"}}); };
    auto const link = store("u").value();
    BOOST_TEST(wait_until([&] { return tables->counts().waiting_writes == 0; }));
    want_standby("nobody");
    pending one;
    one.ask(*this, "lost");
    BOOST_TEST(waits_for_standby()); // it is committed here, and nobody was told
    cut();
    BOOST_TEST(!one.run(*this, 100ms)); // nor is before a standby could have it
    want_standby("");
    BOOST_TEST(one.run(*this));
    BOOST_TEST(one.outcome->has_value());
    BOOST_TEST(is_kept("lost"));
    BOOST_TEST(variables() == "lost=v");
    // Each operation once.
    BOOST_TEST(recovers());
    auto const operations = postgres.sql("SELECT operation FROM sluice.table_writer");
    BOOST_TEST(operations == "3"); // the link, what was lost, the one that recovered
    BOOST_TEST(keyed() == "k1lost");
    BOOST_TEST(keyed() == "again k1lost");
}

BOOST_FIXTURE_TEST_CASE(what_was_not_committed_is_written_again_or_refused, open_tables) {
    // Another gateway froze with a lock on everybody.
    postgres.options.waiting.answer_within = 20s;
    BOOST_REQUIRE(!open());
    std::atomic<bool> was_ended = false;
    std::thread frozen([&] {
        try {
            postgres.sql("SELECT count(pg_advisory_xact_lock(5467252, n)) FROM "
                         "generate_series(0, 127) AS n, pg_sleep(0); SELECT pg_sleep(120)");
        } catch (std::runtime_error const&) {
            was_ended = true;
        }
    });
    BOOST_TEST(wait_until([&] {
        return postgres.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") != "0";
    }));
    auto const begun = steady_clock::now();
    pending one;
    one.ask(*this, "waited");
    BOOST_TEST(one.run(*this));
    // Long before the deadline of an answer.
    BOOST_TEST((steady_clock::now() - begun < 10s));
    BOOST_TEST(one.outcome->error() == errc::unavailable);
    // Later ones are refused at once.
    BOOST_TEST(update({{"b", "1"}}).error() == errc::unavailable);
    BOOST_TEST(!was_ended.load());
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                 "pid <> pg_backend_pid() AND query LIKE '%pg_sleep(120)'");
    frozen.join();
    BOOST_TEST(was_ended.load());
    BOOST_TEST(recovers());
    BOOST_TEST(!is_kept("waited"));
}

BOOST_FIXTURE_TEST_CASE(a_frozen_server_is_noticed_within_a_second, own_tables) {
    update({{"a", "1"}}).value();
    auto const made = store("u").value();
    server.freeze();
    auto const begun = steady_clock::now();
    BOOST_TEST(wait_until([&] { return update({{"b", "1"}}).error() == errc::unavailable; }));
    BOOST_TEST((steady_clock::now() - begun < 4s));
    auto const refused = steady_clock::now();
    BOOST_TEST(update({{"c", "1"}}).error() == errc::unavailable);
    BOOST_TEST((steady_clock::now() - refused < 200ms));
    // Reads go on.
    BOOST_TEST(variables() == "a=1");
    BOOST_TEST(tables->find_link(made->code) == made);
    // A link that is not known may be another gateway's.
    auto const looked = ask<std::shared_ptr<link const>>(
        [&](auto done) { tables->look_up_link(link_code::nth(5), inbox, std::move(done)); });
    BOOST_TEST(looked.error() == errc::unavailable);
    server.thaw();
    BOOST_TEST(recovers());
    BOOST_TEST(!is_kept("b"));
    BOOST_TEST(!is_kept("c"));
    BOOST_TEST(away > 0);
    BOOST_TEST(wait_until([&] { return back == away; }));
}

BOOST_FIXTURE_TEST_CASE(an_undecided_write_is_told_so_at_its_deadline, own_tables) {
    postgres.options.waiting.answer_within = 1500ms;
    BOOST_REQUIRE(!open());
    want_standby("nobody");
    pending one;
    one.ask(*this, "late");
    BOOST_TEST(one.run(*this));
    BOOST_TEST(one.outcome->error() == errc::outcome_unknown);
    want_standby("");
    BOOST_TEST(recovers());
    // It was decided, and readers see that.
    BOOST_TEST(is_kept("late"));
    BOOST_TEST(wait_until([&] { return variables() == "late=v"; }));
}

BOOST_FIXTURE_TEST_CASE(a_killed_server_comes_back_with_all_that_was_told, own_tables) {
    std::vector<std::string> told;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 5; ++i) {
            auto const name = "k" + std::to_string(round * 5 + i);
            if (update({{name, "1"}}).has_value()) told.push_back(name);
        }
        server.kill();
        server.start();
        BOOST_TEST(recovers());
    }
    BOOST_TEST(told.size() == 15U);
    for (auto const& name : told)
        BOOST_TEST(is_kept(name));
    BOOST_REQUIRE(!open());
    BOOST_TEST(tables->user_variables("163", "c")->size() == 15U);
}

BOOST_FIXTURE_TEST_CASE(more_writes_than_may_wait_are_refused_at_once, open_tables) {
    postgres.options.waiting.max_waiting = 1;
    BOOST_REQUIRE(!open());
    int told = 0;
    int refused = 0;
    constexpr int count = 1'000;
    for (int i = 0; i < count; ++i) {
        tables->erase_user("163", "c", inbox, [&](auto outcome) {
            ++told;
            if (!outcome) {
                BOOST_TEST(outcome.error() == errc::overloaded);
                ++refused;
            }
        });
    }
    while (told < count)
        inbox.run();
    BOOST_TEST(refused > 0);
    BOOST_TEST(refused < count);
}

BOOST_FIXTURE_TEST_CASE(a_close_without_the_server_ends_and_says_what_is_missing, own_tables) {
    auto const made = store("u").value();
    server.kill();
    tables->count_click(made->code, 1);
    BOOST_TEST(wait_until([&] { return away > 0; }));
    auto const begun = steady_clock::now();
    BOOST_TEST(!tables->close());
    BOOST_TEST((steady_clock::now() - begun < 10s));
    tables.reset();
    server.start();
    BOOST_REQUIRE(!open());
    BOOST_TEST(tables->clicks_of(made->code).total == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_start_without_the_server_says_why, own_tables) {
    tables.reset();
    server.kill();
    BOOST_TEST(open() == errc::unavailable);
    BOOST_TEST(!what.empty());
    server.start();
    BOOST_TEST(!open());
}

BOOST_AUTO_TEST_CASE(a_promoted_standby_has_all_that_was_told) {
    postgres_server first;
    postgres_server second(first, "second");
    first.require_standby("ANY 1 (second)");
    postgres_fixture in(first);
    in.postgres.standby = &second;
    BOOST_REQUIRE(!in.open());
    for (int i = 0; i < 5; ++i)
        in.update({{"k" + std::to_string(i), "1"}}).value();
    first.kill();
    second.promote();
    BOOST_TEST(wait_until([&] { return in.update({{"after", "1"}}).has_value(); }));
    BOOST_TEST(in.variables() == "after=1 k0=1 k1=1 k2=1 k3=1 k4=1");
    auto const beside = in.another();
    BOOST_TEST(beside->variables() == "after=1 k0=1 k1=1 k2=1 k3=1 k4=1");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::postgres_faults_test
