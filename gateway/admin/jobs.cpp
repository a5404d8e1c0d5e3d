#include "gateway/admin/jobs.hpp"

#include "gateway/admin/object_writer.hpp"
#include "queue/core/error.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

namespace sluice::gateway::admin {

namespace {

constexpr std::size_t slice_places = 4096;         // looked at in one turn of the core
constexpr std::size_t slice_tasks = 256;           // done in one turn
constexpr std::size_t slice_copies = 64;           // each may be read from the disk
constexpr std::size_t most_unsettled = 16;         // slices whose records are not safe yet
constexpr std::chrono::milliseconds held_pause{5}; // while the history cannot follow

// Of any but a replay.
queue::bulk_action in_the_queue(job_action what) {
    switch (what) {
    case job_action::redrive:
        return queue::bulk_action::redrive;
    case job_action::purge:
        return queue::bulk_action::purge;
    default:
        return queue::bulk_action::cancel;
    }
}

// What state a task is in that the action is for; jobs for different ones never meet.
queue::task_state state_for(job_action what) {
    switch (what) {
    case job_action::redrive:
    case job_action::purge:
        return queue::task_state::dead;
    case job_action::replay:
        return queue::task_state::delivered;
    default:
        return queue::task_state::ready;
    }
}

// By what filters name; those that name tasks by ids were seen one by one.
bool may_meet(bulk_request const& one, bulk_request const& other) {
    auto const differ = [](std::string const& a, std::string const& b) {
        return !a.empty() && !b.empty() && a != b;
    };
    return !one.is_named && !other.is_named &&
           !differ(one.filter.destination, other.filter.destination) &&
           !differ(one.filter.account, other.filter.account);
}

} // namespace

std::string_view name_of(job_action what) {
    switch (what) {
    case job_action::cancel:
        return "cancel";
    case job_action::redrive:
        return "redrive";
    case job_action::purge:
        return "purge";
    case job_action::replay:
        return "replay";
    }
    return "";
}

std::string_view name_of(job_state state) {
    switch (state) {
    case job_state::running:
        return "running";
    case job_state::ended:
        return "ended";
    case job_state::stopped:
        return "stopped";
    }
    return "";
}

void append_job(std::string& out, job_report const& job) {
    object_writer object(out);
    object.text("id", std::to_string(job.number));
    object.text("action", name_of(job.action));
    object.text_or_null("by", job.by);
    object.text_or_null("destination", job.destination);
    object.text_or_null("account", job.account);
    object.text("state", name_of(job.state));
    if (job.rate == 0)
        object.member("rate") += "null";
    else
        object.number("rate", job.rate);
    object.number("matched", job.matched);
    if (job.expected) object.number("expected", *job.expected);
    object.number("done", job.counts.done);
    object.number("refused", job.counts.refused);
    if (job.counts.unknown != 0) object.number("unknown", job.counts.unknown);
    object.time("started_at", job.started_at);
    object.time("ended_at", job.ended_at);
    if (job.action == job_action::replay) object.text("job", std::to_string(job.number));
    if (!job.beside.empty()) {
        auto& numbers = object.member("beside");
        for (auto const& each : job.beside)
            numbers += fmt::format("{}\"{}\"", &each == &job.beside.front() ? '[' : ',', each);
        numbers += ']';
    }
    if (job.gateways.empty()) return;
    auto& names = object.member("gateways");
    for (auto const& each : job.gateways) {
        names += &each == &job.gateways.front() ? '[' : ',';
        codecs::append_json_string(names, each);
    }
    names += ']';
}

struct jobs::job {
    job(boost::asio::io_context& io, job_order&& order)
        : which(std::move(order.which))
        , by(std::move(order.by))
        , is_part(order.cluster_number != 0)
        , pace(which.rate)
        , timer(io)
        , on_end(std::move(order.on_end)) {}

    // Whether ids may be those of other gateways' tasks.
    bool is_elsewhere() const { return is_part && which.is_named; }

    // --- the admin thread's
    job_report report;
    bulk_request which; // the core reads it, too; nobody changes it
    std::string by;
    bool is_part; // of a job of a whole cluster
    job_pace pace;
    boost::asio::steady_timer timer;
    job_end_handler on_end;
    std::size_t place = 0; // where the next slice begins; among the ids where there are any
    std::size_t unsettled = 0;
    std::size_t copied = 0; // ids of the slice that is being copied
    bool is_asking = false; // a slice is on its way to the core
    bool is_walked = false; // there are no more slices
    bool is_waiting = false;

    // --- the core's
    std::optional<queue::task_matcher> matcher;
};

std::optional<job_report> jobs::start(job_order&& order) {
    if (running_.size() >= most_running) return std::nullopt;
    auto const what = order.what;
    auto const number = order.cluster_number != 0 ? order.cluster_number : next_number_++;
    auto gateways = std::move(order.gateways);
    auto const j = std::make_shared<job>(io_, std::move(order));
    j->report.gateways = std::move(gateways);
    j->report.number = number;
    j->report.action = what;
    j->report.rate = j->which.rate;
    j->report.expected = j->which.expected;
    j->report.beside = beside(what, j->which);
    j->report.by = j->by;
    j->report.destination = j->which.filter.destination;
    j->report.account = j->which.filter.account;
    j->report.started_at = clock_.now().wall;
    if (what == job_action::replay && !j->is_elsewhere()) j->report.matched = j->which.ids.size();
    j->is_walked = what == job_action::replay && j->which.ids.empty();
    running_.push_back(j);
    j->pace.on_tick();
    go_on(j);
    return j->report;
}

std::vector<std::uint64_t> jobs::beside(job_action what, bulk_request const& which) const {
    std::vector<std::uint64_t> numbers;
    for (auto const& each : running_) {
        bool const is_for_the_same = state_for(each->report.action) == state_for(what);
        if (is_for_the_same && may_meet(each->which, which)) numbers.push_back(each->report.number);
    }
    return numbers;
}

bool jobs::stop(std::uint64_t number) {
    for (auto const& j : running_) {
        if (j->report.number != number || j->report.state != job_state::running) continue;
        j->report.state = job_state::stopped;
        j->is_walked = true;
        j->timer.cancel();
        auto const kept = j; // `end` takes it out of the list
        if (!kept->is_asking && kept->unsettled == 0) end(kept);
        return true;
    }
    return false;
}

std::optional<job_report> jobs::find(std::uint64_t number) const {
    for (auto const& each : list()) {
        if (each.number == number) return each;
    }
    return std::nullopt;
}

std::deque<job_report> jobs::list() const {
    auto all = ended_;
    for (auto const& j : running_)
        all.push_back(j->report);
    return all;
}

void jobs::go_on(job_pointer const& j) {
    if (j->is_asking || j->is_waiting || j->unsettled >= most_unsettled) return;
    if (j->is_walked) {
        if (j->unsettled == 0) end(j);
        return;
    }
    bool const is_replay = j->report.action == job_action::replay;
    auto const most = is_replay ? slice_copies : slice_tasks;
    auto const tasks = static_cast<std::size_t>(j->pace.allowed(most));
    bool const is_asked = tasks > 0 && (is_replay ? ask_copies(j, tasks) : ask(j, tasks));
    if (!is_asked) wait(j, job_pace::tick);
}

// One slice; false when the core's ring is full.
bool jobs::ask(job_pointer const& j, std::size_t tasks) {
    auto const settled = [this, j](queue::bulk_counts counts) {
        port_.tell([this, j, counts] { on_settled(j, counts); });
    };
    auto const place = j->place;
    j->is_asking = port_.call([this, j, place, tasks, settled](queue::dispatcher& core) {
        auto const& ids = j->which.ids;
        queue::bulk_step step;
        auto const what = in_the_queue(j->report.action);
        if (queue::must_wait(core, what)) {
            settled({});
            port_.tell([this, j] { on_held(j); });
            return;
        }
        if (!ids.empty()) {
            auto const part = std::span(ids).subspan(place, std::min(tasks, ids.size() - place));
            if (place + part.size() < ids.size()) step.next = place + part.size();
            std::vector<queue::task_id> here(part.begin(), part.end());
            if (j->is_elsewhere()) {
                std::erase_if(here, [&core](auto const& id) { return !core.state().find(id); });
            }
            step.matched = here.size();
            apply_to(core, what, here, j->by, settled);
        } else {
            if (!j->matcher) j->matcher.emplace(j->which.filter, core.table());
            step = apply_to(core, what, *j->matcher, {place, slice_places, tasks}, j->by, settled);
        }
        port_.tell([this, j, step] { on_walked(j, step); });
    });
    if (j->is_asking) ++j->unsettled;
    return j->is_asking;
}

// --- replay --------------------------------------------------------------------------------------

// The new tasks of one slice on their way into the queue; lives until the last was answered.
class jobs::replays {
  public:
    replays(std::size_t count, queue::settled_handler settled)
        : entries_(count)
        , missing_(count)
        , settled_(std::move(settled)) {}

    // Nothing: there is no such task any more.
    void submit(std::size_t i, std::optional<queue::new_task> task, queue::port& port,
                std::shared_ptr<replays> const& self) {
        if (!task) return count({.refused = 1});
        auto& entry = entries_[i];
        entry.all = self;
        queue::submission call;
        call.handler = &entry;
        call.tasks.push_back(std::move(*task));
        call.may_lose_order = true;
        if (port.submit(std::move(call))) return;
        entry.all.reset();
        count({.refused = 1});
    }

  private:
    struct entry final : queue::submit_handler {
        std::shared_ptr<replays> all;
        void on_submitted(queue::submit_result&& result) override {
            auto const kept = std::move(all);
            bool const is_unknown = result.ec == queue::errc::outcome_unknown;
            kept->count(
                {.done = !result.ec, .refused = result.ec && !is_unknown, .unknown = is_unknown});
        }
    };
    void count(queue::bulk_counts const& one) {
        counts_.done += one.done;
        counts_.refused += one.refused;
        counts_.unknown += one.unknown;
        if (--missing_ == 0) settled_(counts_);
    }

    std::vector<entry> entries_;
    std::size_t missing_;
    queue::settled_handler settled_;
    queue::bulk_counts counts_;
};

// One slice of copies; false when the core's ring is full.
bool jobs::ask_copies(job_pointer const& j, std::size_t tasks) {
    auto const count = std::min(tasks, j->which.ids.size() - j->place);
    j->copied = count;
    auto const box = std::make_shared<copies>(count);
    auto const missing = std::make_shared<std::size_t>(count);
    j->is_asking = port_.call([this, j, box, missing, place = j->place](queue::dispatcher& core) {
        for (std::size_t i = 0; i < box->size(); ++i) {
            auto const& id = j->which.ids[place + i];
            core.copy(id, [this, j, box, missing, i, &id](auto task) {
                if (task) task->extras.made().replay = queue::replayed{id, j->by};
                (*box)[i] = std::move(task);
                if (--*missing == 0) port_.tell([this, j, box] { on_copied(j, *box); });
            });
        }
    });
    if (j->is_asking) ++j->unsettled;
    return j->is_asking;
}

void jobs::on_copied(job_pointer const& j, copies& tasks) {
    j->is_asking = false;
    j->place += j->copied;
    j->is_walked |= j->place >= j->which.ids.size();
    bool const is_stopped = j->report.state != job_state::running;
    // A part of a cluster's job is given ids that are elsewhere.
    if (is_stopped) tasks.clear();
    if (j->is_elsewhere()) {
        std::erase_if(tasks, [](auto const& task) { return !task; });
        j->report.matched += tasks.size();
    }
    auto const now = clock_.now().wall;
    auto const sent =
        std::make_shared<replays>(tasks.size(), [this, j](auto counts) { on_settled(j, counts); });
    j->pace.spend(tasks.size());
    if (tasks.empty()) return on_settled(j, {});
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (tasks[i]) {
            tasks[i]->id = ids_.next(now);
            tasks[i]->accepted_at = tasks[i]->not_before = now;
        }
        sent->submit(i, std::move(tasks[i]), port_, sent);
    }
    if (!j->report.ended_at) go_on(j);
}

void jobs::wait(job_pointer const& j, std::chrono::milliseconds pause) {
    j->is_waiting = true;
    j->timer.expires_after(pause);
    j->timer.async_wait([this, j, is_tick = pause == job_pace::tick](boost::system::error_code) {
        on_pause(j, is_tick);
    });
}

void jobs::on_pause(job_pointer const& j, bool is_tick) {
    j->is_waiting = false;
    if (j->report.ended_at) return;
    if (is_tick) j->pace.on_tick();
    go_on(j);
}

void jobs::on_walked(job_pointer const& j, queue::bulk_step const& step) {
    j->is_asking = false;
    j->report.matched += step.matched;
    j->pace.spend(step.matched);
    j->is_walked |= !step.next;
    j->place = step.next.value_or(0);
    go_on(j);
}

void jobs::on_held(job_pointer const& j) {
    j->is_asking = false;
    if (j->is_walked) return go_on(j); // it was stopped meanwhile
    wait(j, held_pause);
}

void jobs::on_settled(job_pointer const& j, queue::bulk_counts counts) {
    --j->unsettled;
    j->report.counts.done += counts.done;
    j->report.counts.refused += counts.refused;
    j->report.counts.unknown += counts.unknown;
    go_on(j);
}

void jobs::end(job_pointer const& j) {
    if (j->report.state == job_state::running) j->report.state = job_state::ended;
    j->report.ended_at = clock_.now().wall;
    std::erase(running_, j);
    ended_.push_back(j->report);
    if (ended_.size() > kept_reports) ended_.pop_front();
    if (j->on_end) j->on_end(j->report);
}

} // namespace sluice::gateway::admin
