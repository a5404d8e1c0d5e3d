// The homes of order keys against a real PostgreSQL.
#include "queue/postgres/order_homes.hpp"
#include "queue/postgres/schema.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace order_homes_test {

using namespace sluice::queue;
using namespace sluice::queue::postgres;
using sluice::tests::shared_postgres;
using sluice::tests::wait_until;

namespace {

struct database {
    database()
        : url(shared_postgres().make_database())
        , to(open()) {
        std::string why;
        BOOST_REQUIRE_MESSAGE(prepare_schema(to, why), why);
        for (auto const* const log : {"1", "2"})
            run(std::string("INSERT INTO sluice.fence VALUES (") + log + ", 1, 'gw-" + log + "')");
    }
    connection open() const {
        std::string why;
        auto made = connection::open({url}, why);
        BOOST_REQUIRE_MESSAGE(made, why);
        return std::move(*made);
    }
    void run(std::string const& sql) { BOOST_REQUIRE(to.execute(sql)); }
    order_table table(std::uint32_t log, std::int64_t epoch = 1) {
        return {to, log, epoch, std::chrono::seconds(10)};
    }

    std::string url;
    connection to;
};

// A member whose queue gives up whatever it is asked for, but for the slots that it needs.
struct member {
    member(database& in, std::uint32_t log_, std::vector<std::uint32_t> const& alive,
           std::uint16_t needed = order_slots)
        : log(log_) {
        see(alive);
        order_homes_options options;
        options.database.url = in.url;
        options.log = log;
        options.epoch = 1;
        order_homes_calls calls;
        calls.members = [this] {
            std::lock_guard const guard(mutex);
            return seen;
        };
        calls.hold = [](std::vector<held_slot>) {};
        calls.give_up = [needed](std::vector<held_slot> wanted, std::size_t most, auto tell) {
            std::erase_if(wanted, [&](held_slot const& one) { return one.slot == needed; });
            wanted.resize(std::min(most, wanted.size()));
            tell(std::move(wanted));
        };
        homes = std::make_unique<order_homes>(std::move(options), std::move(calls));
    }
    // Another view, as the membership gives one: its thread may still hold the former.
    void see(std::vector<std::uint32_t> const& alive) {
        auto view = std::make_shared<members_view>();
        for (auto const other : alive)
            view->members.push_back({"", other, "", "", other == log, false, true});
        std::lock_guard const guard(mutex);
        seen = std::move(view);
    }
    bool owns(std::size_t count) {
        return wait_until([&] {
            homes->look_again(nullptr);
            return homes->owned() == count;
        });
    }

    std::uint32_t log;
    std::mutex mutex;
    shared_members seen;
    std::unique_ptr<order_homes> homes;
};

} // namespace

BOOST_AUTO_TEST_SUITE(homes_of_order_keys)

BOOST_AUTO_TEST_CASE(of_two_that_take_a_slot_one_has_it) {
    database db;
    auto rows = db.table(1).look();
    BOOST_REQUIRE(rows);
    BOOST_TEST((*rows)[5].is_free);
    BOOST_TEST(db.table(1).take({{5, 0}, {6, 0}}).value() == 2U);
    BOOST_TEST(db.table(2).take({{5, 0}, {7, 0}}).value() == 1U);
    BOOST_TEST(db.table(2).take({{5, 1}}).value() == 0U); // it is not free
    rows = db.table(1).look();
    BOOST_TEST((*rows)[5].log == 1U);
    BOOST_TEST((*rows)[5].generation == 1U);
    BOOST_TEST((*rows)[7].log == 2U);
    BOOST_TEST(!(*rows)[7].is_free);
}

BOOST_AUTO_TEST_CASE(a_member_that_was_declared_dead_changes_nothing) {
    database db;
    BOOST_TEST(db.table(1).take({{5, 0}}).value() == 1U);
    db.run("UPDATE sluice.fence SET epoch = 2 WHERE log = 1");
    BOOST_TEST(db.table(1).take({{6, 0}}).value() == 0U);
    BOOST_TEST(db.table(1).give({{{5, 1}, 2}}).value() == 0U);
    BOOST_TEST(db.table(1).keep({{5, 1}}).value() == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_kept_after_all_cannot_be_given_by_a_late_statement) {
    database db;
    BOOST_TEST(db.table(1).take({{5, 0}}).value() == 1U);
    BOOST_TEST(db.table(1).keep({{5, 1}}).value() == 1U);
    BOOST_TEST(db.table(1).give({{{5, 1}, 2}}).value() == 0U);
    BOOST_TEST(db.table(1).give({{{5, 2}, 2}}).value() == 1U);
    BOOST_TEST((*db.table(1).look())[5].log == 2U);
}

BOOST_AUTO_TEST_CASE(what_a_dead_member_left_is_free_when_its_adoption_is_done) {
    database db;
    BOOST_TEST(db.table(1).take({{5, 0}}).value() == 1U);
    db.run("INSERT INTO sluice.adopted_log VALUES (1, 2, false)");
    BOOST_TEST(db.table(2).take({{5, 1}}).value() == 0U);
    db.run("UPDATE sluice.adopted_log SET is_done = true WHERE log = 1");
    BOOST_TEST(db.table(2).take({{5, 1}}).value() == 1U);
}

BOOST_AUTO_TEST_CASE(members_share_the_slots_and_take_back_what_a_leaver_gives) {
    database db;
    member one(db, 1, {1});
    BOOST_TEST(one.owns(order_slots));
    member other(db, 2, {1, 2}, 17);
    one.see({1, 2});
    BOOST_TEST(one.owns(512));
    BOOST_TEST(other.owns(512));
    one.homes->leave_now(std::chrono::seconds(20));
    BOOST_TEST(one.homes->owned() == 0U);
    one.homes->stop();
    other.see({2});
    BOOST_TEST(other.owns(order_slots));
}

// It tells between a hand-over and the next question, which must not take its answer for that
// one's: what the queue has closed and nobody hands over would have no home for ever.
BOOST_AUTO_TEST_CASE(what_the_queue_gives_up_late_is_handed_over) {
    database db;
    std::atomic<bool> is_other_there = false;
    std::function<void()> tell_late; // of the thread of `homes` alone
    bool has_given = false;
    order_homes_options options;
    options.database.url = db.url;
    options.log = 1;
    options.epoch = 1;
    order_homes_calls calls;
    calls.members = [&] {
        // Behind the hand-over, before the question.
        if (auto const tell = std::exchange(tell_late, nullptr)) tell();
        auto view = std::make_shared<members_view>();
        view->members.push_back({"", 1, "", "", true, false, true});
        if (is_other_there) view->members.push_back({"", 2, "", "", false, false, true});
        return shared_members(view);
    };
    calls.hold = [](std::vector<held_slot>) {};
    calls.give_up = [&](std::vector<held_slot> wanted, std::size_t most, auto tell) {
        if (std::exchange(has_given, true)) return tell({}); // it has closed what it could
        wanted.resize(std::min(most, wanted.size()));
        tell_late = [wanted, tell] { tell(wanted); };
    };
    order_homes homes(std::move(options), std::move(calls));
    auto const owns = [&](std::size_t count) {
        return wait_until([&] {
            homes.look_again(nullptr);
            return homes.owned() == count;
        });
    };
    BOOST_TEST(owns(order_slots));
    is_other_there = true;
    BOOST_TEST(owns(512));
    homes.stop();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace order_homes_test
