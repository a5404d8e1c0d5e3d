#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue {

using namespace std::chrono_literals;

journal_options rig::small() {
    journal_options options;
    options.segment_bytes = 64 << 10;
    options.first_segment_bytes = 64 << 10;
    options.history_segment_bytes = 32 << 10;
    options.seed = 42;
    return options;
}

rig::rig(queue::storage& disk, journal_options options)
    : own_files(std::make_unique<file_worker>(disk))
    , files(*own_files) {
    log.emplace(options, table);
    log->attach(*this);
}

rig::rig(job_worker& keeper, journal_options options)
    : files(keeper) {
    log.emplace(options, table);
    log->attach(*this);
}

boost::system::result<void> rig::start() {
    replay_visitor visitor;
    visitor.on_kept = [this](kept_task&& entry) {
        auto const& extras = entry.task.task.extras;
        if (extras && extras->idempotency) key_answers.push_back(extras->idempotency->answer);
    };
    visitor.on_record = [this](record&& r, sequence number) { on_record(std::move(r), number); };
    return log->recover(files, now, visitor, report);
}

void rig::on_record(record&& r, sequence number) {
    if (auto* const put = std::get_if<accepted>(&r)) {
        auto const id = put->task.id;
        if (auto const old = live.find(id); old != live.end()) log->on_released(old->second.where);
        log->on_live(put->where);
        live[id] = {std::string(put->task.payload.view()), put->where, put->attempts,
                    put->state == task_state::dead};
        payloads[id] = live[id].payload;
        accepted_ids.insert(id);
    } else if (auto const* again = std::get_if<retried>(&r)) {
        if (live.contains(again->id)) live[again->id].attempts = again->note.number;
    } else if (auto const* end = std::get_if<finished>(&r)) {
        settled_ids.insert(end->id);
        finished_ids.insert(end->id);
        auto const found = live.find(end->id);
        if (found == live.end()) return;
        if (log->is_to_keep(*end, number)) {
            log->keep(whole(end->id, found->second), *end, number);
        }
        log->on_released(found->second.where);
        live.erase(found);
    } else if (auto const* lane = std::get_if<lane_changed>(&r)) {
        std::string const name(table.lanes.name(lane->lane));
        if (lane->is_paused) {
            paused.insert(name);
        } else {
            paused.erase(name);
        }
    }
}

new_task rig::make_task(task_id id, std::string const& payload) const {
    new_task task;
    task.id = id;
    task.accepted_at = task.not_before = now.wall;
    task.payload = shared_bytes(payload);
    return task;
}

task_id rig::put(std::string const& payload) {
    auto const id = ids.next(now.wall);
    if (log->reserve(1, payload.size()).has_error()) {
        refused_ids.insert(id);
        return {};
    }
    accepted put;
    put.task = make_task(id, payload);
    put.task.lane = table.lanes.intern("crm");
    put.task.account = table.accounts.intern("163");
    payloads[id] = payload;
    auto const place = log->append(record(std::move(put)));
    puts_[place->number] = {id, *place, payload};
    return id;
}

std::vector<task_id> rig::adopt(adopted_slice const& slice,
                                std::vector<std::string> const& contents) {
    std::vector<task_id> taken;
    std::vector<record> records;
    for (auto const& content : contents) {
        taken.push_back(ids.next(now.wall));
        payloads[taken.back()] = content;
        accepted theirs;
        theirs.task = make_task(taken.back(), content);
        theirs.task.lane = table.lanes.intern("crm");
        theirs.task.account = table.accounts.intern("163");
        records.emplace_back(std::move(theirs));
    }
    auto const places = log->adopt(slice, records);
    for (std::size_t i = 0; i < places.size(); ++i)
        puts_[places[i].number] = {taken[i], places[i], contents[i]};
    return taken;
}

void rig::retry(task_id id) {
    auto& task = live.at(id);
    retried r;
    r.id = id;
    r.note.number = ++task.attempts;
    r.note.at = now.wall;
    r.note.detail = "connection refused";
    r.next_attempt_at = now.wall + 5s;
    log->append_later(record(std::move(r)));
}

accepted rig::whole(task_id id, live_task const& task) const {
    accepted all;
    all.task = make_task(id, task.payload);
    if (drops_payloads) all.task.payload = {};
    all.where = task.where;
    all.attempts = task.attempts;
    all.task.extras = std::make_unique<task_extras>();
    all.task.extras->idempotency = std::make_unique<idempotency>();
    all.task.extras->idempotency->answer = to_string(id);
    return all;
}

sequence rig::settle(task_id id, task_state state) {
    finished end;
    end.id = id;
    end.state = state;
    end.at = now.wall;
    end.note.number = 1;
    end.note.status = 200;
    auto const place = log->append_later(record(end));
    auto const& task = live.at(id);
    if (place) {
        ends_[place->number] = id;
        finished_ids.insert(id);
        log->keep(whole(id, task), end, place->number);
    }
    log->on_released(task.where);
    live.erase(id);
    return place ? place->number : 0;
}

void rig::pause(std::string const& lane) {
    paused.insert(lane);
    lane_changed r;
    r.lane = table.lanes.intern(lane);
    r.is_paused = true;
    r.by = "op";
    r.at = now.wall;
    log->append(record(std::move(r)));
}

void rig::run_commits() {
    while (auto job = log->next_commit(now)) {
        auto result = files.run(*job);
        log->on_job_done(std::move(*job), std::move(result), now);
    }
}

void rig::run_one_background() {
    if (auto job = log->next_background(now)) {
        auto result = files.run(*job);
        log->on_job_done(std::move(*job), std::move(result), now);
    }
}

void rig::run_jobs() {
    for (bool is_busy = true; is_busy;) {
        is_busy = false;
        run_commits();
        if (auto job = log->next_background(now)) {
            auto result = files.run(*job);
            log->on_job_done(std::move(*job), std::move(result), now);
            is_busy = true;
        }
    }
    run_commits();
}

void rig::pass(std::chrono::milliseconds time) {
    run_commits(); // as a driver does each turn: what waits begins to wait now
    now.wall += time;
    now.mono += time;
}

void rig::on_committed(committed_batch const& batch) {
    batches.push_back(batch);
    while (!puts_.empty() && puts_.begin()->first <= batch.last) {
        auto const put = std::move(puts_.begin()->second);
        puts_.erase(puts_.begin());
        location const where{batch.segment, static_cast<std::uint32_t>(put.payload.size()),
                             batch.offset + put.place.offset_in_batch};
        live[put.id] = {put.payload, where, 0, false};
        accepted_ids.insert(put.id);
        log->on_live(where);
    }
    while (!ends_.empty() && ends_.begin()->first <= batch.last) {
        settled_ids.insert(ends_.begin()->second);
        ends_.erase(ends_.begin());
    }
}

void rig::on_refused(sequence first, sequence last) {
    for (auto put = puts_.lower_bound(first); put != puts_.end() && put->first <= last;) {
        refused_ids.insert(put->second.id);
        put = puts_.erase(put);
    }
}

void rig::on_trouble(std::string_view operation, boost::system::error_code) {
    troubles.emplace_back(operation);
}

void rig::on_failed(std::string_view operation, boost::system::error_code) {
    failures.emplace_back(operation);
}

std::optional<accepted> rig::snapshot(task_id id, std::uint32_t segment) {
    auto const found = live.find(id);
    if (found == live.end() || found->second.where.segment != segment) return std::nullopt;
    auto all = whole(id, found->second);
    all.task.lane = table.lanes.intern("crm");
    all.task.account = table.accounts.intern("163");
    all.state = found->second.attempts != 0 ? task_state::retry_wait : task_state::scheduled;
    return all;
}

void rig::moved(task_id id, location to) {
    auto const found = live.find(id);
    if (found == live.end()) return;
    log->on_released(found->second.where);
    log->on_live(to);
    found->second.where = to;
}

void rig::append_lanes(std::vector<lane_changed>& out) {
    for (auto const& name : paused) {
        lane_changed r;
        r.lane = table.lanes.intern(name);
        r.is_paused = true;
        r.by = "op";
        r.at = now.wall;
        out.push_back(std::move(r));
    }
}

void check_promises(promises const& before, rig const& after, std::string const& what) {
    for (auto const& id : before.accepted_ids) {
        if (before.finished_ids.contains(id)) continue;
        auto const found = after.live.find(id);
        BOOST_TEST((found != after.live.end()), what << ": lost " << to_string(id));
        if (found == after.live.end()) continue;
        BOOST_TEST((found->second.payload == before.payloads.at(id)), what << ": payload");
    }
    for (auto const& id : before.refused_ids) {
        BOOST_TEST(!after.live.contains(id), what << ": refused and there " << to_string(id));
    }
    for (auto const& id : before.settled_ids) {
        BOOST_TEST(!after.live.contains(id), what << ": settled and there " << to_string(id));
    }
}

} // namespace sluice::queue
