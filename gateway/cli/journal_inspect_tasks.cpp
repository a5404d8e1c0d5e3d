// journal stats and journal export: the tasks that the records add up to.
#include "codecs/rfc3339.hpp"
#include "gateway/cli/journal_inspect.hpp"
#include "gateway/cli/journal_text.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/journal/replay.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <ostream>

namespace sluice::gateway::cli {

using namespace queue;

namespace {

// What is left of a task once its records are added up.
struct summed_task {
    sequence full_record = 0; // its last put or copy
    location where;
    task_state state = task_state::scheduled;
    std::uint32_t attempts = 0;
    wall_time next_attempt_at{};
    wall_time not_before{};
};

class sum {
  public:
    using tasks = boost::unordered_flat_map<task_id, summed_task, task_id_hash>;

    void add(record const& r, sequence number) {
        number_ = number;
        std::visit([this](auto const& each) { apply(each); }, r);
    }
    tasks const& all() const { return tasks_; }
    summed_task const* find(task_id id) const {
        auto const found = tasks_.find(id);
        return found == tasks_.end() ? nullptr : &found->second;
    }

  private:
    void apply(accepted const& r) {
        tasks_[r.task.id] = {number_,    r.where,           r.state,
                             r.attempts, r.next_attempt_at, r.task.not_before};
    }
    void apply(retried const& r) {
        auto const found = tasks_.find(r.id);
        if (found == tasks_.end()) return;
        found->second.state = task_state::retry_wait;
        found->second.attempts = r.note.number;
        found->second.next_attempt_at = r.next_attempt_at;
    }
    void apply(finished const& r) {
        auto const found = tasks_.find(r.id);
        if (found == tasks_.end()) return;
        if (r.state == task_state::dead) {
            found->second.state = task_state::dead;
            // Number 0: it ended without another attempt.
            if (r.note.number != 0) found->second.attempts = r.note.number;
        } else {
            tasks_.erase(found);
        }
    }
    void apply(redriven const& r) {
        auto const found = tasks_.find(r.id);
        if (found == tasks_.end()) return;
        found->second.state = task_state::scheduled;
        found->second.attempts = 0;
        found->second.not_before = r.not_before;
    }
    void apply(purged const& r) { tasks_.erase(r.id); }
    void apply(started const&) {}
    void apply(lane_changed const&) {}

    tasks tasks_;
    sequence number_ = 0;
};

using visit_record = std::function<void(record&&, sequence)>;

// Reads the journal; the exit code, or nothing if all went well.
std::optional<int> read(job_worker& disk, names& table, visit_record const& visit,
                        segment_table& segments, replay_report& report, std::ostream& errors) {
    auto const listed = disk.run({list_job{}, 0});
    replay_visitor visitor;
    visitor.on_record = visit;
    auto tail = listed.error
                    ? boost::system::result<replay_tail>(listed.error)
                    : replay_journal(disk, listed.entries, table, visitor, segments, report);
    if (tail.has_error()) {
        errors << "cannot read the journal: " << tail.error().message() << '\n';
        return exit_cannot_reach;
    }
    // What a torn end left whole counts as well.
    auto number = tail->next;
    for (auto& r : tail->salvaged)
        visit(std::move(r), number++);
    return std::nullopt;
}

// A journal that was read to its end.
struct read_journal {
    names table;
    segment_table segments;
    replay_report report;
    sum tasks;
};

// The exit code where it cannot be read.
std::optional<int> sum_up(job_worker& disk, read_journal& into, std::ostream& errors) {
    auto const add = [&into](record&& r, sequence number) { into.tasks.add(r, number); };
    return read(disk, into.table, add, into.segments, into.report, errors);
}

void print_task(accepted const& r, summed_task const& task, names const& table, std::ostream& out) {
    out << fmt::format(
        R"({{"id":"{}","state":"{}","destination":{},"account":{},"accepted_at":"{}",)"
        R"("not_before":"{}","attempts":{})",
        to_string(r.task.id), to_string(task.state), json_string(table.lanes.name(r.task.lane)),
        json_string(table.accounts.name(r.task.account)), codecs::to_rfc3339(r.task.accepted_at),
        codecs::to_rfc3339(task.not_before), task.attempts);
    if (r.task.expires_at != never)
        out << R"(,"expires_at":")" << codecs::to_rfc3339(r.task.expires_at) << '"';
    if (task.state == task_state::retry_wait) {
        out << R"(,"next_attempt_at":")" << codecs::to_rfc3339(task.next_attempt_at) << '"';
    }
    if (r.task.extras && !r.task.extras->group.is_nil()) {
        out << R"(,"group":")" << to_string(r.task.extras->group) << '"';
    }
    if (r.task.extras && !r.task.extras->order_key.empty()) {
        out << R"(,"order_key":)" << json_string(r.task.extras->order_key);
    }
    out << R"(,"payload_base64":")" << base64(r.task.payload.view()) << "\"}\n";
}

struct totals {
    std::array<std::uint64_t, 8> tasks{}; // by state
    std::uint64_t files = 0;              // of the history
    std::uint64_t history_bytes = 0;
    std::uint64_t used = 0; // bytes of the segments that hold records
    std::uint64_t live = 0;
};

totals count(job_worker& disk, sum const& tasks, segment_table& segments) {
    totals t;
    for (auto const& [id, task] : tasks.all()) {
        ++t.tasks[static_cast<std::size_t>(task.state)];
        segments.on_live(task.where);
    }
    t.live = segments.live_bytes();
    for (auto const& s : segments.all())
        t.used += s.end;
    for (auto const& entry : disk.run({list_job{}, 0}).entries) {
        if (entry.segment.kind != segment_kind::history) continue;
        ++t.files;
        t.history_bytes += entry.bytes;
    }
    return t;
}

std::string states_as_json(totals const& t) {
    std::string text;
    for (std::size_t i = 0; i < t.tasks.size(); ++i) {
        auto const state = static_cast<task_state>(i);
        if (is_finished(state) && state != task_state::dead) continue; // never in the journal's sum
        if (!text.empty()) text += ',';
        text += fmt::format(R"("{}":{})", to_string(state), t.tasks[i]);
    }
    return text;
}

void print_stats(totals const& t, segment_table const& segments, std::ostream& out) {
    for (auto const& s : segments.all()) {
        out << fmt::format("{}  {} bytes, {} used, {} live in {} tasks\n", to_string(ref_of(s)),
                           s.size(), s.end, s.live_bytes, s.live_records);
    }
    out << fmt::format("journal: {} segments, {} bytes used, {} live, {} garbage\n",
                       segments.all().size(), t.used, t.live, t.used - std::min(t.used, t.live));
    out << fmt::format("history: {} files, {} bytes\n", t.files, t.history_bytes);
    for (auto const state : {task_state::scheduled, task_state::retry_wait, task_state::dead}) {
        out << fmt::format("{}: {}\n", to_string(state), t.tasks[static_cast<std::size_t>(state)]);
    }
}

} // namespace

int journal_stats_text(job_worker& disk, inspect_options const& options, std::ostream& out,
                       std::ostream& errors) {
    read_journal found;
    if (auto const failed = sum_up(disk, found, errors)) return *failed;
    auto const& segments = found.segments;
    auto const t = count(disk, found.tasks, found.segments);
    if (options.as_json) {
        out << fmt::format(R"({{"segments":{},"bytes":{},"live_bytes":{},"garbage_bytes":{},)"
                           R"("history_files":{},"history_bytes":{},"tasks":{{{}}}}})"
                           "\n",
                           segments.all().size(), t.used, t.live, t.used - std::min(t.used, t.live),
                           t.files, t.history_bytes, states_as_json(t));
    } else {
        print_stats(t, segments, out);
    }
    return tell_damage(found.report, errors);
}

// Twice over the files, so that memory holds no payloads.
int journal_export(job_worker& disk, inspect_options const&, std::ostream& out,
                   std::ostream& errors) {
    read_journal found;
    if (auto const failed = sum_up(disk, found, errors)) return *failed;
    auto const print = [&](record&& r, sequence number) {
        auto const* const full = std::get_if<accepted>(&r);
        if (full == nullptr) return;
        auto const* const task = found.tasks.find(full->task.id);
        if (task != nullptr && task->full_record == number) {
            print_task(*full, *task, found.table, out);
        }
    };
    segment_table again;
    replay_report ignored;
    if (auto const failed = read(disk, found.table, print, again, ignored, errors)) return *failed;
    return tell_damage(found.report, errors);
}

} // namespace sluice::gateway::cli
