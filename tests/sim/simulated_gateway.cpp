#include "tests/sim/simulated_gateway.hpp"

namespace sluice::tests {

using namespace std::chrono_literals;

std::vector<queue::lane_options> assorted_lanes() {
    queue::lane_options plain;
    plain.retry.schedule = {500ms, 2s};
    plain.retry.max_attempts = 4;
    plain.max_retry_after = 4s; // a clock that is set back holds nothing for an hour
    std::vector<queue::lane_options> lanes(4, plain);
    lanes[0].concurrency = 2;
    lanes[1].rate = 5;
    lanes[1].period = 1s;
    lanes[1].burst = 3;
    lanes[1].breaker = queue::breaker_options{4, 3s, 3s};
    lanes[2].pins_render_time = true;
    lanes[2].concurrency = 8;
    lanes[2].batch = 4;
    lanes[3].concurrency = 6;
    lanes[3].adaptive = queue::adaptive_options{2};
    lanes[3].breaker = queue::breaker_options{0, 1s, 4s, 0.5, 5s, 4};
    return lanes;
}

void held_jobs::run_one() {
    auto job = std::move(waiting_.front());
    waiting_.pop_front();
    auto result = worker_.run(job);
    done_(std::move(job), std::move(result));
}

std::optional<queue::new_task> simulated_reporter::make_report(queue::task_details const& ended,
                                                               queue::account_id account,
                                                               std::string_view callback,
                                                               queue::task_id id) const {
    queue::new_task task;
    task.id = id;
    task.lane = lane_;
    task.account = account;
    task.accepted_at = task.not_before = *ended.finished_at;
    task.payload = queue::shared_bytes(std::string(callback) + to_string(ended.id));
    return task;
}

simulated_gateway::simulated_gateway(simulated_storage& disk, simulated_clock& clock,
                                     simulated_destination& destination, finish_observer& ends,
                                     std::mt19937_64& random, simulation_options const& options)
    : worker_(disk)
    , clock_(clock)
    , destination_(destination)
    , ends_(ends)
    , random_(random)
    , options_(options) {}

simulated_gateway::~simulated_gateway() {
    // While the disk is full retries, and the gates that they closed, are in memory only.
    bool const has_all = core_ && core_->disk().stats().skipped_retries == 0;
    destination_.forget_gateway(has_all);
}

queue::dispatcher_options simulated_gateway::queue_options() {
    queue::dispatcher_options o;
    o.engine.seed = random_();
    o.engine.resident_horizon = options_.resident_horizon;
    o.journal.seed = random_();
    o.journal.segment_bytes = 16 * 1024;
    o.journal.portion_bytes = 6 * 1024;
    o.journal.first_segment_bytes = 16 * 1024;
    o.journal.history_segment_bytes = 8 * 1024;
    o.journal.limit = options_.journal_limit;
    o.port_slots = 64;
    return o;
}

std::string simulated_gateway::start() {
    core_ = std::make_unique<queue::dispatcher>(io_, queue_options(), names_, clock_, ends_);
    std::vector<queue::dispatcher::lane_setting> settings;
    for (std::size_t i = 0; i < options_.lanes.size(); ++i) {
        lanes_.push_back(names_.lanes.intern("lane" + std::to_string(i)));
        settings.push_back({lanes_.back(), options_.lanes[i]});
        destination_.set_lane(lanes_.back(), settings.back().options);
    }
    // The lanes above are numbered without gaps, in every life alike: this one comes behind them.
    auto const reports = names_.lanes.intern("reports");
    settings.push_back({reports, options_.lanes.front()});
    destination_.set_lane(reports, settings.back().options);
    destination_.keep_open(reports);
    reports_.use(reports);
    core_->set_reporter(&reports_);
    std::vector<std::pair<queue::account_id, std::uint32_t>> weights;
    for (std::size_t i = 0; i < options_.weights.size(); ++i) {
        accounts_.push_back(names_.accounts.intern("account" + std::to_string(i)));
        weights.emplace_back(accounts_.back(), options_.weights[i]);
    }
    core_->configure(settings, weights);
    queue::replay_report report;
    if (auto const read = core_->recover(worker_, report); !read) {
        return read.error().message() + " (" + report.text() + ")";
    }
    bool const is_torn = report.torn_bytes_dropped > 0;
    destination_.keep_gates([this, is_torn](queue::task_id id, std::uint32_t attempt) {
        return has_read_back(id, attempt, is_torn);
    });
    port_ = &core_->add_port(io_);
    port_->bind(destination_);
    core_->on_fatal([this](boost::system::error_code) { has_failed_ = true; });
    held_jobs** next = &commits_;
    core_->start([&](queue::dispatcher::completion done) {
        auto made = std::make_unique<held_jobs>(worker_, std::move(done));
        *next = made.get();
        next = &background_;
        return made;
    });
    return {};
}

simulated_gateway::picture simulated_gateway::live_tasks(bool with_attempts) const {
    picture all;
    core_->state().for_each([&](queue::task_view const& task) {
        bool const is_dead = task.state == queue::task_state::dead;
        all[task.id] = std::string(is_dead ? "dead" : "live") + " attempts " +
                       (with_attempts ? std::to_string(task.attempts) : "unknown") + " due " +
                       std::to_string(task.not_before.time_since_epoch().count());
        return true;
    });
    return all;
}

// Of a torn batch a later record may be whole and an earlier one not. A task that is gone has
// ended: whether by this attempt only its end tells, if it was told before the crash; the task may
// as well have expired as it was read back.
bool simulated_gateway::has_read_back(queue::task_id id, std::uint32_t attempt,
                                      bool is_torn) const {
    auto const task = core_->state().find(id);
    if (is_torn) return task && task->attempts == attempt;
    return task ? task->attempts >= attempt : ends_.has_seen(id);
}

std::string simulated_gateway::why_one_waits() const {
    std::string text;
    core_->state().for_each([&](queue::task_view const& task) {
        if (task.state == queue::task_state::dead) return true;
        auto const why = core_->state().explain(task.id, core_->now());
        text = to_string(task.id) + " of lane " + std::string(names_.lanes.name(task.lane)) +
               " is " + std::string(to_string(task.state)) + ", " + std::to_string(why.ahead) +
               " ahead";
        for (auto const& reason : why.reasons)
            text.append(", ").append(to_string(reason.kind));
        return false;
    });
    return text;
}

void simulated_gateway::submit(queue::new_task&& task) {
    queue::submission call;
    call.handler = &callers_.emplace_back(*this, task.id);
    call.tasks.push_back(std::move(task));
    port_->submit(std::move(call)); // full: not accepted, and nobody is told
}

void simulated_gateway::settle() {
    core_->wake();
    destination_.answer_due();
    io_.restart();
    io_.poll();
    destination_.note_heard();
}

void simulated_gateway::run_commits() {
    while (!commits_->is_idle()) {
        commits_->run_one();
        settle();
    }
}

void simulated_gateway::run_background() {
    while (!background_->is_idle()) {
        background_->run_one();
        settle();
    }
}

} // namespace sluice::tests
