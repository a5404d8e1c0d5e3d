#include "tests/queue/dispatch/loop_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

namespace sluice::queue {

class loop_fixture::jobs final : public job_runner {
  public:
    jobs(job_worker& on, dispatcher::completion done)
        : worker_(on)
        , done_(std::move(done)) {}

    void submit(disk_job&& job) override { waiting_.push_back(std::move(job)); }
    bool run_one() {
        if (waiting_.empty()) return false;
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        auto result = worker_.run(job);
        done_(std::move(job), std::move(result));
        return true;
    }

  private:
    job_worker& worker_;
    dispatcher::completion done_;
    std::deque<disk_job> waiting_;
};

struct loop_fixture::caller final : submit_handler {
    caller(loop_fixture& of, task_id task)
        : owner(of)
        , id(task) {}
    void on_submitted(submit_result&& result) override { owner.answers_[id] = result.ec; }

    loop_fixture& owner;
    task_id id;
};

loop_fixture::loop_fixture() {
    options.journal.segment_bytes = options.journal.first_segment_bytes = 64 << 10;
    options.journal.history_segment_bytes = 32 << 10;
    options.port_slots = 1024;
}

loop_fixture::~loop_fixture() {
    core.reset(); // before the context that it works on
}

void loop_fixture::restart() {
    core.reset();
    runners_.clear();
    sent_.clear();
    disk.kill();
    files.emplace(disk);
    core.emplace(io_, options, table, *this, *this);
    core->configure({{table.lanes.intern("crm"), crm}}, {});
    replay_report report;
    BOOST_REQUIRE(core->recover(*files, report, when_read).has_value());
    port_ = &core->add_port(io_);
    port_->bind(*this);
    core->on_fatal([this](boost::system::error_code) { must_end = true; });
    core->start([this](dispatcher::completion done) {
        auto made = std::make_unique<jobs>(*files, std::move(done));
        runners_.push_back(made.get());
        return made;
    });
    run();
}

void loop_fixture::turn() {
    core->wake();
    io_.restart();
    io_.poll();
}

void loop_fixture::run() {
    for (bool is_busy = true; is_busy;) {
        turn();
        is_busy = false;
        if (is_away) return;
        for (auto* const each : runners_)
            is_busy |= each->run_one();
    }
}

void loop_fixture::pass(std::chrono::milliseconds duration) {
    constexpr std::chrono::milliseconds step{50};
    for (run(); duration.count() > 0; duration -= step) {
        time.wall += step;
        time.mono += step;
        run();
    }
}

new_task loop_fixture::make_task(std::string const& payload) {
    new_task task;
    task.id = ids_.next(time.wall);
    task.lane = table.lanes.intern("crm");
    task.account = table.accounts.intern("163");
    task.accepted_at = task.not_before = time.wall;
    task.payload = shared_bytes(payload);
    return task;
}

task_id loop_fixture::hand_in(new_task&& task) {
    auto const id = task.id;
    submission call;
    call.handler = callers_.emplace_back(std::make_unique<caller>(*this, id)).get();
    call.tasks.push_back(std::move(task));
    BOOST_REQUIRE(port_->submit(std::move(call)));
    return id;
}

task_id loop_fixture::submit(std::string const& payload, std::string const& callback) {
    auto task = make_task(payload);
    if (!callback.empty()) {
        task.extras = std::make_unique<task_extras>();
        task.extras->callback = callback;
    }
    return hand_in(std::move(task));
}

task_id loop_fixture::submit_in_order(std::string const& key) {
    auto task = make_task("x");
    task.extras = std::make_unique<task_extras>();
    task.extras->order_key = key;
    return hand_in(std::move(task));
}

std::vector<task_id> loop_fixture::under_way() const {
    std::vector<task_id> ids;
    for (auto const& each : sent_)
        ids.push_back(each.what.id);
    return ids;
}

task_id loop_fixture::submit_once(std::string const& content) {
    auto task = make_task(content);
    task.extras = std::make_unique<task_extras>();
    auto& known_by = *(task.extras->content = std::make_unique<idempotency>());
    content.copy(reinterpret_cast<char*>(known_by.key.data()), known_by.key.size());
    known_by.body = known_by.key;
    known_by.lifetime = std::chrono::hours(1);
    return hand_in(std::move(task));
}

std::optional<boost::system::error_code> loop_fixture::answer_of(task_id id) const {
    auto const found = answers_.find(id);
    if (found == answers_.end()) return std::nullopt;
    return found->second;
}

std::optional<boost::system::error_code>
loop_fixture::ask(std::function<void(dispatcher&, done_handler)> const& question) {
    auto const answer = std::make_shared<std::optional<boost::system::error_code>>();
    question(*core, [answer](boost::system::error_code ec) { *answer = ec; });
    run();
    return *answer;
}

void loop_fixture::send(attempt&& a, outcome_sink& sink) {
    sent_.push_back({std::move(a), &sink});
}

void loop_fixture::answer_all(verdict what, std::uint16_t status) {
    outcome result;
    result.verdict = what;
    result.status = status;
    answer_all(result);
}

void loop_fixture::answer_all(outcome const& result) {
    for (auto& [a, sink] : std::exchange(sent_, {}))
        sink->on_outcome(std::move(a), outcome(result));
    run();
}

} // namespace sluice::queue
