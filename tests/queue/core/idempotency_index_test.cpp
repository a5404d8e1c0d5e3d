#include "queue/idempotency_index.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace sluice::queue;
using namespace std::chrono_literals;
using standing = idempotency_index::standing;

idempotency request(std::uint8_t key, std::uint8_t body = 1, std::string answer = "first") {
    idempotency r;
    r.key[0] = key;
    r.body[0] = body;
    r.answer = std::move(answer);
    return r;
}

struct fixture {
    sluice::queue::idempotency_index index{3, 24h};
    wall_time now{1'764'000'000'000ms};
    fixture() { index.end_load(); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(idempotency_index, fixture)

BOOST_AUTO_TEST_CASE(a_key_is_in_progress_until_its_request_is_answered) {
    BOOST_TEST((index.look(request(1), now) == standing::unknown));
    index.begin(request(1));
    BOOST_TEST((index.look(request(1), now) == standing::in_progress));
    BOOST_TEST((index.look(request(1, 2), now) == standing::conflict));
    BOOST_TEST(index.find(request(1).key) == nullptr);
    index.answer(request(1), now);
    BOOST_TEST((index.look(request(1), now) == standing::answered));
    BOOST_TEST((index.look(request(1, 2), now) == standing::conflict));
    BOOST_TEST(index.find(request(1).key)->answer == "first");
}

BOOST_AUTO_TEST_CASE(an_abandoned_key_is_free_again_but_an_answered_one_stays) {
    index.begin(request(1));
    index.abandon(request(1).key);
    BOOST_TEST((index.look(request(1, 2), now) == standing::unknown));
    index.answer(request(2), now);
    index.abandon(request(2).key);
    BOOST_TEST((index.look(request(2), now) == standing::answered));
}

BOOST_AUTO_TEST_CASE(the_first_answer_stays) {
    index.answer(request(1), now);
    index.answer(request(1, 1, "second"), now + 1h);
    BOOST_TEST(index.find(request(1).key)->answer == "first");
    BOOST_TEST(index.size() == 1u);
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_the_oldest_is_forgotten) {
    for (std::uint8_t key = 1; key <= 4; ++key)
        index.answer(request(key), now);
    BOOST_TEST(index.size() == 3u);
    BOOST_TEST((index.look(request(1), now) == standing::unknown));
    BOOST_TEST((index.look(request(2), now) == standing::answered));
}

BOOST_AUTO_TEST_CASE(a_key_is_forgotten_after_its_time) {
    index.answer(request(1), now);
    BOOST_TEST((index.look(request(1), now + 24h - 1ms) == standing::answered));
    BOOST_TEST((index.look(request(1), now + 24h) == standing::unknown));
    BOOST_TEST(index.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_key_may_have_a_time_of_its_own) {
    auto brief = request(1);
    brief.lifetime = 10min;
    auto lasting = request(2);
    lasting.lifetime = 48h;
    index.answer(lasting, now);
    index.answer(brief, now);
    index.answer(request(3), now);
    BOOST_TEST((index.look(brief, now + 10min - 1ms) == standing::answered));
    BOOST_TEST((index.look(brief, now + 10min) == standing::unknown));
    BOOST_TEST((index.look(request(3), now + 24h) == standing::unknown));
    BOOST_TEST((index.look(lasting, now + 48h - 1ms) == standing::answered));
    // The same key again is a key anew, with its whole time.
    index.answer(brief, now + 47h);
    BOOST_TEST((index.look(brief, now + 47h + 10min - 1ms) == standing::answered));
    BOOST_TEST((index.look(lasting, now + 48h) == standing::unknown));
}

BOOST_AUTO_TEST_CASE(keys_loaded_in_no_order_leave_oldest_first) {
    sluice::queue::idempotency_index loaded(2, 24h);
    loaded.answer(request(3), now + 3s);
    loaded.answer(request(1), now + 1s);
    loaded.answer(request(2), now + 2s);
    loaded.end_load();
    BOOST_TEST(loaded.find(request(1).key) == nullptr);
    BOOST_TEST(loaded.find(request(2).key) != nullptr);
    loaded.answer(request(4), now + 4s);
    BOOST_TEST(loaded.find(request(2).key) == nullptr);
    BOOST_TEST(loaded.find(request(3).key) != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
