#include "reference_model.hpp"

#include <algorithm>

namespace sluice::queue::test {

namespace {

bool is_retriable(outcome const& o) {
    return o.verdict == verdict::retry && o.cause != cause::render &&
           o.cause != cause::address_not_allowed;
}

} // namespace

void reference_model::on_accepted(new_task const& task) {
    model_task t;
    t.id = task.id;
    t.lane = task.lane;
    if (task.extras) t.order_key = task.extras->order_key;
    t.turn = ++turns_;
    t.not_before = task.not_before;
    t.expires_at = task.expires_at;
    BOOST_REQUIRE(tasks.emplace(t.id, t).second);
}

bool reference_model::is_first_of_order(model_task const& task) const {
    if (task.order_key.empty()) return true;
    return std::none_of(tasks.begin(), tasks.end(), [&](auto const& pair) {
        model_task const& other = pair.second;
        return !other.is_dead && other.lane == task.lane && other.order_key == task.order_key &&
               other.turn < task.turn;
    });
}

bool reference_model::is_open(model_lane const& lane, instant now) const {
    if (lane.is_held || now.mono < lane.gate_until) return false;
    if (lane.in_flight >= lane.options.concurrency) return false;
    return !lane.probe && (!lane.open_until || now.mono >= *lane.open_until);
}

void reference_model::check_rate(model_lane const& lane) const {
    if (lane.options.rate == 0) return;
    auto const period = static_cast<std::uint64_t>(lane.options.period.count());
    std::uint64_t count = 0;
    for (auto i = lane.sent.rbegin(); i != lane.sent.rend(); ++i) {
        auto const window = static_cast<std::uint64_t>((lane.sent.back() - *i).count());
        BOOST_REQUIRE_LE(++count, lane.options.rate * window / period + lane.options.burst);
    }
}

void reference_model::on_attempt(attempt const& a, instant now) {
    auto const found = tasks.find(a.id);
    BOOST_REQUIRE(found != tasks.end());
    model_task& task = found->second;
    model_lane& lane = lanes.at(task.lane);
    BOOST_REQUIRE(a.lane == task.lane);
    BOOST_REQUIRE(!task.is_dead && !task.is_in_flight);
    BOOST_REQUIRE_EQUAL(a.number, task.attempts + 1);
    BOOST_REQUIRE(task.expires_at > now.wall);
    // Nothing early.
    if (task.retry_at) {
        BOOST_REQUIRE(now.mono >= *task.retry_at);
    } else {
        BOOST_REQUIRE(latest_wall_ >= task.not_before); // what was due stays due
    }
    BOOST_REQUIRE(is_open(lane, now));
    BOOST_REQUIRE(is_first_of_order(task));
    task.is_in_flight = true;
    ++lane.in_flight;
    lane.sent.push_back(now.mono);
    if (lane.sent.size() > 200) lane.sent.pop_front();
    check_rate(lane);
    if (lane.open_until) lane.probe = a.id;
}

void reference_model::on_returned(attempt const& a) {
    model_lane& lane = lanes.at(a.lane);
    --lane.in_flight;
    if (lane.probe == a.id) lane.probe.reset();
    tasks.at(a.id).is_in_flight = false;
}

void reference_model::on_outcome(attempt const& a, outcome const& result, instant now) {
    model_lane& lane = lanes.at(a.lane);
    on_breaker(lane, a, result, now);
    on_returned(a);
    if (result.retry_after) {
        lane.gate_until = std::max(lane.gate_until, now.mono + *result.retry_after);
        lane.gate_on_disk = std::max(lane.gate_on_disk, now.wall + *result.retry_after);
    }
}

void reference_model::on_breaker(model_lane& lane, attempt const& a, outcome const& result,
                                 instant now) {
    if (!lane.options.breaker) return;
    bool const is_good = result.cause == cause::answered && result.verdict != verdict::retry;
    bool const is_bad = is_retriable(result) && !result.retry_after;
    if (lane.open_until) {
        if (lane.probe != a.id) return;
        if (is_bad) lane.open_until = now.mono + lane.options.breaker->open_for;
        if (is_good) lane.open_until.reset();
        if (is_good) lane.failures = 0;
        return;
    }
    if (is_good) lane.failures = 0;
    if (is_bad && ++lane.failures >= lane.options.breaker->failures) {
        lane.open_until = now.mono + lane.options.breaker->open_for;
    }
}

void reference_model::on_record(record const& r, instant now) {
    if (auto const* retry = std::get_if<retried>(&r)) {
        model_task& task = tasks.at(retry->id);
        BOOST_REQUIRE(!task.is_dead);
        BOOST_REQUIRE_EQUAL(retry->note.number, ++task.attempts);
        task.retry_at = now.mono + (retry->next_attempt_at - now.wall);
    } else if (auto const* end = std::get_if<finished>(&r)) {
        model_task& task = tasks.at(end->id); // not finished before
        BOOST_REQUIRE(!task.is_dead);
        ++terminal_records;
        if (end->state == task_state::expired) BOOST_REQUIRE(task.expires_at <= now.wall);
        if (end->state == task_state::dead) {
            BOOST_REQUIRE(!end->reason.empty());
            task.is_dead = true;
        } else {
            tasks.erase(end->id);
        }
    } else if (auto const* again = std::get_if<redriven>(&r)) {
        model_task& task = tasks.at(again->id);
        BOOST_REQUIRE(task.is_dead);
        task.is_dead = false;
        task.attempts = 0;
        task.retry_at.reset();
        task.not_before = again->not_before;
        task.turn = ++turns_;
    } else if (auto const* gone = std::get_if<purged>(&r)) {
        BOOST_REQUIRE(tasks.at(gone->id).is_dead);
        tasks.erase(gone->id);
    } else if (auto const* change = std::get_if<lane_changed>(&r)) {
        model_lane& lane = lanes.at(change->lane);
        lane.is_held = change->is_paused || change->is_disabled;
        // By the wall clock of now: it may have been set since the gate was closed.
        lane.gate_on_disk = std::max(lane.gate_on_disk, change->gate_until);
    }
}

bool reference_model::has_forgotten(instant now) const {
    return std::any_of(tasks.begin(), tasks.end(), [&](auto const& pair) {
        model_task const& task = pair.second;
        model_lane const& lane = lanes.at(task.lane);
        if (task.is_dead || task.is_in_flight || task.attempts > 0) return false;
        return task.not_before <= now.wall && task.expires_at > now.wall &&
               lane.options.rate == 0 && is_open(lane, now) && is_first_of_order(task);
    });
}

std::size_t reference_model::live() const {
    return static_cast<std::size_t>(std::count_if(
        tasks.begin(), tasks.end(), [](auto const& pair) { return !pair.second.is_dead; }));
}

std::size_t reference_model::in_flight() const {
    return static_cast<std::size_t>(std::count_if(
        tasks.begin(), tasks.end(), [](auto const& pair) { return pair.second.is_in_flight; }));
}

} // namespace sluice::queue::test
