#include "queue/dispatch/order_desk.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace order_desk_test {

using namespace sluice::queue;

BOOST_AUTO_TEST_SUITE(order_desks)

BOOST_AUTO_TEST_CASE(a_key_s_slot_is_the_same_in_every_version) {
    // They stand in PostgreSQL and are told to other gateways: no change of these is allowed.
    // 64-bit FNV-1a, both halves together; worked out by another program.
    BOOST_TEST(order_slot_of("") == 961);
    BOOST_TEST(order_slot_of("a") == 192);
    BOOST_TEST(order_slot_of("customer-1") == 1020);
    BOOST_TEST(order_slot_of("\u043A\u043B\u044E\u0447") == 607);
}

BOOST_AUTO_TEST_CASE(without_a_cluster_every_slot_is_open) {
    order_desk desk;
    BOOST_TEST(desk.is_open(5));
    desk.begin();
    BOOST_TEST(!desk.is_open(5));
}

BOOST_AUTO_TEST_CASE(a_slot_is_open_in_the_generation_in_which_it_is_held) {
    order_desk desk;
    desk.begin();
    desk.hold(std::vector<held_slot>{{5, 3}});
    BOOST_TEST(desk.is_open(5));
    BOOST_TEST(desk.is_open(held_slot{5, 3}));
    BOOST_TEST(!desk.is_open(held_slot{5, 2}));
    BOOST_TEST(!desk.is_open(held_slot{5, 4}));
    BOOST_TEST(!desk.is_open(6));
    desk.hold(std::vector<held_slot>{{6, 1}});
    BOOST_TEST(!desk.is_open(5));
}

BOOST_AUTO_TEST_CASE(what_was_given_up_opens_in_a_newer_generation_only) {
    order_desk desk;
    desk.begin();
    desk.hold(std::vector<held_slot>{{5, 3}});
    BOOST_TEST(!desk.close({5, 2}));
    BOOST_TEST(desk.close({5, 3}));
    BOOST_TEST(!desk.is_open(5));
    desk.hold(std::vector<held_slot>{{5, 3}}); // a look from before
    BOOST_TEST(!desk.is_open(5));
    desk.hold(std::vector<held_slot>{{5, 4}});
    BOOST_TEST(desk.is_open(5));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace order_desk_test
