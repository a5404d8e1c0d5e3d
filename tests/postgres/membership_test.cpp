// A gateway among others over a real PostgreSQL. Leases are short, so that the tests are; what the
// rules are is tested without a clock (tests/queue/postgres/lease_test.cpp).
#include "queue/postgres/member_view.hpp"
#include "queue/postgres/membership.hpp"
#include "queue/postgres/schema.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace membership_test {

using namespace std::chrono_literals;
using namespace sluice::queue::postgres;
using sluice::tests::postgres_server;
using sluice::tests::shared_postgres;
using sluice::tests::wait_until;

constexpr auto test_lease = 2s;

// One gateway, and what it was told.
struct gateway {
    std::unique_ptr<membership> members;
    std::string why;
    boost::system::result<joined> mine{joined{}};
    std::mutex mutex;
    std::vector<adoptable_log> adopted;
    std::vector<std::string> lost;
    std::vector<std::string> notes;

    gateway(std::string const& url, std::string const& name) {
        membership_options options;
        options.database.url = url;
        options.name = name;
        options.version = "0.1";
        options.advertise = "127.0.0.1:1";
        options.lease = {test_lease, 1500ms};
        members = std::make_unique<membership>(options);
    }

    bool join() {
        mine = members->join(why);
        if (mine.has_error()) return false;
        membership_callbacks tell;
        tell.adopt = [this](adoptable_log const& one) {
            std::lock_guard const lock(mutex);
            adopted.push_back(one);
        };
        tell.lost = [this](std::string const& text) {
            std::lock_guard const lock(mutex);
            lost.push_back(text);
        };
        tell.note = [this](membership_note const& one) {
            std::lock_guard const lock(mutex);
            notes.push_back(one.text);
        };
        members->start(std::move(tell));
        return true;
    }

    std::size_t adoptions() {
        std::lock_guard const lock(mutex);
        return adopted.size();
    }
    bool is_lost() {
        std::lock_guard const lock(mutex);
        return !lost.empty();
    }
    // As a crash: the lease runs out.
    void crash() { members.reset(); }
};

struct fixture {
    postgres_server& server = shared_postgres();
    std::string database = server.make_database_name();

    std::string url() const { return server.url("postgres", database); }
    std::string sql(std::string const& text) { return server.sql(text, database); }
    // As if the gateway had run on another machine: nothing is proved from here.
    void move_away(std::string const& name) {
        sql("UPDATE sluice.member SET host = 'elsewhere' WHERE name = '" + name + "'");
    }
};

BOOST_FIXTURE_TEST_SUITE(membership_over_postgres, fixture)

BOOST_AUTO_TEST_CASE(the_first_one_makes_the_schema_and_every_one_has_a_log) {
    gateway a(url(), "a");
    gateway b(url(), "b");
    BOOST_REQUIRE_MESSAGE(a.join(), a.why);
    BOOST_REQUIRE_MESSAGE(b.join(), b.why);
    BOOST_TEST(a.mine->log != b.mine->log);
    BOOST_TEST(a.mine->epoch == 1);
    BOOST_TEST(a.members->holds());
    BOOST_TEST(wait_until([&] { return live_members(*a.members->view()) == 2; }));
    b.members->set_advertise("127.0.0.1:77");
    BOOST_TEST(wait_until([&] {
        auto const view = a.members->view();
        return view->members.size() == 2 && view->members[1].advertise == "127.0.0.1:77";
    }));
    BOOST_TEST(wait_until([&] { return a.members->status().renewals > 0; }));
}

BOOST_AUTO_TEST_CASE(after_a_good_bye_the_log_is_its_own_again_at_once) {
    gateway before(url(), "a");
    BOOST_REQUIRE_MESSAGE(before.join(), before.why);
    before.members->leave();
    BOOST_TEST(!before.members->holds());
    BOOST_TEST(sql("SELECT is_stopped FROM sluice.member") == "t");
    move_away("a");
    gateway after(url(), "a");
    BOOST_REQUIRE_MESSAGE(after.join(), after.why);
    BOOST_TEST(after.mine->log == before.mine->log);
    BOOST_TEST(after.mine->epoch == before.mine->epoch + 1);
    BOOST_TEST(sql("SELECT is_stopped FROM sluice.member") == "f");
}

BOOST_AUTO_TEST_CASE(after_a_crash_on_this_machine_nobody_waits) {
    gateway before(url(), "a");
    BOOST_REQUIRE_MESSAGE(before.join(), before.why);
    before.crash();
    sql("UPDATE sluice.member SET pid = 2147483000"); // a number that nobody has
    gateway after(url(), "a");
    auto const begun = std::chrono::steady_clock::now();
    BOOST_REQUIRE_MESSAGE(after.join(), after.why);
    BOOST_TEST((std::chrono::steady_clock::now() - begun < test_lease));
    BOOST_TEST(after.mine->epoch == 2);
}

// A statement that a killed gateway had sent is still carried out, and may wait for others.
BOOST_AUTO_TEST_CASE(the_last_renewal_of_a_killed_one_is_no_sign_of_life) {
    gateway before(url(), "a");
    BOOST_REQUIRE_MESSAGE(before.join(), before.why);
    before.crash();
    sql("UPDATE sluice.member SET pid = 2147483000");
    std::thread late(
        [this] { sql("UPDATE sluice.member SET renewals = renewals + 1; SELECT pg_sleep(1)"); });
    bool const is_under_way = wait_until([&] {
        return sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname "
                   "= "
                   "current_database()") == "1";
    });
    gateway after(url(), "a");
    bool const has_joined = after.join();
    late.join();
    BOOST_TEST(is_under_way);
    BOOST_TEST(has_joined, after.why);
    BOOST_TEST(sql("SELECT pid FROM sluice.member") == std::to_string(::getpid()));
}

BOOST_AUTO_TEST_CASE(after_a_crash_elsewhere_the_lease_is_waited_for) {
    gateway before(url(), "a");
    BOOST_REQUIRE_MESSAGE(before.join(), before.why);
    before.crash();
    move_away("a");
    gateway after(url(), "a");
    auto const begun = std::chrono::steady_clock::now();
    BOOST_REQUIRE_MESSAGE(after.join(), after.why);
    BOOST_TEST((std::chrono::steady_clock::now() - begun >= test_lease));
    BOOST_TEST(after.mine->log == before.mine->log);
    BOOST_TEST(after.mine->epoch == 2);
}

BOOST_AUTO_TEST_CASE(a_name_that_another_one_lives_under_is_refused) {
    gateway first(url(), "a");
    BOOST_REQUIRE_MESSAGE(first.join(), first.why);
    move_away("a");
    gateway second(url(), "a");
    BOOST_TEST(!second.join());
    BOOST_TEST(second.mine.error() == boost::system::error_code(postgres_errc::name_in_use));
    BOOST_TEST(second.why.find("lives under the name a") != std::string::npos, second.why);
    BOOST_TEST(first.members->holds());
    BOOST_TEST(!first.is_lost());
}

BOOST_AUTO_TEST_CASE(a_join_that_waits_can_be_stopped) {
    gateway first(url(), "a");
    BOOST_REQUIRE_MESSAGE(first.join(), first.why);
    first.crash();
    move_away("a");
    sql("UPDATE sluice.member SET lease_ms = 600000");
    gateway second(url(), "a");
    std::thread stopper([&] {
        wait_until([] { return false; }, 300ms);
        second.members->stop_waiting();
    });
    BOOST_TEST(!second.join());
    stopper.join();
}

BOOST_AUTO_TEST_CASE(the_log_of_a_dead_one_is_raised_once_and_told_to_every_survivor) {
    gateway a(url(), "a");
    gateway b(url(), "b");
    gateway c(url(), "c");
    BOOST_REQUIRE_MESSAGE(a.join(), a.why);
    BOOST_REQUIRE_MESSAGE(b.join(), b.why);
    BOOST_REQUIRE_MESSAGE(c.join(), c.why);
    c.crash();
    BOOST_TEST(wait_until([&] { return a.adoptions() == 1 && b.adoptions() == 1; }));
    BOOST_TEST(a.adopted[0].log == c.mine->log);
    BOOST_TEST(a.adopted[0].epoch == 2);
    BOOST_TEST(b.adopted[0].epoch == 2);
    BOOST_TEST(a.adopted[0].by == b.adopted[0].by);
    BOOST_TEST(a.members->status().claims + b.members->status().claims == 1U);
    BOOST_TEST(live_members(*a.members->view()) == 2U);

    // Comes back under its name: with another log, since the old one is the others' now.
    gateway again(url(), "c");
    BOOST_REQUIRE_MESSAGE(again.join(), again.why);
    BOOST_TEST(again.mine->log != c.mine->log);
    BOOST_TEST(again.mine->epoch == 1);
    BOOST_TEST(a.adoptions() == 1U);
}

BOOST_AUTO_TEST_CASE(a_member_whose_log_was_adopted_to_the_end_is_forgotten_and_its_ids_are_not) {
    gateway a(url(), "a");
    gateway b(url(), "b");
    BOOST_REQUIRE_MESSAGE(a.join(), a.why);
    BOOST_REQUIRE_MESSAGE(b.join(), b.why);
    b.crash();
    BOOST_TEST(wait_until([&] { return a.adoptions() == 1; }));
    auto const log = std::to_string(b.mine->log);
    sql("INSERT INTO sluice.adopted_slice VALUES (" + log + ", 0, " + std::to_string(a.mine->log) +
        "); UPDATE sluice.adopted_log SET is_done = true");
    BOOST_TEST(wait_until([&] {
        auto const view = a.members->view();
        return view->members.size() == 1 && view->adopted.size() == 1 &&
               view->adopted[0].by == std::vector<std::uint32_t>{a.mine->log};
    }));
}

BOOST_AUTO_TEST_CASE(a_stopped_one_is_left_alone_until_rejoin_is_over) {
    gateway a(url(), "a");
    gateway b(url(), "b");
    BOOST_REQUIRE_MESSAGE(a.join(), a.why);
    BOOST_REQUIRE_MESSAGE(b.join(), b.why);
    auto const begun = std::chrono::steady_clock::now();
    b.members->leave();
    BOOST_TEST(wait_until([&] { return a.adoptions() == 1; }));
    BOOST_TEST((std::chrono::steady_clock::now() - begun >= 1500ms));
}

BOOST_AUTO_TEST_CASE(whose_fence_was_raised_stops) {
    gateway a(url(), "a");
    BOOST_REQUIRE_MESSAGE(a.join(), a.why);
    sql("UPDATE sluice.fence SET epoch = epoch + 1; "
        "UPDATE sluice.member SET renewals = renewals + 1");
    BOOST_TEST(wait_until([&] { return a.is_lost(); }));
    BOOST_TEST(!a.members->holds());
    BOOST_TEST(a.lost.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_and_a_counter_that_jumped_back_are_no_loss) {
    gateway a(url(), "a");
    BOOST_REQUIRE_MESSAGE(a.join(), a.why);
    sql("UPDATE sluice.member SET renewals = renewals - 1");
    auto const before = a.members->status().renewals;
    BOOST_TEST(wait_until([&] { return a.members->status().renewals > before + 1; }));
    sql("UPDATE sluice.member SET renewals = renewals + 1");
    auto const after = a.members->status().renewals;
    BOOST_TEST(wait_until([&] { return a.members->status().renewals > after + 1; }));
    BOOST_TEST(!a.is_lost());
}

BOOST_AUTO_TEST_CASE(an_owner_whose_last_renewal_a_standby_lacked_is_told_that_its_log_was_taken) {
    std::string why;
    connect_options where;
    where.url = url();
    auto to = connection::open(where, why);
    BOOST_REQUIRE_MESSAGE(to.has_value(), why);
    BOOST_REQUIRE_MESSAGE(prepare_schema(*to, why).has_value(), why);
    member_table table(*to, 5000ms);
    auto row = table.insert_member({"a", "", "", 3000ms, own_identity()});
    BOOST_REQUIRE((row && *row));
    auto const renewed = table.renew(**row);
    BOOST_REQUIRE((renewed && *renewed));
    (*row)->renewals = **renewed;
    sql("UPDATE sluice.member SET renewals = renewals - 1"); // the standby leads
    auto const claimed = table.claim((*row)->log, (*row)->renewals - 1, 99, "b");
    BOOST_REQUIRE((claimed && *claimed == row_change::done));
    auto const again = table.renew(**row);
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST(!again->has_value());
    BOOST_TEST((*table.stop(**row) == row_change::moved));
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_is_made_again) {
    gateway a(url(), "a");
    BOOST_REQUIRE_MESSAGE(a.join(), a.why);
    server.cut_connections();
    BOOST_TEST(wait_until([&] { return a.members->status().failures > 0; }));
    auto const before = a.members->status().renewals;
    BOOST_TEST(wait_until([&] { return a.members->status().renewals > before; }));
    BOOST_TEST(wait_until([&] { return a.members->view()->is_reachable; }));
    BOOST_TEST(!a.is_lost());
}

BOOST_AUTO_TEST_CASE(a_url_that_leads_nowhere_is_an_error_at_once) {
    gateway a("postgresql://postgres@127.0.0.1:1/nowhere", "a");
    BOOST_TEST(!a.join());
    BOOST_TEST(a.mine.error() == boost::system::error_code(postgres_errc::unreachable));
    BOOST_TEST(!a.why.empty());
}

// Its own server, which it stops.
BOOST_AUTO_TEST_CASE(an_outage_longer_than_the_lease_makes_nobody_adopt_anybody) {
    postgres_server own;
    gateway a(own.url(), "a");
    gateway b(own.url(), "b");
    BOOST_REQUIRE_MESSAGE(a.join(), a.why);
    BOOST_REQUIRE_MESSAGE(b.join(), b.why);
    own.kill();
    BOOST_TEST(wait_until([&] { return !a.members->holds() && !b.members->holds(); }));
    wait_until([] { return false; }, test_lease + 1s);
    own.start();
    BOOST_TEST(wait_until([&] { return a.members->holds() && b.members->holds(); }));
    wait_until([] { return false; }, 2 * test_lease);
    BOOST_TEST(a.adoptions() + b.adoptions() == 0U);
    BOOST_TEST(!a.is_lost());
    BOOST_TEST(!b.is_lost());
    // As a machine that freezes: connections stay and nothing answers.
    own.freeze();
    BOOST_TEST(wait_until([&] { return !a.members->holds() && !b.members->holds(); }));
    wait_until([] { return false; }, test_lease);
    own.thaw();
    BOOST_TEST(wait_until([&] { return a.members->holds() && b.members->holds(); }));
    wait_until([] { return false; }, 2 * test_lease);
    BOOST_TEST(a.adoptions() + b.adoptions() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace membership_test
