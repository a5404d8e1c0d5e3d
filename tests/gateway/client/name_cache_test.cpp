#include "gateway/client/name_cache.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::client::name_cache_test {
namespace {

using namespace std::chrono_literals;

constexpr name_cache::time_point start{1h};

std::shared_ptr<name_answer const> good() {
    name_answer answer;
    answer.addresses.push_back(config::ip_address::loopback_v4());
    return std::make_shared<name_answer const>(answer);
}

std::shared_ptr<name_answer const> bad() {
    name_answer answer;
    answer.error = "no such name";
    return std::make_shared<name_answer const>(answer);
}

BOOST_AUTO_TEST_SUITE(name_cache)

BOOST_AUTO_TEST_CASE(a_good_answer_is_kept_for_its_ttl) {
    client::name_cache cache({30s, 1s, 10});
    auto const answer = good();
    cache.keep("a.example", answer, start);
    BOOST_TEST(cache.find("a.example", start + 29'999ms) == answer);
    BOOST_TEST(!cache.find("a.example", start + 30s));
    BOOST_TEST(!cache.find("b.example", start));
}

BOOST_AUTO_TEST_CASE(a_failure_is_kept_for_less) {
    client::name_cache cache({30s, 1s, 10});
    cache.keep("a.example", bad(), start);
    BOOST_TEST(!!cache.find("a.example", start + 999ms));
    BOOST_TEST(!cache.find("a.example", start + 1s));
}

BOOST_AUTO_TEST_CASE(a_newer_answer_replaces_the_older) {
    client::name_cache cache({30s, 1s, 10});
    auto const newer = good();
    cache.keep("a.example", bad(), start);
    cache.keep("a.example", newer, start + 1s);
    BOOST_TEST(cache.find("a.example", start + 2s) == newer);
    BOOST_TEST(cache.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_number_of_names_is_bounded) {
    client::name_cache cache({30s, 1s, 2});
    cache.keep("first.example", good(), start);
    cache.keep("second.example", good(), start + 1s);
    cache.keep("third.example", good(), start + 2s);
    BOOST_TEST(cache.size() == 2U);
    BOOST_TEST(!cache.find("first.example", start + 2s)); // would have ended first
    BOOST_TEST(!!cache.find("third.example", start + 2s));
}

BOOST_AUTO_TEST_CASE(names_whose_time_is_over_make_room_first) {
    client::name_cache cache({30s, 1s, 2});
    cache.keep("failed.example", bad(), start);
    cache.keep("kept.example", good(), start);
    cache.keep("new.example", good(), start + 5s);
    BOOST_TEST(!!cache.find("kept.example", start + 5s));
    BOOST_TEST(!!cache.find("new.example", start + 5s));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::name_cache_test
