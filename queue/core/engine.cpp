// Configuration, the way in, and looking. See engine_apply, engine_dispatch and engine_explain.
#include "queue/core/engine.hpp"

#include "queue/core/engine_core.hpp"
#include "queue/core/error.hpp"
#include "queue/core/lane_stand.hpp"
#include "queue/core/task_keys.hpp"

#include <algorithm>
#include <tuple>

namespace sluice::queue {

namespace {

std::uint64_t bytes_of(std::span<new_task const> tasks) {
    std::uint64_t bytes = 0;
    for (new_task const& task : tasks)
        bytes += task.payload.size();
    return bytes;
}

boost::system::error_code refusal_of(idempotency_index::standing standing, bool is_content) {
    switch (standing) {
    case idempotency_index::standing::unknown:
        return {};
    case idempotency_index::standing::in_progress:
        return is_content ? errc::content_in_progress : errc::key_in_progress;
    case idempotency_index::standing::answered:
        return errc::duplicate_key;
    case idempotency_index::standing::conflict:
        return errc::key_conflict;
    }
    return {};
}

std::uint64_t count(state_counts const& counts, task_state s) {
    return counts[static_cast<std::size_t>(s)];
}

} // namespace

engine::engine(engine_options const& options, names& table, release_sink& released)
    : core_(std::make_unique<core>(options, table, released)) {}

engine::~engine() = default;

std::uint64_t engine::core::live_tasks() const {
    return tasks.size() - count(room.counts(), task_state::dead);
}

// --- configuration -------------------------------------------------------------------------------

void engine::configure_lane(lane_id id, lane_options const& options, instant now) {
    lane& l = core_->room.lane_of(id);
    if (core_->options.shares_limits && !l.is_shared()) l.set_share({}, 0, now.mono);
    l.configure(options, now.mono);
    core_->room.place(l, now.mono);
}

lane_held engine::share_lane(lane_id id, lane_share const& share, std::uint64_t tokens,
                             instant now) {
    lane& l = core_->room.lane_of(id);
    auto const held = l.set_share(share, tokens, now.mono);
    core_->room.place(l, now.mono);
    return held;
}

std::optional<lane_report> engine::take_use(lane_id id, instant now) {
    lane& l = core_->room.lane_of(id);
    if (!l.is_configured()) return std::nullopt;
    std::string name(core_->table_of_names.lanes.name(id));
    return lane_report{std::move(name), l.whole(), l.take_use(now.mono)};
}

bool engine::take_starved() {
    return core_->room.take_starved();
}

void engine::unconfigure_lane(lane_id id) {
    core_->room.lane_of(id).unconfigure();
}

void engine::configure_account(account_id account, std::uint32_t weight) {
    core_->room.set_weight(account, weight);
}

// --- the way in ----------------------------------------------------------------------------------

boost::system::result<void> engine::admit(std::span<new_task const> tasks, instant now) {
    core& c = *core_;
    // Keys first: who repeats a request is answered also when the queue is full.
    boost::system::error_code known;
    for_each_key(tasks, [&](idempotency const& key, bool is_content) {
        known = refusal_of(c.index(is_content).look(key, c.ages.at(now)), is_content);
        return !known;
    });
    if (known) return known;
    for (new_task const& task : tasks) {
        if (task.not_before - now.wall > c.options.max_delay) return errc::too_far_ahead;
    }
    if (c.live_tasks() + c.reserved_tasks + tasks.size() > c.options.max_tasks) {
        return errc::queue_full;
    }
    std::uint64_t const bytes = bytes_of(tasks);
    if (c.payload_bytes + c.reserved_bytes + bytes > c.options.max_payload_bytes) {
        return errc::memory_full;
    }
    c.reserved_tasks += tasks.size();
    c.reserved_bytes += bytes;
    for (new_task const& task : tasks)
        c.reserved_reports.add(task.extras.get());
    for_each_key(tasks, [&](idempotency const& key, bool is_content) {
        c.index(is_content).begin(key);
        return true;
    });
    return {};
}

void engine::give_turn(new_task& task) {
    if (task.extras && !task.extras->order_key.empty())
        task.extras->order_turn = ++core_->order_turns;
}

expected_reports engine::reports_to_come() const {
    return core_->reserved_reports + core_->known_reports;
}

void engine::admit_own(new_task const& task) {
    ++core_->reserved_tasks;
    core_->reserved_bytes += task.payload.size();
    core_->reserved_reports.add(task.extras.get());
}

void engine::abandon(std::span<new_task const> tasks) {
    core& c = *core_;
    c.reserved_tasks -= tasks.size();
    c.reserved_bytes -= bytes_of(tasks);
    for (new_task const& task : tasks)
        c.reserved_reports.take_away(task.extras.get());
    for_each_key(tasks, [&](idempotency const& key, bool is_content) {
        c.index(is_content).abandon(key.key);
        return true;
    });
}

idempotency const* engine::first_request(std::span<new_task const> tasks) const {
    idempotency const* first = nullptr;
    for_each_key(tasks, [&](idempotency const& key, bool is_content) {
        first = core_->index(is_content).find(key.key);
        return first == nullptr;
    });
    return first;
}

idempotency const* engine::known_key(idempotency_index::key const& key, bool is_content) const {
    return core_->index(is_content).find(key);
}

void engine::restore_keys(task_extras const& of, wall_time accepted_at) {
    core_->answer_keys(of, accepted_at);
}

void engine::start(instant now) {
    core_->is_replaying = false;
    core_->tasks.trim();
    core_->keys.end_load(core_->ages.at(now));
    core_->contents.end_load(core_->ages.at(now));
    core_->room.start(core_->newest);
}

// --- what callers and operators ask for ----------------------------------------------------------

boost::system::result<record> engine::cancel(task_id id, std::string_view by, instant now) const {
    slot_index const slot = core_->tasks.find(id);
    if (slot == no_slot) return errc::unknown_task;
    switch (core_->tasks[slot].state) {
    case task_state::scheduled:
    case task_state::ready:
    case task_state::retry_wait:
        return record(finished{id, task_state::cancelled, now.wall, {}, std::string(by), {}});
    default:
        return errc::wrong_state;
    }
}

boost::system::result<record> engine::redrive(task_id id, std::string_view by, instant now) {
    slot_index const slot = core_->tasks.find(id);
    if (slot == no_slot) return errc::unknown_task;
    task_node const& node = core_->tasks[slot];
    // A task past its expires_at would expire instead of being sent, and be lost as a dead letter.
    if (node.state != task_state::dead || node.expires_at() <= now.wall) return errc::wrong_state;
    auto const turn = node.has_order_key() ? ++core_->order_turns : 0;
    return record(redriven{id, now.wall, turn, std::string(by)});
}

boost::system::result<record> engine::purge(task_id id) const {
    slot_index const slot = core_->tasks.find(id);
    if (slot == no_slot) return errc::unknown_task;
    if (core_->tasks[slot].state != task_state::dead) return errc::wrong_state;
    return record(purged{id});
}

boost::system::result<record> engine::change_lane(lane_id id, bool pause, std::string_view by,
                                                  instant now) const {
    if (static_cast<std::size_t>(id) >= core_->table_of_names.lanes.size()) {
        return errc::unknown_lane;
    }
    auto stand = core_->stand_of(id, now);
    stand.is_paused = pause;
    stand.is_disabled &= pause;
    stand.by = by;
    return record(std::move(stand));
}

// --- looking -------------------------------------------------------------------------------------

task_view engine::core::view(slot_index slot) const {
    task_node const& node = tasks[slot];
    account_line const& line = room.line(node);
    bool const is_dead = node.state == task_state::dead;
    task_view v;
    v.id = node.id;
    v.lane = line.owner->id();
    v.account = line.account;
    v.state = node.state;
    v.attempts = node.attempts();
    v.accepted_at = node.accepted_at();
    v.not_before = node.not_before;
    v.next_attempt_at = is_dead ? wall_time{} : node.due();
    v.expires_at = node.expires_at();
    v.finished_at = is_dead ? node.due() : wall_time{};
    v.where = node.where;
    v.extras = node.extras();
    return v;
}

std::optional<task_view> engine::find(task_id id) const {
    slot_index const slot = core_->tasks.find(id);
    if (slot == no_slot) return std::nullopt;
    return core_->view(slot);
}

std::size_t engine::slots() const {
    return core_->tasks.slots();
}

std::optional<task_view> engine::view_at(std::size_t slot) const {
    auto const index = static_cast<slot_index>(slot);
    if (core_->tasks[index].id.is_nil()) return std::nullopt;
    return core_->view(index);
}

lane_view engine::view(lane_id id) const {
    lane_view v;
    v.lane = id;
    lane const* const l = core_->room.find_lane(id);
    if (!l) return v;
    v.is_configured = l->is_configured();
    v.is_paused = l->is_paused();
    v.is_disabled = l->is_disabled();
    v.is_breaker_open = l->is_breaker_open();
    v.limit = l->limit();
    v.by = l->by();
    v.version = l->version();
    v.scheduled = count(l->counts, task_state::scheduled);
    v.ready = count(l->counts, task_state::ready);
    v.in_flight = count(l->counts, task_state::in_flight);
    v.retry_wait = count(l->counts, task_state::retry_wait);
    v.dead = count(l->counts, task_state::dead);
    return v;
}

lane_pace engine::pace(lane_id id, instant now) const {
    bool const is_known = core_->room.find_lane(id) != nullptr;
    return is_known ? core_->room.lane_of(id).pace(now) : lane_pace{};
}

std::uint32_t engine::keyed_tasks(std::uint16_t order_slot) const {
    return core_->room.tasks_of_order_slot(order_slot);
}

std::chrono::milliseconds engine::attempt_timeout(lane_id id) const {
    lane const* const l = core_->room.find_lane(id);
    return l ? l->options().attempt_timeout : std::chrono::milliseconds(0);
}

void engine::repeat_lanes(instant now, std::vector<lane_changed>& out) const {
    for (std::size_t i = 0; i < core_->table_of_names.lanes.size(); ++i) {
        auto const id = static_cast<lane_id>(i);
        if (!core_->room.find_lane(id)) continue;
        auto stand = core_->stand_of(id, now);
        bool const is_open = stand.breaker_until == wall_time{} && stand.gate_until == wall_time{};
        if (is_open && !stand.is_paused && !stand.is_disabled) continue;
        out.push_back(std::move(stand));
    }
}

std::optional<lane_changed> engine::adopted_lane(lane_changed&& theirs, instant now) {
    auto ours = core_->stand_of(theirs.lane, now);
    bool const closes = theirs.gate_until > std::max(now.wall, ours.gate_until);
    bool const moves = merge_switch(ours, theirs);
    if (closes) {
        lane& l = core_->room.lane_of(theirs.lane);
        l.restore_gate(to_mono(theirs.gate_until, now), theirs.gate_by, now.mono);
        core_->room.place(l, now.mono);
        ours.gate_until = theirs.gate_until;
        ours.gate_by = std::move(theirs.gate_by);
    }
    if (!moves && !closes) return std::nullopt;
    return ours;
}

lane_changed engine::stand_of(lane_id id, instant now) const {
    return core_->stand_of(id, now);
}

lane_changed engine::core::stand_of(lane_id id, instant now) {
    lane& l = room.lane_of(id);
    auto const gates = l.pace(now);
    lane_changed stand;
    stand.lane = id;
    stand.is_paused = l.is_paused();
    stand.is_disabled = l.is_disabled();
    stand.by = l.by();
    stand.version = l.version();
    stand.at = now.wall;
    stand.gate_until = gates.gate_until.value_or(wall_time{});
    stand.gate_by = gates.gate_by;
    if (l.is_breaker_open()) {
        stand.breaker_until = gates.probe_at.value_or(now.wall); // the probe is under way: again
        stand.breaker_by = l.breaker_by();
    }
    return stand;
}

engine_counts engine::counts() const {
    state_counts const& counted = core_->room.counts();
    engine_counts c;
    c.scheduled = count(counted, task_state::scheduled);
    c.ready = count(counted, task_state::ready);
    c.in_flight = count(counted, task_state::in_flight);
    c.retry_wait = count(counted, task_state::retry_wait);
    c.dead = count(counted, task_state::dead);
    c.payload_bytes = core_->payload_bytes;
    c.idempotency_keys = core_->keys.size();
    c.content_keys = core_->contents.size();
    return c;
}

std::vector<std::pair<lane_id, wall_time>> engine::oldest_due() const {
    std::vector<std::pair<lane_id, wall_time>> oldest;
    core_->room.for_each_line([&](account_line const& line) {
        lane const& of = *line.owner;
        if (of.is_paused() || of.is_disabled() || !of.is_configured()) return;
        for (account_share const& share : line.shares) {
            if (share.line.empty()) continue;
            oldest.emplace_back(of.id(), core_->tasks[share.line.first()].not_before);
        }
    });
    std::ranges::sort(oldest);
    auto const same_lane = [](auto const& a, auto const& b) { return a.first == b.first; };
    auto const rest = std::ranges::unique(oldest, same_lane);
    oldest.erase(rest.begin(), rest.end());
    return oldest;
}

// --- the journal ---------------------------------------------------------------------------------

std::optional<accepted> engine::snapshot(task_id id, std::uint32_t segment) const {
    slot_index const slot = core_->tasks.find(id);
    if (slot == no_slot || core_->tasks[slot].where.segment != segment) return std::nullopt;
    accepted full = core_->outline(slot);
    task_node const& node = core_->tasks[slot];
    full.task.payload = node.payload();
    if (node.extras()) full.task.extras = task_extras(*node.extras());
    return full;
}

void engine::moved(task_id id, location to) {
    slot_index const slot = core_->tasks.find(id);
    if (slot == no_slot) return;
    core_->set_location(core_->tasks[slot], to);
}

} // namespace sluice::queue
