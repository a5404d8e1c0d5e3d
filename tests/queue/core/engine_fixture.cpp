#include "engine_fixture.hpp"

#include <algorithm>
#include <sstream>

namespace sluice::queue::test {

std::string fingerprint(engine const& e) {
    std::vector<std::string> lines;
    e.for_each([&](task_view const& v) {
        std::ostringstream line;
        bool const is_dead = v.state == task_state::dead;
        line << to_string(v.id) << " lane " << static_cast<int>(v.lane) << " account "
             << static_cast<int>(v.account) << (is_dead ? " dead" : " waits") << " attempts "
             << v.attempts << " not_before " << v.not_before.time_since_epoch().count()
             << " expires " << v.expires_at.time_since_epoch().count() << " finished "
             << v.finished_at.time_since_epoch().count() << " at " << v.where.segment << '/'
             << v.where.offset;
        if (v.extras) {
            line << " key " << v.extras->order_key << " reason " << v.extras->reason << " result "
                 << v.extras->result << " rendered "
                 << v.extras->rendered_at.time_since_epoch().count() << " batch " << v.extras->batch
                 << " notes";
            for (attempt_note const& n : v.extras->notes) {
                line << ' ' << n.number << ':' << n.status << ':' << to_string(n.cause);
            }
        }
        lines.push_back(line.str());
        return true;
    });
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (std::string const& line : lines)
        all += line + '\n';
    return all;
}

engine_fixture::engine_fixture(engine_options const& o)
    : options(o)
    , core(o, table, released) {
    configure({});
    core.start(now);
}

new_task engine_fixture::make(milliseconds delay, std::string_view account_name) {
    new_task task;
    task.id = ids.next(now.wall);
    task.lane = lane();
    task.account = account(account_name);
    task.accepted_at = now.wall;
    task.not_before = now.wall + delay;
    task.payload = shared_bytes("payload");
    return task;
}

task_id engine_fixture::accept(new_task&& task) {
    task_id const id = task.id;
    BOOST_REQUIRE(core.admit({&task, 1}, now).has_value());
    // What another gateway has accepted has its turn.
    if (!task.extras || task.extras->order_turn == 0) core.give_turn(task);
    accepted r;
    auto const length = static_cast<std::uint32_t>(task.payload.size());
    r.task = std::move(task);
    r.where = {segment, length, offset += 1000};
    happen(std::move(r));
    return id;
}

void engine_fixture::happen(record&& r) {
    journal.push_back(r);
    core.apply(std::move(r), now);
}

void engine_fixture::take_due(engine& from, instant now, std::size_t max, std::vector<attempt>& due,
                              std::vector<record>& expired) {
    for (std::size_t const end = due.size() + max;;) {
        from.take_due(now, end - due.size(), due, expired);
        std::vector<engine::unread> unread;
        from.take_unread(unread);
        if (unread.empty()) return;
        for (engine::unread const& each : unread)
            from.payload_read(each, shared_bytes("read"), now);
    }
}

std::vector<attempt> engine_fixture::take(std::size_t max) {
    std::vector<attempt> due;
    std::vector<record> expired;
    take_due(core, now, max, due, expired);
    for (record& r : expired)
        happen(std::move(r));
    return due;
}

attempt engine_fixture::take_one() {
    auto due = take();
    BOOST_REQUIRE_EQUAL(due.size(), 1u);
    return std::move(due.front());
}

std::vector<task_id> engine_fixture::take_ids(std::size_t max) {
    std::vector<task_id> taken;
    for (attempt const& a : take(max))
        taken.push_back(a.id);
    return taken;
}

std::vector<attempt> engine_fixture::sleep_and_take(int limit) {
    for (int i = 0; i < limit; ++i) {
        auto const next = core.next_wakeup(now);
        if (!next) return {};
        auto const time = std::chrono::ceil<milliseconds>(*next - now.mono);
        pass(std::max(time, 0ms));
        if (auto due = take(); !due.empty()) return due;
    }
    return {};
}

void engine_fixture::end(attempt const& a, outcome&& result) {
    auto decision = core.complete(a, std::move(result), now);
    if (decision.breaker_record) happen(std::move(*decision.breaker_record));
    if (decision.task) happen(std::move(*decision.task));
    for (record& r : decision.companions)
        happen(std::move(r));
    if (decision.lane) happen(std::move(*decision.lane));
}

outcome engine_fixture::delivered() {
    outcome o;
    o.verdict = verdict::delivered;
    o.status = 200;
    return o;
}

outcome engine_fixture::failed(std::uint16_t status) {
    outcome o;
    o.verdict = verdict::retry;
    o.status = status;
    return o;
}

task_state engine_fixture::state_of(task_id id) const {
    auto const view = core.find(id);
    BOOST_REQUIRE(view.has_value());
    return view->state;
}

std::string engine_fixture::dead_reason(task_id id) const {
    auto const view = core.find(id);
    BOOST_REQUIRE(view.has_value());
    BOOST_REQUIRE(view->state == task_state::dead);
    return view->extras->reason;
}

std::vector<hold_reason> engine_fixture::reasons(task_id id) const {
    std::vector<hold_reason> kinds;
    for (hold const& h : core.explain(id, now).reasons)
        kinds.push_back(h.kind);
    return kinds;
}

std::unique_ptr<engine> engine_fixture::replayed(release_sink& sink) {
    auto other = std::make_unique<engine>(options, table, sink);
    for (auto const& [id, lane_options] : configured)
        other->configure_lane(id, lane_options, now);
    for (record const& r : journal)
        other->apply(record(r), now);
    return other;
}

} // namespace sluice::queue::test
