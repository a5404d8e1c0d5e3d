#include "queue/journal/hand_over.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <thread>

namespace sluice::queue {

BOOST_AUTO_TEST_SUITE(hand_over_values)

BOOST_AUTO_TEST_CASE(come_in_their_order_and_then_there_is_no_more) {
    hand_over<int> row(2);
    std::thread maker([&] {
        for (int i = 0; i < 1000; ++i)
            row.push(int{i});
        row.finish();
    });
    int expected = 0;
    while (auto const value = row.pop())
        BOOST_TEST(*value == expected++);
    BOOST_TEST(expected == 1000);
    maker.join();
}

BOOST_AUTO_TEST_CASE(a_maker_that_waits_for_room_is_told_that_nobody_takes_them) {
    hand_over<int> row(1);
    bool was_taken = true;
    std::thread maker([&] {
        while (row.push(1)) {
        }
        was_taken = false;
    });
    BOOST_TEST(row.pop().has_value());
    row.close();
    maker.join();
    BOOST_TEST(!was_taken);
}

BOOST_AUTO_TEST_CASE(what_a_maker_throws_is_thrown_behind_what_it_made) {
    hand_over<int> row(2);
    row.push(1);
    row.finish(std::make_exception_ptr(std::runtime_error("no memory")));
    BOOST_TEST(row.pop().value() == 1);
    BOOST_CHECK_THROW(row.pop(), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue
