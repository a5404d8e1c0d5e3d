// Random use of the engine, checked step by step against a reference model. A failure prints the
// seed; SLUICE_SEED=<seed> runs that one alone.
#include "reference_model.hpp"

#include <cstdlib>
#include <random>

namespace engine_model_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

class random_run : public engine_fixture {
  public:
    explicit random_run(unsigned seed)
        : random_(seed) {
        for (std::string_view const name : {"plain", "slow", "fragile", "narrow"}) {
            lane_options const o = options_for(name);
            configure(o, name);
            model_.lanes[lane(name)].options = o;
        }
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            step();
            check();
        }
        check_replay();
        finish();
    }

  private:
    std::uint32_t below(std::uint32_t bound) { return random_() % bound; }
    bool one_in(std::uint32_t n) { return below(n) == 0; }

    static lane_options options_for(std::string_view name) {
        lane_options o;
        o.retry.schedule = {1s, 5s, 20s};
        o.retry.max_attempts = 4;
        if (name == "slow") {
            o.rate = 7;
            o.period = 3s;
            o.burst = 4;
        }
        if (name == "fragile") o.breaker = breaker_options{3, 4s, 4s};
        if (name == "narrow") o.concurrency = 3;
        return o;
    }

    void step() {
        model_.on_turn(now);
        switch (below(16)) {
        case 0:
        case 1:
        case 2:
        case 3:
            return accept_some();
        case 4:
        case 5:
        case 6:
            return pass(milliseconds(below(one_in(20) ? 30'000 : 400)));
        case 7:
        case 8:
        case 9:
            return take_some();
        case 10:
        case 11:
        case 12:
        case 13:
            return end_some();
        case 14:
            return operate();
        default:
            if (one_in(10)) step_wall(milliseconds(one_in(2) ? 3'600'000 : -3'600'000));
        }
    }

    void accept_some() {
        for (std::uint32_t n = 1 + below(4); n > 0; --n) {
            constexpr std::string_view names[] = {"plain", "slow", "fragile", "narrow"};
            constexpr std::string_view accounts[] = {"a", "b", "c"};
            auto const* const account = &accounts[below(3)];
            new_task task = make(milliseconds(one_in(2) ? 0 : below(20'000)), *account);
            task.lane = lane(names[below(4)]);
            if (one_in(10)) task.not_before += milliseconds(below(4 * 3'600'000)); // far off
            if (one_in(6)) task.expires_at = task.not_before + milliseconds(1 + below(10'000));
            if (one_in(3)) {
                task.extras = std::make_unique<task_extras>();
                // The key names the account, whose keys are its own.
                task.extras->order_key =
                    std::to_string(below(3)) + '/' + std::to_string(static_cast<int>(task.account));
            }
            model_.on_accepted(task);
            engine_fixture::accept(std::move(task));
        }
    }

    void take_some() {
        std::size_t const most = 1 + below(20);
        std::vector<attempt> due;
        std::vector<record> expired;
        model_.on_turn(now);
        take_due(core, now, most, due, expired);
        bool const is_all = due.size() < most;
        for (attempt& a : due) {
            model_.on_attempt(a, now);
            in_flight_.push_back(std::move(a));
        }
        bool const some_expired = !expired.empty();
        for (record& r : expired)
            happens(std::move(r));
        // An expired task may have been the first of an order key: look again next time.
        if (is_all && !some_expired) BOOST_REQUIRE(!model_.has_forgotten(now));
    }

    outcome random_outcome() {
        outcome o;
        o.status = 200;
        o.verdict = verdict::delivered;
        auto const retry = [&](cause c, std::uint16_t status) {
            o.verdict = verdict::retry;
            o.cause = c;
            o.status = status;
        };
        switch (below(12)) {
        case 0:
        case 1:
            retry(cause::answered, 503);
            break;
        case 2:
            retry(cause::connect, 0);
            break;
        case 3:
            retry(cause::timeout_after_send, 0);
            break;
        case 4:
            retry(cause::answered, 429);
            o.retry_after = milliseconds(below(3'000));
            break;
        case 5:
            o.verdict = verdict::final_failure;
            o.status = 400;
            break;
        case 6:
            retry(cause::address_not_allowed, 0);
            break;
        case 7:
            if (!one_in(10)) break;
            o.verdict = verdict::final_failure;
            o.status = 410;
            o.disables_lane = true;
            break;
        default:
            break;
        }
        return o;
    }

    void end_some() {
        if (in_flight_.empty()) return;
        auto const i =
            static_cast<std::ptrdiff_t>(below(static_cast<std::uint32_t>(in_flight_.size())));
        attempt const a = std::move(in_flight_[static_cast<std::size_t>(i)]);
        in_flight_.erase(in_flight_.begin() + i);
        if (one_in(12)) {
            model_.on_returned(a);
            if (one_in(2)) return core.put_back(a, now);
            outcome stopped;
            stopped.cause = cause::stopped;
            auto const decision = core.complete(a, std::move(stopped), now);
            BOOST_REQUIRE(!decision.task && !decision.lane);
            return;
        }
        outcome o = random_outcome();
        model_.on_outcome(a, o, now);
        auto decision = core.complete(a, std::move(o), now);
        BOOST_REQUIRE(decision.task.has_value());
        happens(std::move(*decision.task));
        if (decision.lane) happens(std::move(*decision.lane));
    }

    void operate() {
        if (one_in(4)) {
            auto const which = lane(one_in(2) ? "plain" : "narrow");
            return happens(core.change_lane(which, one_in(3), "op", now).value());
        }
        if (one_in(3)) {
            for (auto const& [id, l] : model_.lanes) {
                if (l.is_held) return happens(core.change_lane(id, false, "op", now).value());
            }
        }
        if (model_.tasks.empty()) return;
        auto found = model_.tasks.begin();
        std::advance(found, below(static_cast<std::uint32_t>(model_.tasks.size())));
        model_task const task = found->second;
        auto what = !task.is_dead ? core.cancel(task.id, "op", now)
                    : one_in(3)   ? core.purge(task.id)
                                  : core.redrive(task.id, "anna", now);
        bool const is_allowed = task.is_dead ? what.has_value() || task.expires_at <= now.wall
                                             : what.has_value() != task.is_in_flight;
        BOOST_REQUIRE(is_allowed);
        if (what) happens(std::move(*what));
    }

    void happens(record&& r) {
        model_.on_record(r, now);
        happen(std::move(r));
    }

    void check() {
        engine_counts const c = core.counts();
        BOOST_REQUIRE_EQUAL(c.live(), model_.live());
        BOOST_REQUIRE_EQUAL(c.dead, model_.dead());
        BOOST_REQUIRE_EQUAL(c.in_flight, model_.in_flight());
        BOOST_REQUIRE_EQUAL(released.live(), model_.tasks.size());
        std::uint64_t in_lanes = 0;
        for (auto const& [id, l] : model_.lanes) {
            lane_view const v = core.view(id);
            in_lanes += v.scheduled + v.ready + v.in_flight + v.retry_wait;
            BOOST_REQUIRE_EQUAL(v.is_paused || v.is_disabled, l.is_held);
        }
        BOOST_REQUIRE_EQUAL(in_lanes, c.live());
    }

    // Another engine that sees the journal has the same tasks, and can deliver each of them.
    void check_replay() {
        release_count other_released;
        auto const other = replayed(other_released);
        BOOST_REQUIRE_EQUAL(fingerprint(*other), fingerprint(core));
        BOOST_REQUIRE_EQUAL(other_released.live(), released.live());
        other->start(now);
        BOOST_REQUIRE_EQUAL(other->counts().live(), model_.live());
        for (auto const& [id, l] : model_.lanes) {
            auto const until = std::min(l.gate_on_disk, now.wall + configured[id].max_retry_after);
            auto const gate = other->pace(id, now).gate_until.value_or(wall_time{});
            BOOST_REQUIRE((gate == (until > now.wall ? until : wall_time{})));
        }
    }

    // Everything ends, and nothing is left over.
    void finish() {
        for (auto const& [id, l] : model_.lanes) {
            if (l.is_held) happens(core.change_lane(id, false, "op", now).value());
        }
        for (int i = 0; i < 20'000 && model_.live() > 0; ++i) {
            for (std::vector<attempt> left = std::exchange(in_flight_, {});
                 attempt const& a : left) {
                outcome o = delivered();
                model_.on_outcome(a, o, now);
                auto decision = core.complete(a, std::move(o), now);
                if (decision.task) happens(std::move(*decision.task));
            }
            take_some();
            if (auto const next = core.next_wakeup(now)) {
                pass(std::chrono::ceil<milliseconds>(*next - now.mono));
            }
        }
        BOOST_REQUIRE_EQUAL(core.counts().live(), 0u);
        BOOST_REQUIRE(!core.next_wakeup(now).has_value());
        BOOST_REQUIRE_GT(model_.terminal_records, 0u);
    }

    std::mt19937 random_;
    reference_model model_;
    std::vector<attempt> in_flight_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(engine_model)

BOOST_AUTO_TEST_CASE(random_use_agrees_with_the_reference_model) {
    if (char const* seed = std::getenv("SLUICE_SEED")) {
        random_run(static_cast<unsigned>(std::strtoul(seed, nullptr, 10))).run(2000);
        return;
    }
    for (unsigned seed = 1; seed <= 40; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_run(seed).run(2000);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace engine_model_test
