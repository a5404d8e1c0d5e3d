// The answers of keyed calls in memory: found in their time, and the oldest go first.
#include "gateway/tables/answer_map.hpp"
#include "tests/gateway/tables/backend_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::tables::test::answer_map_test {

namespace {

void put(answer_map& into, std::string_view key, std::string body, wall_time now = at(0)) {
    kept_answer answer{200, "text/plain", std::move(body)};
    into.put(key_of(key, "request", now), std::make_shared<kept_answer const>(std::move(answer)));
}

// The body; empty where the key is unknown.
std::string body_of(answer_map const& in, std::string_view key, wall_time now = at(0)) {
    auto const found = in.find(key_of(key, "request", now)).value();
    return found ? found->body : "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(answer_map_)

BOOST_AUTO_TEST_CASE(the_same_request_finds_its_answer_and_another_one_a_conflict) {
    answer_map answers;
    BOOST_TEST(body_of(answers, "a").empty());
    put(answers, "a", "first");
    BOOST_TEST(body_of(answers, "a") == "first");
    BOOST_TEST(body_of(answers, "b").empty());
    BOOST_TEST(answers.find(key_of("a", "another")).error() == errc::key_conflict);
}

BOOST_AUTO_TEST_CASE(an_answer_is_found_for_24_hours) {
    answer_map answers;
    put(answers, "a", "first");
    BOOST_TEST(body_of(answers, "a", at(0) + answer_lifetime - 1ms) == "first");
    BOOST_TEST(body_of(answers, "a", at(0) + answer_lifetime).empty());
    BOOST_TEST(!answers.find(key_of("a", "another", at(0) + answer_lifetime)).value());
}

BOOST_AUTO_TEST_CASE(past_the_limit_the_oldest_go) {
    answer_map answers;
    answers.limit(2);
    for (auto const* key : {"a", "b", "c"})
        put(answers, key, key);
    BOOST_TEST(answers.size() == 2U);
    BOOST_TEST(body_of(answers, "a").empty());
    BOOST_TEST(body_of(answers, "b") == "b");
    BOOST_TEST(body_of(answers, "c") == "c");
    answers.limit(0); // one is always kept
    put(answers, "d", "d");
    BOOST_TEST(answers.size() == 1U);
    BOOST_TEST(body_of(answers, "d") == "d");
}

BOOST_AUTO_TEST_CASE(past_the_bytes_the_oldest_answers_go_and_their_keys_stay) {
    answer_map answers(10);
    put(answers, "a", "12345");
    put(answers, "b", "12345");
    BOOST_TEST(answers.size() == 2U);
    put(answers, "c", "1");
    BOOST_TEST(body_of(answers, "a").empty());
    BOOST_TEST(answers.has(key_of("a")));
    BOOST_TEST(answers.find(key_of("a", "another")).error() == errc::key_conflict);
    BOOST_TEST(body_of(answers, "b") == "12345");
    put(answers, "d", "longer than all");
    for (auto const* key : {"a", "b", "c", "d"})
        BOOST_TEST(body_of(answers, key).empty());
    BOOST_TEST(answers.size() == 4U);
    answers.remove(key_of("a").key);
    answers.remove(key_of("d").key);
    BOOST_TEST(!answers.has(key_of("d")));
    put(answers, "e", "1234567890"); // the bytes of those that went are free again
    BOOST_TEST(body_of(answers, "e") == "1234567890");
}

BOOST_AUTO_TEST_CASE(a_key_whose_answer_only_the_file_has_is_known) {
    answer_map answers;
    answers.put(key_of("a"), nullptr);
    BOOST_TEST(answers.has(key_of("a")));
    BOOST_TEST(!answers.find(key_of("a")).value());
    BOOST_TEST(answers.find(key_of("a", "another")).error() == errc::key_conflict);
    BOOST_TEST(!answers.has(key_of("a", "request", at(0) + answer_lifetime)));
    put(answers, "a", "told");
    BOOST_TEST(body_of(answers, "a") == "told");
    BOOST_TEST(answers.size() == 1U);
}

BOOST_AUTO_TEST_CASE(those_past_their_time_leave_the_memory) {
    answer_map answers;
    put(answers, "a", "a", at(0));
    put(answers, "b", "b", at(1));
    put(answers, "c", "c", at(0) + answer_lifetime);
    BOOST_TEST(answers.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_used_anew_is_young_again) {
    answer_map answers;
    answers.limit(2);
    put(answers, "a", "first");
    put(answers, "b", "b");
    put(answers, "a", "second", at(1));
    put(answers, "c", "c");
    BOOST_TEST(body_of(answers, "a") == "second");
    BOOST_TEST(body_of(answers, "b").empty());
    answers.remove(key_of("a").key);
    answers.remove(key_of("never there").key);
    BOOST_TEST(body_of(answers, "a").empty());
    BOOST_TEST(answers.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::answer_map_test
