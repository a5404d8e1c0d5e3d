// Batches under random events: every task ends once, no batch gets a new member, and replay gives
// the same at any time.
#include "engine_batch_fixture.hpp"

#include <algorithm>
#include <map>
#include <random>

namespace engine_company_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

class random_history {
  public:
    explicit random_history(std::uint64_t seed)
        : random_(seed) {
        f_.configure(batch_fixture::batching(4));
    }

    void run() {
        for (int step = 0; step < 200; ++step) {
            act(random_() % 10);
            if (step % 20 != 0) continue;
            release_count sink;
            BOOST_REQUIRE_EQUAL(fingerprint(*f_.replayed(sink)), fingerprint(f_.core));
        }
        for (attempt const& a : flying_)
            f_.deliver(a);
        for (auto due = f_.sleep_and_take(); !due.empty(); due = f_.sleep_and_take()) {
            for (attempt const& a : due) {
                f_.start(a);
                f_.deliver(a);
            }
        }
        BOOST_REQUIRE_EQUAL(f_.core.counts().live(), 0u);
    }

  private:
    void act(std::uint64_t draw) {
        if (draw < 4) {
            auto const ends = random_() % 8 ? never : f_.now.wall + 700ms;
            accepted_.push_back(f_.travel(1 + random_() % 2, "163", ends));
        } else if (draw < 6) {
            for (attempt& a : f_.take(3))
                send(std::move(a));
        } else if (draw < 9) {
            if (!flying_.empty()) end_one();
        } else if (random_() % 2) {
            f_.pass(milliseconds(random_() % 1500));
        } else if (!accepted_.empty()) {
            auto const id = accepted_[random_() % accepted_.size()];
            auto cancelled = f_.core.cancel(id, "a test", f_.now);
            if (cancelled) f_.happen(std::move(*cancelled));
        }
    }

    void send(attempt&& a) {
        f_.start(a);
        if (a.batch != 0) {
            auto const members_now = members(a);
            auto const& first = companies_.emplace(a.batch, members_now).first->second;
            BOOST_REQUIRE(std::ranges::includes(first, members_now));
        }
        flying_.push_back(std::move(a));
    }

    void end_one() {
        std::swap(flying_.back(), flying_[random_() % flying_.size()]);
        auto const a = std::move(flying_.back());
        flying_.pop_back();
        auto const kind = random_() % 5;
        if (kind == 0) return f_.core.put_back(a, f_.now);
        if (kind == 1) return f_.end(a, batch_fixture::refused());
        if (kind == 2) return f_.end(a, batch_fixture::cut());
        auto answer = engine_fixture::delivered();
        for (std::size_t i = 0; kind == 3 && i <= a.companions.size(); ++i) {
            answer.calls.push_back(random_() % 2 ? engine_fixture::delivered()
                                                 : engine_fixture::failed(200));
        }
        f_.end(a, std::move(answer));
    }

    std::mt19937_64 random_;
    batch_fixture f_;
    std::map<std::uint64_t, group> companies_;
    std::vector<attempt> flying_;
    std::vector<task_id> accepted_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(engine_company)

BOOST_AUTO_TEST_CASE(any_history_keeps_companies_and_replays) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_history(seed).run();
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_company_test
