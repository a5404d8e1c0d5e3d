#include "gateway/stress/load/arrival_feed.hpp"
#include "gateway/stress/load/stress_message.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace arrival_feed_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

// A thousand requests of three keys, each accepted long before the next one starts, and all
// delivered in order: what is found wrong then is the feed's doing.
delivery_check run_with(sabotage how) {
    ledger book;
    arrival_feed feed(book, "run1", how);
    std::string body;
    for (std::uint64_t n = 0; n < 1000; ++n) {
        auto const key = static_cast<std::uint32_t>(n % 3 + 1);
        book.start(n, {std::chrono::seconds(n), key, 0ms});
        book.accept(n, std::chrono::seconds(n) + 1ms);
        write_message(body, {n, key, "run1"}, 100);
        feed.take(body, {std::chrono::seconds(n) + 2ms, 1ms, true});
    }
    feed.finish();
    return book.check();
}

} // namespace

BOOST_AUTO_TEST_SUITE(arrival_feed)

BOOST_AUTO_TEST_CASE(an_honest_feed_leaves_nothing_to_find) {
    auto const found = run_with(sabotage::none);
    BOOST_TEST(found.delivered == 1000u);
    BOOST_TEST(found.lost + found.duplicated + found.reordered == 0u);
}

BOOST_AUTO_TEST_CASE(a_sink_that_loses_is_found) {
    auto const found = run_with(sabotage::lose);
    BOOST_TEST(found.lost == 10u);
    BOOST_TEST(found.duplicated + found.reordered == 0u);
}

BOOST_AUTO_TEST_CASE(a_sink_that_duplicates_is_found) {
    auto const found = run_with(sabotage::duplicate);
    BOOST_TEST(found.duplicated == 10u);
    BOOST_TEST(found.lost + found.reordered == 0u);
}

BOOST_AUTO_TEST_CASE(a_sink_that_reorders_is_found) {
    auto const found = run_with(sabotage::reorder);
    BOOST_TEST(found.reordered >= 9u); // the last one has few behind it
    BOOST_TEST(found.reordered <= 10u);
    BOOST_TEST(found.lost + found.duplicated == 0u);
}

BOOST_AUTO_TEST_CASE(messages_of_other_runs_are_unknown) {
    ledger book;
    book.start(0, {});
    sluice::gateway::stress::arrival_feed feed(book, "run1");
    std::string body;
    write_message(body, {0, 0, "run2"}, 0);
    feed.take(body, {});
    feed.take("something else", {});
    auto const found = book.check();
    BOOST_TEST(found.unknown == 2u);
    BOOST_TEST(found.unanswered_delivered == 0u);
}

BOOST_AUTO_TEST_CASE(the_notation_is_read) {
    BOOST_CHECK(parse_sabotage("lose").value() == sabotage::lose);
    BOOST_CHECK(parse_sabotage("reorder").value() == sabotage::reorder);
    BOOST_TEST(parse_sabotage("steal").has_error());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace arrival_feed_test
