#include "queue/dispatch/describe_task.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

// What live tasks, dead tasks and the history have in common.
void copy_extras(task_details& to, task_extras const* from) {
    if (!from) return;
    to.group = from->group;
    to.notes = from->notes;
    to.result = from->result;
    to.reason = from->reason;
    to.replay = from->replay;
    if (from->redriven_by) to.redriven_by = *from->redriven_by;
}

// What says where a task belongs and when it came, whichever of them holds it.
template <class Task>
task_details details_of_accepted(Task const& task, task_extras const* extras, names const& table) {
    task_details out;
    out.id = task.id;
    out.destination = table.lanes.name(task.lane);
    out.account = table.accounts.name(task.account);
    out.accepted_at = task.accepted_at;
    out.not_before = task.not_before;
    out.expires_at = task.expires_at;
    copy_extras(out, extras);
    return out;
}

// A redrive begins to count anew: attempts behind it go on from those before.
void number_through(std::vector<attempt_note>& notes) {
    std::uint32_t before = 0; // attempts of earlier lives
    std::uint32_t last = 0;   // as the journal has it
    for (auto& note : notes) {
        if (note.number <= last) before += last;
        last = note.number;
        note.number += before;
    }
}

void add_end(task_details& to, finished const& end) {
    auto const& note = end.note;
    bool const is_there =
        !to.notes.empty() && to.notes.back().number == note.number && to.notes.back().at == note.at;
    if (note.number != 0 && !is_there) to.notes.push_back(note);
    to.state = end.state;
    to.finished_at = end.at;
    to.next_attempt_at.reset();
    to.attempts = std::max(to.attempts, note.number);
    if (!end.result.empty()) to.result = end.result;
    if (!end.reason.empty()) to.reason = end.reason;
}

task_details unnumbered(task_view const& task, names const& table) {
    auto out = details_of_accepted(task, task.extras, table);
    out.state = task.state;
    out.attempts = task.attempts;
    if (task.state == task_state::dead) {
        out.finished_at = task.finished_at;
    } else if (task.state != task_state::in_flight) {
        out.next_attempt_at = task.next_attempt_at;
    }
    return out;
}

} // namespace

task_details details_of(task_view const& task, names const& table) {
    auto out = unnumbered(task, table);
    number_through(out.notes);
    return out;
}

task_details details_of(kept_task const& kept, names const& table) {
    auto const& task = kept.task.task;
    auto out = details_of_accepted(task, task.extras.get(), table);
    out.attempts = kept.task.attempts;
    add_end(out, kept.end);
    number_through(out.notes);
    return out;
}

task_details details_of(task_view const& task, finished const& end, names const& table) {
    auto out = unnumbered(task, table);
    add_end(out, end);
    number_through(out.notes);
    return out;
}

} // namespace sluice::queue
