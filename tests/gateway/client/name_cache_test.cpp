#include "gateway/client/name_cache.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::client::name_cache_test {
namespace {

using namespace std::chrono_literals;

constexpr name_cache::time_point start{1h};
constexpr name_cache_options some{.least_ttl = 5s,
                                  .most_ttl = 60s,
                                  .negative_ttl = 4s,
                                  .failure_ttl = 1s,
                                  .stale_for = 20s,
                                  .max_names = 2};

std::shared_ptr<name_answer const> good(std::chrono::seconds ttl = 30s) {
    name_answer answer;
    answer.result = name_result::found;
    answer.ttl = ttl;
    answer.addresses.push_back(config::ip_address::loopback_v4());
    return std::make_shared<name_answer const>(answer);
}

std::shared_ptr<name_answer const> bad(name_result result) {
    name_answer answer;
    answer.result = result;
    answer.error = "a reason";
    return std::make_shared<name_answer const>(answer);
}

// "fresh", "stale", "failure" or "none".
std::string state_of(client::name_cache const& cache, name_cache::time_point now) {
    auto const kept = cache.find("a.example", now);
    if (!kept.answer) return "none";
    if (kept.answer->addresses.empty()) return "failure";
    return kept.is_stale ? "stale" : "fresh";
}

BOOST_AUTO_TEST_SUITE(name_cache)

BOOST_AUTO_TEST_CASE(a_good_answer_is_fresh_for_its_time_and_stale_for_a_while) {
    client::name_cache cache(some);
    cache.keep("a.example", good(), start);
    BOOST_TEST(state_of(cache, start + 29'999ms) == "fresh");
    BOOST_TEST(state_of(cache, start + 30s) == "stale");
    BOOST_TEST(state_of(cache, start + 49'999ms) == "stale");
    BOOST_TEST(state_of(cache, start + 50s) == "none");
    BOOST_TEST(!cache.find("b.example", start).answer);
}

BOOST_AUTO_TEST_CASE(the_time_of_an_answer_has_a_floor_and_a_cap) {
    client::name_cache cache(some);
    cache.keep("a.example", good(0s), start);
    BOOST_TEST(state_of(cache, start + 4'999ms) == "fresh");
    BOOST_TEST(state_of(cache, start + 5s) == "stale");
    cache.keep("a.example", good(24h), start);
    BOOST_TEST(state_of(cache, start + 59'999ms) == "fresh");
    BOOST_TEST(state_of(cache, start + 60s) == "stale");
}

BOOST_AUTO_TEST_CASE(failures_are_kept_for_less) {
    client::name_cache cache(some);
    cache.keep("a.example", bad(name_result::no_such_name), start);
    BOOST_TEST(state_of(cache, start + 3'999ms) == "failure");
    BOOST_TEST(state_of(cache, start + 4s) == "none");
    cache.keep("a.example", bad(name_result::failed), start);
    BOOST_TEST(state_of(cache, start + 999ms) == "failure");
    BOOST_TEST(state_of(cache, start + 1s) == "none");
    cache.keep("a.example", bad(name_result::not_asked), start + 2s);
    BOOST_TEST(state_of(cache, start + 2s) == "none");
}

BOOST_AUTO_TEST_CASE(a_failure_leaves_the_stale_address_and_is_not_repeated_at_once) {
    client::name_cache cache(some);
    cache.keep("a.example", good(), start);
    cache.keep("a.example", bad(name_result::failed), start + 31s);
    BOOST_TEST(state_of(cache, start + 31'999ms) == "fresh");
    BOOST_TEST(state_of(cache, start + 32s) == "stale");
    BOOST_TEST(state_of(cache, start + 50s) == "none");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_gone_is_not_used_any_more) {
    client::name_cache cache(some);
    cache.keep("a.example", good(), start);
    cache.keep("a.example", bad(name_result::no_such_name), start + 31s);
    BOOST_TEST(state_of(cache, start + 31s) == "failure");
}

BOOST_AUTO_TEST_CASE(a_newer_answer_replaces_the_older) {
    client::name_cache cache(some);
    auto const newer = good();
    cache.keep("a.example", bad(name_result::failed), start);
    cache.keep("a.example", newer, start);
    BOOST_TEST(cache.find("a.example", start + 2s).answer == newer);
    BOOST_TEST(cache.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_number_of_names_is_bounded) {
    client::name_cache cache(some);
    cache.keep("first.example", good(), start);
    cache.keep("second.example", good(), start + 1s);
    cache.keep("third.example", good(), start + 2s);
    BOOST_TEST(cache.size() == 2U);
    BOOST_TEST(!cache.find("first.example", start + 2s).answer); // would have ended first
    BOOST_TEST(!!cache.find("third.example", start + 2s).answer);
}

BOOST_AUTO_TEST_CASE(names_whose_time_is_over_make_room_first) {
    client::name_cache cache(some);
    cache.keep("failed.example", bad(name_result::failed), start);
    cache.keep("kept.example", good(), start);
    cache.keep("new.example", good(), start + 5s);
    BOOST_TEST(!!cache.find("kept.example", start + 5s).answer);
    BOOST_TEST(!!cache.find("new.example", start + 5s).answer);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::name_cache_test
