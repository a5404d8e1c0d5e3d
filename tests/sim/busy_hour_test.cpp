// The busiest hour in small: many tasks fall due at one moment, others come in between, one
// destination is dead. Fairness, pace and lateness are measured where they count, at the
// destinations. One seed is one run; SLUICE_SEED repeats it.
#include "tests/sim/simulated_gateway.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

namespace busy_hour_test {

using namespace sluice;
using namespace sluice::tests;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t paced = 0; // lanes
constexpr std::size_t narrow = 1;
constexpr std::size_t other = 2;
constexpr std::size_t dead = 3;

constexpr std::uint64_t rate = 200; // of the paced lane, a second
constexpr std::uint64_t burst = 5;
constexpr std::uint32_t narrow_concurrency = 4;
constexpr milliseconds latency = 10ms;
constexpr milliseconds tick = 5ms;

std::vector<queue::lane_options> lanes() {
    std::vector<queue::lane_options> all(4);
    all[paced].rate = rate;
    all[paced].burst = burst;
    all[narrow].concurrency = narrow_concurrency;
    all[dead].concurrency = 1000;
    all[dead].retry.schedule = {200ms};
    all[dead].retry.max_attempts = 1000;
    return all;
}

// What was sent in one lane, in order.
struct sending {
    queue::task_id id;
    queue::account_id account{};
    std::uint32_t number = 0;
    queue::mono_time at{};
    milliseconds lateness{0};
};

class crowded_queue {
  public:
    explicit crowded_queue(std::uint64_t seed)
        : random_(seed)
        , disk_(seed)
        , destination_(clock_, random_)
        , ids_(seed) {
        options_.lanes = lanes();
        options_.weights = {1 + static_cast<std::uint32_t>(random_() % 3),
                            1 + static_cast<std::uint32_t>(random_() % 3)};
        if (seed % 2 == 0) options_.resident_horizon = 2s; // payloads are read back
        options_.journal_limit = 64 << 20;
        destination_.answer_by([this](queue::attempt const& a) { return answer(a); }, latency);
        destination_.watch([this](queue::attempt const& a) { note(a); });
        gateway_ = std::make_unique<simulated_gateway>(disk_, clock_, destination_, ends_, random_,
                                                       options_);
        BOOST_REQUIRE(gateway_->start().empty());
    }

    std::uint32_t weight(std::size_t account) const { return options_.weights[account]; }
    std::vector<sending> const& sent(std::size_t lane) const {
        static std::vector<sending> const none;
        auto const found = sent_.find(gateway_->lane(lane));
        return found == sent_.end() ? none : found->second;
    }
    std::vector<std::string> const& violations() const { return destination_.violations(); }
    queue::mono_time now() const { return clock_.now().mono; }
    std::uint64_t random() { return random_(); }

    queue::task_id submit(std::size_t lane, std::size_t account, milliseconds delay = 0ms) {
        queue::new_task task;
        auto const at = clock_.now().wall;
        task.id = ids_.next(at);
        task.lane = gateway_->lane(lane);
        task.account = gateway_->account(account);
        task.accepted_at = at;
        task.not_before = at + delay;
        task.payload = queue::shared_bytes(std::string(100, 'x'));
        auto const id = task.id;
        gateway_->submit(std::move(task));
        if (++unanswered_ == 32) settle();
        return id;
    }
    void settle() {
        unanswered_ = 0;
        for (int i = 0; i < 4; ++i) {
            gateway_->settle();
            gateway_->run_background();
            gateway_->run_commits();
        }
    }
    void pass(milliseconds time) {
        for (auto passed = 0ms; passed < time; passed += tick) {
            clock_.advance(std::min(tick, time - passed));
            settle();
        }
    }
    // How many of others go in the lane before `id` does, from now on.
    std::size_t others_before(std::size_t lane, queue::task_id id) {
        auto const begin = sent(lane).size();
        for (int i = 0; i < 1000; ++i) {
            pass(tick);
            auto const& all = sent(lane);
            for (std::size_t k = begin; k < all.size(); ++k) {
                if (all[k].id == id) return k - begin;
            }
        }
        return 1'000'000;
    }

  private:
    queue::outcome answer(queue::attempt const& a) const {
        queue::outcome o;
        bool const is_dead = a.lane == gateway_->lane(dead);
        o.verdict = is_dead ? queue::verdict::retry : queue::verdict::delivered;
        o.status = is_dead ? 500 : 200;
        return o;
    }
    void note(queue::attempt const& a) {
        auto const lateness = std::max(clock_.now().wall - a.due, 0ms);
        sent_[a.lane].push_back({a.id, a.account, a.number, clock_.now().mono, lateness});
    }

    std::mt19937_64 random_;
    simulated_clock clock_;
    simulated_storage disk_;
    simulated_destination destination_;
    finish_observer ends_;
    queue::task_id_generator ids_;
    simulation_options options_;
    std::unique_ptr<simulated_gateway> gateway_;
    std::map<queue::lane_id, std::vector<sending>> sent_;
    std::size_t unanswered_ = 0;
};

// Runs a scenario for some seeds, or for the one that SLUICE_SEED names.
template <class Scenario>
void for_seeds(std::uint64_t count, Scenario&& scenario) {
    auto const* const text = std::getenv("SLUICE_SEED");
    std::uint64_t const first = text ? std::strtoull(text, nullptr, 10) : 1;
    for (std::uint64_t seed = first; seed < first + (text ? 1 : count); ++seed) {
        BOOST_TEST_CONTEXT("SLUICE_SEED=" << seed) {
            crowded_queue hour(seed);
            scenario(hour);
            BOOST_TEST(hour.violations().empty(),
                       (hour.violations().empty() ? "" : hour.violations().front()));
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(busy_hour)

BOOST_AUTO_TEST_CASE(many_tasks_of_one_account_delay_anothers_single_one_by_a_few_sends) {
    for_seeds(10, [](crowded_queue& hour) {
        for (std::size_t const lane : {paced, narrow}) {
            for (int i = 0; i < 400; ++i)
                hour.submit(lane, 0, 20s);
        }
        hour.settle();
        hour.pass(20s);
        for (int i = 0; i < 5; ++i) {
            hour.pass(milliseconds(hour.random() % 50));
            for (std::size_t const lane : {paced, narrow}) {
                auto const id = hour.submit(lane, 1);
                // A turn of the other account, and what went while the single one was written.
                BOOST_TEST(hour.others_before(lane, id) <= hour.weight(0) + narrow_concurrency);
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(accounts_that_both_have_many_share_by_weight) {
    for_seeds(4, [](crowded_queue& hour) {
        for (int i = 0; i < 400; ++i) {
            hour.submit(paced, 0, 20s);
            hour.submit(paced, 1, 20s);
        }
        hour.settle();
        hour.pass(21s);
        auto const& sent = hour.sent(paced);
        BOOST_TEST_REQUIRE(sent.size() >= 150u);
        auto const first =
            static_cast<double>(std::count_if(sent.begin(), sent.end(), [](sending const& s) {
                return s.account == queue::account_id{};
            }));
        double const share = hour.weight(0) * 1.0 / (hour.weight(0) + hour.weight(1));
        BOOST_TEST(std::abs(first / static_cast<double>(sent.size()) - share) < 0.05);
    });
}

BOOST_AUTO_TEST_CASE(tasks_that_fall_due_together_become_a_ramp_at_the_destinations_pace) {
    for_seeds(6, [](crowded_queue& hour) {
        for (int i = 0; i < 600; ++i) {
            hour.submit(paced, 0, 20s);
            hour.submit(narrow, 0, 20s);
        }
        hour.settle();
        hour.pass(20s);
        auto const begin = hour.now();
        for (int i = 0; i < 400; ++i) { // two seconds
            hour.submit(other, 1);
            hour.pass(tick);
        }
        std::map<std::int64_t, std::size_t> in_second;
        for (sending const& s : hour.sent(paced))
            ++in_second[(s.at - begin) / 1s];
        BOOST_TEST(in_second[0] >= rate * 95 / 100);
        BOOST_TEST(in_second[0] <= rate + burst);
        BOOST_TEST(in_second[1] >= rate * 95 / 100);
        // Without a rate the concurrency bounds it: four every 10 ms.
        BOOST_TEST(hour.sent(narrow).size() >= 550u);
        // And nobody else waits: everything of the other lane went within its tick.
        BOOST_TEST(hour.sent(other).size() == 400u);
        for (sending const& s : hour.sent(other))
            BOOST_TEST_REQUIRE((s.lateness <= tick));
    });
}

BOOST_AUTO_TEST_CASE(a_dead_destination_gets_its_budget_and_holds_up_nobody) {
    for_seeds(4, [](crowded_queue& hour) {
        constexpr std::size_t seconds = 10;
        for (std::size_t i = 0; i < seconds * 1000 / tick.count(); ++i) {
            hour.submit(dead, 0); // two hundred first attempts a second
            if (i % 4 == 0) hour.submit(other, 1);
            hour.pass(tick);
        }
        auto const& sent = hour.sent(dead);
        auto const first = static_cast<std::size_t>(std::count_if(
            sent.begin(), sent.end(), [](sending const& s) { return s.number == 1; }));
        BOOST_TEST(first >= seconds * 195);
        auto const retries = sent.size() - first;
        BOOST_TEST(retries >= 10 * (seconds - 1));
        BOOST_TEST(retries <= sent.size() / 5 + 10);
        for (sending const& s : hour.sent(other))
            BOOST_TEST_REQUIRE((s.lateness <= tick));
    });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace busy_hour_test
