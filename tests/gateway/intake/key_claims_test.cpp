// A key belongs to one request until its calls are answered.
#include "gateway/intake/key_claims.hpp"

#include <boost/test/unit_test.hpp>

namespace key_claims_test {

namespace {

using namespace sluice::gateway;

tables::call_key key_of(std::uint8_t key, std::uint8_t request) {
    tables::call_key made;
    made.key[0] = key;
    made.request[0] = request;
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(key_claims_)

BOOST_AUTO_TEST_CASE(another_request_waits_until_the_last_call_is_answered) {
    intake::key_registry all;
    BOOST_TEST(all.enter(key_of(1, 1)));
    BOOST_TEST(!all.enter(key_of(1, 2)));
    BOOST_TEST(all.enter(key_of(2, 2)));
    BOOST_TEST(all.enter(key_of(1, 1))); // the same again
    all.leave(key_of(1, 1).key, false);
    BOOST_TEST(!all.enter(key_of(1, 2)));
    all.leave(key_of(1, 1).key, false);
    BOOST_TEST(all.enter(key_of(1, 2)));
    BOOST_TEST(!all.enter(key_of(1, 1)));
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_task_is_known_until_it_leaves) {
    intake::key_registry all;
    auto const key = key_of(1, 1);
    all.set_waiting(key.key, true); // nobody has the key
    BOOST_TEST(!all.has_waiting(key.key));
    all.enter(key);
    all.enter(key);
    all.set_waiting(key.key, true);
    BOOST_TEST(all.has_waiting(key.key));
    all.set_waiting(key.key, false);
    BOOST_TEST(!all.has_waiting(key.key));
    all.set_waiting(key.key, true);
    all.leave(key.key, true);
    BOOST_TEST(!all.has_waiting(key.key));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace key_claims_test
