#include "gateway/call/guess_guard.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace sluice::gateway::call::guess_guard_test {

using namespace std::chrono_literals;

namespace {

config::ip_address address(std::string const& text) {
    return config::ip_address::parse(text).value();
}

queue::mono_time at(std::chrono::microseconds since) {
    return queue::mono_time(1'000'000s + since);
}

struct guarded {
    guarded() { guard.use({3, 60s, 4}); }
    void miss(std::string const& from, int times, std::chrono::microseconds when = 0s) {
        for (int i = 0; i < times; ++i)
            guard.miss(address(from), at(when));
    }
    bool may_ask(std::string const& from, std::chrono::microseconds when = 0s) const {
        return !guard.wait_of(address(from), at(when));
    }

    call::guess_guard guard;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(guess_guard_, guarded)

BOOST_AUTO_TEST_CASE(an_address_that_missed_too_often_waits) {
    BOOST_TEST(may_ask("192.0.2.1"));
    miss("192.0.2.1", 2);
    BOOST_TEST(may_ask("192.0.2.1"));
    miss("192.0.2.1", 1);
    BOOST_TEST((guard.wait_of(address("192.0.2.1"), at(0s)) == 20s)); // 3 in 60 s
    BOOST_TEST((guard.wait_of(address("192.0.2.1"), at(19'100ms)) == 1s));
    BOOST_TEST(may_ask("192.0.2.1", 20s));
    BOOST_TEST(may_ask("192.0.2.2"));
    BOOST_TEST(may_ask("2001:db8::1"));
}

BOOST_AUTO_TEST_CASE(misses_while_waiting_do_not_prolong_it) {
    miss("192.0.2.1", 10);
    BOOST_TEST(may_ask("192.0.2.1", 20s));
}

BOOST_AUTO_TEST_CASE(a_network_of_ipv6_is_one_guesser) {
    miss("2001:db8:1:2::1", 1);
    miss("2001:db8:1:2::2", 1);
    miss("2001:db8:1:2:ffff::3", 1);
    BOOST_TEST(!may_ask("2001:db8:1:2::9"));
    BOOST_TEST(may_ask("2001:db8:1:3::1"));
    BOOST_TEST(guard.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_table_does_not_grow_and_forgets_the_harmless_first) {
    miss("192.0.2.1", 1);
    miss("192.0.2.2", 3, 60s); // waits
    miss("192.0.2.3", 1, 60s);
    miss("192.0.2.4", 1, 60s);
    BOOST_TEST(guard.size() == 4U);
    miss("192.0.2.5", 1, 61s); // the first has a full bucket again
    BOOST_TEST(guard.size() == 4U);
    BOOST_TEST(!may_ask("192.0.2.2", 61s));
    for (int i = 10; i < 100; ++i)
        miss("192.0.2." + std::to_string(i), 1, 61s);
    BOOST_TEST(guard.size() == 4U);
}

BOOST_AUTO_TEST_CASE(other_options_begin_anew_the_same_do_not) {
    miss("192.0.2.1", 3);
    guard.use({3, 60s, 4});
    BOOST_TEST(!may_ask("192.0.2.1"));
    guard.use({4, 60s, 4});
    BOOST_TEST(may_ask("192.0.2.1"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::call::guess_guard_test
