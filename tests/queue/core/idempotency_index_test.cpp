#include "queue/core/idempotency_index.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

namespace idempotency_index_test {

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
    fixture() { index.end_load(now); }
};

// The rule once more, naively: a flat map, searched from end to end.
class naive_index {
  public:
    naive_index(std::size_t limit, std::chrono::milliseconds lifetime)
        : limit_(limit)
        , lifetime_(lifetime) {}

    void answer(idempotency const& request, wall_time at) {
        auto const found = known_.find(request.key[0]);
        if (found != known_.end() && at < found->second.ends_at) return;
        auto const lifetime = request.lifetime.count() != 0 ? request.lifetime : lifetime_;
        known_[request.key[0]] = {at, at + lifetime, ++turns_};
        if (!is_loading_) trim();
    }
    void end_load(wall_time now) {
        is_loading_ = false;
        forget_old(now);
        trim();
    }
    bool has(std::uint8_t key, wall_time now) {
        forget_old(now);
        return known_.contains(key);
    }

  private:
    struct entry {
        wall_time since;
        wall_time ends_at;
        int turn = 0;
    };
    void forget_old(wall_time now) {
        std::erase_if(known_, [&](auto const& each) { return each.second.ends_at <= now; });
    }
    void trim() {
        auto const is_older = [](auto const& a, auto const& b) {
            return std::pair(a.second.since, a.second.turn) <
                   std::pair(b.second.since, b.second.turn);
        };
        while (known_.size() > limit_)
            known_.erase(std::ranges::min_element(known_, is_older));
    }

    std::size_t limit_;
    std::chrono::milliseconds lifetime_;
    std::map<std::uint8_t, entry> known_;
    int turns_ = 0;
    bool is_loading_ = true;
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
    loaded.end_load(now + 3s);
    BOOST_TEST(loaded.find(request(1).key) == nullptr);
    BOOST_TEST(loaded.find(request(2).key) != nullptr);
    loaded.answer(request(4), now + 4s);
    BOOST_TEST(loaded.find(request(2).key) == nullptr);
    BOOST_TEST(loaded.find(request(3).key) != nullptr);
}

BOOST_AUTO_TEST_CASE(the_oldest_goes_however_long_it_would_have_lived) {
    auto lasting = request(1);
    lasting.lifetime = 24h * 31;
    index.answer(lasting, now);
    for (std::uint8_t key = 2; key <= 4; ++key) {
        auto brief = request(key);
        brief.lifetime = 10min;
        index.answer(brief, now + std::chrono::seconds(key));
    }
    BOOST_TEST((index.look(lasting, now + 5s) == standing::unknown));
    BOOST_TEST((index.look(request(2), now + 5s) == standing::answered));
}

BOOST_AUTO_TEST_CASE(keys_that_have_ended_take_no_room_from_older_ones) {
    auto lasting = request(1);
    lasting.lifetime = 48h;
    index.answer(lasting, now);
    for (std::uint8_t key = 2; key <= 9; ++key) {
        auto brief = request(key);
        brief.lifetime = 1s;
        now += 1s;
        BOOST_TEST((index.look(brief, now) == standing::unknown));
        index.answer(brief, now);
    }
    BOOST_TEST((index.look(lasting, now) == standing::answered));
}

// The same content every quarter of an hour: each time it is a task, and the last one counts.
BOOST_AUTO_TEST_CASE(a_key_that_was_used_several_times_is_loaded_as_it_was_used_last) {
    sluice::queue::idempotency_index loaded(3, 24h);
    auto brief = request(1);
    brief.lifetime = 10min;
    loaded.answer(brief, now);
    brief.answer = "last";
    loaded.answer(brief, now + 15min);
    brief.answer = "first";
    loaded.answer(brief, now);
    loaded.end_load(now + 16min);
    BOOST_TEST((loaded.look(brief, now + 16min) == standing::answered));
    BOOST_TEST(loaded.find(brief.key)->answer == "last");
    BOOST_TEST((loaded.look(brief, now + 25min) == standing::unknown));
    BOOST_TEST(loaded.size() == 0u);
}

BOOST_AUTO_TEST_CASE(any_use_agrees_with_the_naive_index) {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        std::mt19937 random(seed);
        sluice::queue::idempotency_index tested(6, 40s);
        naive_index model(6, 40s);
        wall_time at = now;
        for (int step = 0; step < 400; ++step) {
            if (step == 40) tested.end_load(at), model.end_load(at);
            auto r = request(static_cast<std::uint8_t>(random() % 20));
            r.lifetime = std::chrono::seconds(random() % 3 * 15); // 0: as all others
            if (step < 40) {
                auto const since = at - std::chrono::milliseconds(random() % 60'000);
                tested.answer(r, since);
                model.answer(r, since);
                continue;
            }
            at += std::chrono::milliseconds(random() % 5000);
            if (random() % 50 == 0) at -= 30s; // the clock is set back
            bool const is_known = tested.look(r, at) == standing::answered;
            BOOST_REQUIRE_MESSAGE(is_known == model.has(r.key[0], at), "seed " << seed);
            if (is_known) continue;
            tested.begin(r);
            if (random() % 8 == 0) {
                tested.abandon(r.key);
                continue;
            }
            tested.answer(r, at);
            model.answer(r, at);
            BOOST_REQUIRE_LE(tested.size(), 6u);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace idempotency_index_test
