// The table of lanes over a real PostgreSQL: what its statements do is what lane_stand.hpp says,
// and what one gateway writes the others see.
#include "queue/core/error.hpp"
#include "queue/postgres/lane_board.hpp"
#include "queue/postgres/schema.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace lane_board_test {

using namespace std::chrono_literals;
using namespace sluice::queue;
using namespace sluice::queue::postgres;
using sluice::tests::postgres_server;
using sluice::tests::shared_postgres;
using sluice::tests::wait_until;

namespace {

connection connect(std::string const& url) {
    std::string why;
    auto made = connection::open({url}, why);
    BOOST_REQUIRE_MESSAGE(made.has_value(), why);
    return std::move(*made);
}

void make_schema(std::string const& url) {
    auto to = connect(url);
    std::string why;
    BOOST_REQUIRE_MESSAGE(prepare_schema(to, why).has_value(), why);
}

std::string text(lane_stand const& s) {
    auto const gate = s.gate_left > 0ms ? (s.gate_left > 30s ? " long" : " short") : "";
    return std::to_string(s.version) + (s.is_paused ? " paused" : "") +
           (s.is_disabled ? " disabled" : "") + " by " + s.by + gate + s.gate_by;
}

// A gateway's side of the table, and what it was told.
struct gateway {
    explicit gateway(std::string const& url) {
        lane_board_options options;
        options.database.url = url;
        board = std::make_unique<lane_board>(std::move(options));
        std::string why;
        auto opened = board->open(why);
        BOOST_REQUIRE_MESSAGE(opened.has_value(), why);
        take(std::move(opened->rows));
        board->applied(opened->looked);
        lane_board_callbacks tell;
        tell.rows = [this](auto&& rows, boot_time looked) {
            take(std::move(rows));
            board->applied(looked);
        };
        board->start(std::move(tell));
    }
    ~gateway() { board->stop(); }

    void take(std::vector<lane_stand>&& rows) {
        std::lock_guard const lock(mutex);
        for (auto& row : rows)
            known[row.destination] = std::move(row);
    }
    boost::system::result<lane_stand> change(std::string name, bool is_pause, std::string by) {
        std::promise<boost::system::result<lane_stand>> done;
        board->change({std::move(name), is_pause, std::move(by)},
                      [&](auto row) { done.set_value(std::move(row)); });
        return done.get_future().get();
    }
    std::string sees(std::string const& name) {
        std::lock_guard const lock(mutex);
        auto const found = known.find(name);
        return found == known.end() ? "nothing" : text(found->second);
    }

    std::unique_ptr<lane_board> board;
    std::mutex mutex;
    std::map<std::string, lane_stand> known;
};

struct fixture {
    postgres_server& server = shared_postgres();
    std::string database = server.make_database_name();
    std::string url = server.url("postgres", database);
    fixture() { make_schema(url); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lane_tables, fixture)

// Every pair of stands, by the server and by the rules.
BOOST_AUTO_TEST_CASE(the_server_adds_stands_up_as_the_rules_do) {
    auto to = connect(url);
    lane_table table(to, 5s);
    std::vector<lane_stand> all;
    for (std::uint64_t version = 1; version < 3; ++version)
        for (int flags = 0; flags < 4; ++flags)
            all.push_back({"", version, (flags & 1) != 0, (flags & 2) != 0,
                           std::to_string(version) + "-" + std::to_string(flags)});
    std::vector<lane_stand> first;
    std::vector<lane_stand> second;
    std::map<std::string, std::string> sums;
    for (auto const& a : all) {
        for (auto const& b : all) {
            auto one = a;
            auto other = b;
            one.destination = other.destination = "\"" + a.by + "\\ {" + b.by + "}, ä";
            auto sum = one;
            merge_switch(sum, other);
            sums[sum.destination] = text(sum);
            first.push_back(std::move(one));
            second.push_back(std::move(other));
        }
    }
    BOOST_REQUIRE(table.merge(first, 0).has_value());
    BOOST_REQUIRE(table.merge(second, 0).has_value());
    auto const sight = table.look(0);
    BOOST_REQUIRE(sight.has_value());
    BOOST_TEST(sight->rows.size() == sums.size());
    for (auto const& row : sight->rows)
        BOOST_TEST(text(row) == sums[row.destination], row.destination);
}

BOOST_AUTO_TEST_CASE(a_look_brings_what_was_changed_since) {
    auto to = connect(url);
    lane_table table(to, 5s);
    BOOST_TEST(table.look(0)->rows.empty());
    BOOST_TEST(text(*table.change({"a", true, "alice"}, 0)) == "1 paused by alice");
    BOOST_TEST(text(*table.change({"b", true, "bob"}, 7)) == "8 paused by bob");
    auto const sight = table.look(1);
    BOOST_TEST(sight->version == 8U);
    BOOST_REQUIRE(sight->rows.size() == 1U);
    BOOST_TEST(sight->rows[0].destination == "b");
    // What says nothing new changes nothing.
    lane_stand gone{"b", 8, false, true, "answered 410"};
    BOOST_REQUIRE(table.merge({gone}, 0).has_value());
    auto const disabled = table.look(8);
    BOOST_REQUIRE(disabled->rows.size() == 1U);
    BOOST_TEST(text(disabled->rows[0]) == "8 paused disabled by bob");
    BOOST_REQUIRE(table.merge({gone}, 0).has_value());
    BOOST_TEST(table.look(disabled->version)->rows.empty());
    BOOST_TEST(text(*table.change({"b", true, "eve"}, 0)).ends_with(" paused disabled by eve"));
    BOOST_TEST(text(*table.change({"b", false, "eve"}, 0)).ends_with("12 by eve"));
}

BOOST_AUTO_TEST_CASE(a_gate_is_kept_until_the_later_moment_by_the_servers_clock) {
    auto to = connect(url);
    lane_table table(to, 5s);
    lane_stand gate{"a"};
    gate.gate_left = 60s;
    gate.gate_by = "long";
    BOOST_REQUIRE(table.merge({gate}, 0).has_value());
    gate.gate_left = 5s;
    gate.gate_by = "short";
    BOOST_REQUIRE(table.merge({gate}, 0).has_value());
    auto const sight = table.look(0);
    BOOST_REQUIRE(sight->rows.size() == 1U);
    BOOST_TEST(sight->rows[0].gate_by == "long");
    BOOST_TEST((sight->rows[0].gate_left > 30s && sight->rows[0].gate_left <= 60s));
    table.change({"a", false, "alice"}, 0).has_error();
    BOOST_TEST((table.look(0)->rows[0].gate_left > 30s)); // resuming opens no gate
}

// Numbers become visible in their order: nobody who looks misses one.
BOOST_AUTO_TEST_CASE(whoever_looks_while_many_write_misses_nothing) {
    std::vector<std::thread> writers;
    for (int n = 0; n < 3; ++n) {
        writers.emplace_back([&, n] {
            auto to = connect(url);
            for (int i = 0; i < 60; ++i) {
                auto const name = std::to_string(n) + "-" + std::to_string(i);
                lane_table(to, 5s).change({name, true, "x"}, 0).has_error();
            }
        });
    }
    auto to = connect(url);
    lane_table table(to, 5s);
    std::uint64_t seen = 0;
    std::set<std::string> names;
    bool const has_all = wait_until([&] {
        auto const sight = table.look(seen);
        for (auto const& row : sight->rows)
            names.insert(row.destination);
        seen = sight->version;
        return seen == 180;
    });
    for (auto& each : writers)
        each.join();
    BOOST_TEST(has_all);
    BOOST_TEST(names.size() == 180U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(lane_boards, fixture)

BOOST_AUTO_TEST_CASE(what_one_gateway_writes_the_others_see) {
    gateway one(url);
    gateway other(url);
    auto const row = one.change("crm", true, "alice");
    BOOST_REQUIRE(row.has_value());
    BOOST_TEST(wait_until([&] { return other.sees("crm") == "1 paused by alice"; }));
    other.board->found({"crm", 1, false, true, "answered 410"});
    BOOST_TEST(wait_until([&] { return one.sees("crm") == "1 paused disabled by alice"; }));
    gateway third(url); // reads all at its start
    BOOST_TEST(third.sees("crm") == "1 paused disabled by alice");
    BOOST_TEST(third.board->is_current());
    BOOST_TEST(third.board->status().rows == 1U);
}

BOOST_AUTO_TEST_CASE(a_reason_that_is_no_text_is_written_all_the_same) {
    gateway one(url);
    one.board->found({"crm", 0, false, true, "answered \xff\xfe 410"});
    BOOST_TEST(wait_until([&] { return one.sees("crm") == "0 disabled by answered ?? 410"; }));
}

BOOST_AUTO_TEST_CASE(so_many_wishes_may_wait) {
    lane_board_options options;
    options.database.url = url;
    options.most_wishes = 1;
    lane_board board(std::move(options)); // its thread does not run
    boost::system::error_code first;
    boost::system::error_code second;
    board.change({"a", true, "x"}, [&](auto const& row) { first = row.error(); });
    board.change({"b", true, "x"}, [&](auto const& row) { second = row.error(); });
    BOOST_TEST((second == errc::overloaded));
    board.stop();
    BOOST_TEST((first == errc::stopping));
}

BOOST_AUTO_TEST_CASE(while_postgresql_is_away_nothing_is_paused_and_nothing_is_lost) {
    postgres_server own;
    auto const where = own.make_database();
    make_schema(where);
    gateway one(where);
    BOOST_REQUIRE(one.change("crm", true, "alice").has_value());
    own.kill();
    auto const refused = one.change("crm", false, "bob");
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error() == errc::store_away));
    one.board->found({"other", 0, false, true, "answered 410"});
    BOOST_TEST(wait_until([&] { return one.board->status().failures > 3; }));
    BOOST_TEST(one.board->is_current()); // it knows that it is cut off
    own.start();
    BOOST_TEST(wait_until([&] { return one.sees("other") == "0 disabled by answered 410"; }));
    BOOST_TEST(one.sees("crm") == "1 paused by alice");
    BOOST_TEST(one.change("crm", false, "bob").has_value());
}

BOOST_AUTO_TEST_CASE(a_frozen_postgresql_is_away_and_what_was_sent_to_it_is_unknown) {
    postgres_server own;
    auto const where = own.make_database();
    make_schema(where);
    gateway one(where);
    BOOST_REQUIRE(one.change("crm", true, "alice").has_value());
    own.freeze();
    BOOST_TEST(wait_until([&] { return one.board->status().failures > 0; }));
    auto const refused = one.change("crm", false, "bob");
    BOOST_TEST((refused.has_error() && refused.error() == errc::store_away));
    own.thaw();
    BOOST_TEST(wait_until([&] { return one.change("crm", false, "bob").has_value(); }));
}

BOOST_AUTO_TEST_CASE(a_promoted_standby_that_lacks_a_pause_gets_it_again) {
    postgres_server primary;
    auto const name = primary.make_database_name();
    make_schema(primary.url("postgres", name));
    postgres_server standby(primary, "standby");
    auto const where = joint_url(primary, standby, name);
    gateway one(where);
    BOOST_REQUIRE(one.change("early", true, "alice").has_value());
    BOOST_TEST(
        wait_until([&] { return standby.sql("SELECT count(*) FROM sluice.lane", name) == "1"; }));
    standby.stop(); // it is asynchronous, and behind
    BOOST_REQUIRE(one.change("late", true, "alice").has_value());
    BOOST_TEST(wait_until([&] { return one.sees("late") == "2 paused by alice"; }));
    primary.kill();
    standby.start();
    standby.promote();
    BOOST_TEST(wait_until(
        [&] { return standby.sql("SELECT count(*) FROM sluice.lane WHERE paused", name) == "2"; }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace lane_board_test
