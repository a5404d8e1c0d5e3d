#include "tests/sim/simulated_destination.hpp"

#include <algorithm>
#include <utility>

namespace sluice::tests {

using namespace std::chrono_literals;

namespace {

// Calls `visit(task)` for each task that an attempt carries.
template <class Visit>
void for_each_task(queue::attempt const& a, Visit&& visit) {
    visit(a);
    for (auto const& companion : a.companions)
        visit(companion);
}

// Calls `visit(task, outcome)` for each with what it came to.
template <class Visit>
void for_each_outcome(queue::attempt const& a, queue::outcome const& whole, Visit&& visit) {
    std::size_t i = 0;
    for_each_task(a, [&](queue::attempt const& task) {
        visit(task, whole.calls.empty() ? whole : whole.calls[i++]);
    });
}

} // namespace

simulated_destination::simulated_destination(simulated_clock const& clock, std::mt19937_64& random)
    : clock_(clock)
    , random_(random) {}

void simulated_destination::set_lane(queue::lane_id lane, queue::lane_options const& options) {
    auto& state = lanes_[lane];
    state.options = options;
    state.in_flight = 0;
    state.gate_until = queue::mono_time::min();
    state.is_disabled = state.is_disabled_soon = false;
    // A gateway that starts has a full bucket: the promise is rate x t + burst for each life.
    state.tokens = static_cast<double>(options.burst);
    state.filled_at = clock_.now().mono;
}

void simulated_destination::violate(std::string what, queue::attempt const& a) {
    violations_.push_back(std::move(what) + ": task " + to_string(a.id));
}

void simulated_destination::expect_order(std::string key, queue::task_id id) {
    in_order_[key].insert(id);
    keys_[id] = std::move(key);
}

void simulated_destination::answer_by(script answers, std::chrono::milliseconds latency) {
    script_ = std::move(answers);
    script_latency_ = latency;
}

void simulated_destination::check_task(queue::attempt const& task, queue::attempt const& carrier) {
    // A task that was due before the wall clock was set back stays due.
    if (clock_.latest_wall() < task.not_before) violate("sent early", task);
    if (told_delivered_.contains(task.id)) {
        violate("sent again after its delivery was known", task);
    }
    auto const doubt = doubtful_.find(task.id);
    if (doubt != doubtful_.end() && doubt->second != carrier.batch) {
        violate("sent in other company although it may have been taken", task);
    }
}

void simulated_destination::check_company(queue::attempt const& a, lane_state const& lane) {
    if (a.companions.size() >= lane.options.batch) violate("too many together", a);
    if (a.batch == 0) return;
    std::set<queue::task_id> members;
    for_each_task(a, [&](queue::attempt const& task) { members.insert(task.id); });
    auto const& first = companies_.emplace(a.batch, members).first->second;
    if (!std::ranges::includes(first, members)) violate("a batch got a new member", a);
}

void simulated_destination::check(queue::attempt const& a, lane_state& lane) {
    for_each_task(a, [&](queue::attempt const& task) {
        check_task(task, a);
        check_wait(task, lane, a.batch != 0);
    });
    check_company(a, lane);
    if (++lane.in_flight > lane.options.concurrency) violate("too many in flight", a);
    if (lane.is_disabled) violate("sent although the destination is gone", a);
    // Where a time is pinned, an attempt leaves its lane before the time is on the disk.
    if (clock_.now().mono < lane.gate_until && !lane.options.pins_render_time) {
        violate("sent through a closed gate", a);
    }
    check_rate(a, lane);
    check_order(a);
}

void simulated_destination::check_rate(queue::attempt const& a, lane_state& lane) {
    if (lane.options.rate == 0) return;
    auto const now = clock_.now();
    auto const passed = std::chrono::duration<double, std::micro>(now.mono - lane.filled_at);
    auto const gained = passed.count() * static_cast<double>(lane.options.rate) /
                        static_cast<double>(lane.options.period.count());
    lane.tokens = std::min(lane.tokens + gained, static_cast<double>(lane.options.burst)) - 1;
    lane.filled_at = now.mono;
    if (lane.tokens < -1e-6) violate("faster than its rate", a);
}

void simulated_destination::check_order(queue::attempt const& a) {
    auto const key = keys_.find(a.id);
    if (key == keys_.end() || !is_open_) return;
    for (queue::task_id const& earlier : in_order_[key->second]) {
        if (earlier == a.id) return;
        if (is_open_(earlier)) return violate("sent before " + to_string(earlier), a);
    }
}

// Never sooner than jitter allows, nor than the destination asked for; and spread.
void simulated_destination::check_wait(queue::attempt const& a, lane_state const& lane,
                                       bool is_in_batch) {
    auto const last = failures_.find(a.id);
    auto const& schedule = lane.options.retry.schedule;
    if (last == failures_.end() || a.number < 2 || schedule.empty()) return;
    auto const nominal = schedule[std::min<std::size_t>(a.number - 2, schedule.size() - 1)];
    auto const least = std::max(last->second.asked_for, nominal * 8 / 10);
    // Whom its batch has left behind waits by the wall clock, as after a restart.
    bool const may_be_left_behind = doubtful_.contains(a.id) && a.companions.empty();
    if (may_be_left_behind && clock_.steps() != last->second.clock_steps) return;
    auto const passed = clock_.now().mono - last->second.at.mono;
    if (passed < least) {
        auto const ms = std::chrono::floor<std::chrono::milliseconds>(passed).count();
        violate("tried again too soon (attempt " + std::to_string(a.number) + " after " +
                    std::to_string(ms) + " ms, least " + std::to_string(least.count()) +
                    (a.companions.empty() ? ", alone)" : ", in a batch)"),
                a);
    }
    if (clock_.steps() != last->second.clock_steps || last->second.asked_for > 0ms) return;
    if (is_in_batch) return; // waits for the longest of its members
    auto const wait = a.due - last->second.at.wall;
    if (wait > nominal * 12 / 10 + 1ms) violate("due too late for its schedule", a);
    ++waits_;
    if (wait == nominal) ++exact_waits_;
}

queue::outcome simulated_destination::draw_outcome() {
    queue::outcome out;
    out.verdict = queue::verdict::delivered;
    out.status = 200;
    auto const draw = is_healed_ ? 0 : random_() % 100;
    if (draw >= 90) {
        out.verdict = queue::verdict::final_failure;
        out.status = 400;
    } else if (draw == 89 && random_() % 8 == 0) {
        out.verdict = queue::verdict::retry;
        out.status = 410;
        out.disables_lane = true;
    } else if (draw >= 80) {
        out.verdict = queue::verdict::retry;
        out.status = 503;
        out.retry_after = std::chrono::milliseconds(random_() % 3000);
    } else if (draw >= 65) {
        out.verdict = queue::verdict::retry;
        out.status = 0;
        out.cause = draw >= 72 ? queue::cause::cut : queue::cause::connect;
    } else if (draw >= 60) {
        out.retry_after = std::chrono::milliseconds(random_() % 500); // nothing remains for now
    }
    return out;
}

// Some answers speak of each task by itself.
void simulated_destination::draw_calls(queue::attempt const& a, queue::outcome& whole) {
    bool const is_partial = !a.companions.empty() && !is_healed_ && !script_ &&
                            whole.verdict == queue::verdict::delivered && random_() % 3 == 0;
    if (!is_partial) return;
    for (std::size_t i = 0; i <= a.companions.size(); ++i) {
        queue::outcome one;
        one.status = 200;
        auto const draw = random_() % 10;
        one.verdict = draw < 6   ? queue::verdict::delivered
                      : draw < 8 ? queue::verdict::retry
                                 : queue::verdict::final_failure;
        whole.calls.push_back(std::move(one));
    }
}

void simulated_destination::note_taken(exchange const& e) {
    for_each_outcome(e.what, e.result, [&](auto const& task, auto const& own) {
        if (own.verdict == queue::verdict::delivered) delivered_.insert(task.id);
        if (e.what.batch != 0) doubtful_[task.id] = e.what.batch;
    });
}

void simulated_destination::send(queue::attempt&& a, queue::outcome_sink& sink) {
    check(a, lanes_[a.lane]);
    if (seen_) seen_(a);
    auto const latency = script_ ? script_latency_ : std::chrono::milliseconds(random_() % 400);
    auto drawn = script_ ? script_(a) : draw_outcome();
    if (lanes_[a.lane].stays_open) drawn.disables_lane = false;
    exchange e{std::move(a), &sink, std::move(drawn)};
    e.result.duration = latency;
    draw_calls(e.what, e.result);
    note_taken(e);
    under_way_.emplace(clock_.now().mono + latency, std::move(e));
}

void simulated_destination::note_answer(exchange const& e) {
    auto& lane = lanes_[e.what.lane];
    --lane.in_flight;
    auto const now = clock_.now();
    auto const asked_for = e.result.retry_after.value_or(0ms);
    lane.gate_until = std::max(lane.gate_until, now.mono + asked_for);
    if (asked_for > 0ms) {
        lane.closings.push_back(
            {e.what.id, e.what.number, now.mono + asked_for, clock_.steps_ahead(), false});
    }
    // An attempt that waited for its time to be on the disk may have left at this very moment.
    bool const may_cross = lane.options.pins_render_time;
    (may_cross ? lane.is_disabled_soon : lane.is_disabled) |= e.result.disables_lane;
    for_each_outcome(e.what, e.result, [&](auto const& task, auto const& own) {
        failures_.erase(task.id);
        // A batch that is refused as a whole is taken apart at once.
        bool const is_refused = own.verdict == queue::verdict::final_failure;
        bool const is_split = is_refused && !e.what.companions.empty();
        if (own.verdict == queue::verdict::delivered) {
            told_delivered_.insert(task.id);
        } else if (!e.result.disables_lane && !is_split) {
            failures_[task.id] = {now, clock_.steps(), asked_for};
        }
        if (is_refused || !e.result.calls.empty()) doubtful_.erase(task.id);
    });
}

void simulated_destination::answer_due() {
    while (!under_way_.empty() && under_way_.begin()->first <= clock_.now().mono) {
        auto e = std::move(under_way_.begin()->second);
        under_way_.erase(under_way_.begin());
        note_answer(e);
        e.sink->on_outcome(std::move(e.what), std::move(e.result));
    }
}

// The journal holds when a gate opens by the wall clock as that stood when it was written last:
// where the clock was set ahead since, the gate may open earlier.
void simulated_destination::keep_gates(known_answer const& is_known) {
    auto const now = clock_.now();
    for (auto& [id, lane] : lanes_) {
        std::erase_if(lane.closings, [&](closing const& c) {
            return c.until <= now.mono || c.clock_steps_ahead != clock_.steps_ahead() ||
                   !(c.was_read_back || is_known(c.id, c.attempt));
        });
        for (closing& c : lane.closings) {
            c.was_read_back = true;
            lane.gate_until = std::max(lane.gate_until, c.until);
        }
        if (lane.gate_until > now.mono) ++kept_gates_;
    }
}

void simulated_destination::note_heard() {
    for (auto& [id, lane] : lanes_)
        lane.is_disabled |= std::exchange(lane.is_disabled_soon, false);
}

void simulated_destination::forget_gateway(bool has_all) {
    for (auto& [id, lane] : lanes_) {
        if (!has_all) std::erase_if(lane.closings, [](auto const& c) { return !c.was_read_back; });
    }
    under_way_.clear();
    // What the gateway knew may not have reached its disk: after a crash it may send again.
    told_delivered_.clear();
    failures_.clear();
}

} // namespace sluice::tests
