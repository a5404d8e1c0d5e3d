#include "gateway/stress/report/ledger.hpp"

#include <boost/test/unit_test.hpp>

namespace ledger_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

// A ledger with short words for what happens. Requests are started one a second, in order.
struct fixture {
    sluice::gateway::stress::ledger book;
    std::uint64_t started = 0;

    void start(std::uint32_t key = 0, std::chrono::milliseconds not_before = 0ms) {
        book.start(started, {std::chrono::seconds(started), key, not_before});
        ++started;
    }
    void start_many(unsigned count, std::uint32_t key = 0) {
        for (unsigned i = 0; i < count; ++i)
            start(key);
    }
    void accept(std::uint64_t n, std::chrono::nanoseconds at) { book.accept(n, at); }
    void deliver(std::uint64_t n, std::chrono::nanoseconds at) {
        book.arrive(n, {at, 1'000'000'000ms, true});
    }
    void fail(std::uint64_t n, std::chrono::nanoseconds at) {
        book.arrive(n, {at, 1'000'000'000ms, false});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ledger, fixture)

BOOST_AUTO_TEST_CASE(all_is_well_when_each_is_delivered_once) {
    start_many(3);
    for (std::uint64_t n = 0; n < 3; ++n) {
        accept(n, 10s);
        deliver(n, 11s);
    }
    auto const found = book.check();
    BOOST_TEST(found.accepted == 3u);
    BOOST_TEST(found.delivered == 3u);
    BOOST_TEST(found.lost + found.duplicated + found.reordered + found.early == 0u);
    BOOST_TEST(book.outstanding() == 0u);
}

BOOST_AUTO_TEST_CASE(accepted_and_never_delivered_is_lost) {
    start_many(3);
    for (std::uint64_t n = 0; n < 3; ++n)
        accept(n, 10s);
    deliver(0, 11s);
    fail(1, 11s); // it was tried, which is not enough
    BOOST_TEST(book.outstanding() == 2u);
    auto const found = book.check();
    BOOST_TEST(found.lost == 2u);
    BOOST_TEST(found.delivered == 1u);
}

BOOST_AUTO_TEST_CASE(every_delivery_after_the_first_is_a_duplicate) {
    start_many(2);
    accept(0, 10s);
    accept(1, 10s);
    deliver(0, 11s);
    deliver(0, 12s);
    deliver(0, 13s);
    fail(1, 11s); // a retry after a failure is none
    deliver(1, 12s);
    auto const found = book.check();
    BOOST_TEST(found.duplicated == 2u);
    BOOST_TEST(found.delivered == 2u);
    BOOST_TEST(found.attempts == 5u);
}

BOOST_AUTO_TEST_CASE(a_delivery_may_come_before_the_answer) {
    start_many(1);
    deliver(0, 9s);
    accept(0, 10s);
    BOOST_TEST(book.outstanding() == 0u);
    auto const found = book.check();
    BOOST_TEST(found.lost == 0u);
    BOOST_TEST(found.accept_to_attempt.max() == 0u);
}

BOOST_AUTO_TEST_CASE(a_caller_without_an_answer_is_promised_nothing) {
    start_many(2);
    deliver(0, 11s);
    auto const found = book.check();
    BOOST_TEST(found.accepted == 0u);
    BOOST_TEST(found.lost == 0u);
    BOOST_TEST(found.unanswered_delivered == 1u);
}

BOOST_AUTO_TEST_CASE(refused_and_delivered_is_found) {
    start_many(2);
    book.refuse(0);
    book.refuse(1);
    deliver(1, 11s);
    BOOST_TEST(book.check().refused_delivered == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_was_overtaken_by_a_later_one_is_reordered) {
    start_many(3, 7); // started at 0 s, 1 s, 2 s
    accept(0, 500ms);
    accept(1, 1500ms);
    accept(2, 2500ms);
    deliver(1, 10s);
    deliver(0, 11s); // accepted before 1 was started
    deliver(2, 12s);
    BOOST_TEST(book.check().reordered == 1u);
}

BOOST_AUTO_TEST_CASE(two_under_way_at_the_same_time_have_no_order) {
    start_many(2, 7);
    accept(0, 1500ms); // after 1 was started
    accept(1, 1600ms);
    deliver(1, 10s);
    deliver(0, 11s);
    BOOST_TEST(book.check().reordered == 0u);
}

BOOST_AUTO_TEST_CASE(other_keys_and_none_have_no_order) {
    start(1);
    start(2);
    start();
    start();
    for (std::uint64_t n = 0; n < 4; ++n)
        accept(n, std::chrono::seconds(n) + 500ms);
    deliver(1, 10s);
    deliver(0, 11s);
    deliver(3, 12s);
    deliver(2, 13s);
    BOOST_TEST(book.check().reordered == 0u);
}

BOOST_AUTO_TEST_CASE(a_late_duplicate_does_not_reorder) {
    start_many(2, 7);
    accept(0, 500ms);
    accept(1, 1500ms);
    deliver(0, 10s);
    deliver(1, 11s);
    deliver(0, 12s);
    auto const found = book.check();
    BOOST_TEST(found.reordered == 0u);
    BOOST_TEST(found.duplicated == 1u);
}

BOOST_AUTO_TEST_CASE(an_attempt_before_its_time_is_early) {
    start(0, 5000ms);
    start(0, 5000ms);
    accept(0, 1s);
    accept(1, 1s);
    book.arrive(0, {4s, 4999ms, false});
    book.arrive(0, {5s, 5020ms, true});
    book.arrive(1, {5s, 5030ms, true});
    auto const found = book.check();
    BOOST_TEST(found.early == 1u);
    BOOST_TEST(found.lateness.max() == 30'000'000u);
    BOOST_TEST(found.lateness.count() == 2u);
    BOOST_TEST(found.accept_to_attempt.count() == 0u); // it was to wait
}

BOOST_AUTO_TEST_CASE(times_run_from_acceptance_to_the_first_attempt_and_to_the_success) {
    start_many(1);
    accept(0, 10s);
    fail(0, 10s + 20ms);
    deliver(0, 10s + 50ms);
    auto const found = book.check();
    BOOST_TEST(found.accept_to_attempt.max() == 20'000'000u);
    BOOST_TEST(found.accept_to_delivery.max() == 50'000'000u);
}

BOOST_AUTO_TEST_CASE(what_nobody_sent_is_unknown) {
    start_many(1);
    deliver(5, 1s);
    book.arrive_unknown();
    auto const found = book.check();
    BOOST_TEST(found.unknown == 2u);
    BOOST_TEST(found.duplicated == 0u);
    BOOST_TEST(book.arrivals() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace ledger_test
