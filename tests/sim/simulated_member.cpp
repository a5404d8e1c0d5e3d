#include "tests/sim/simulated_member.hpp"

#include "queue/core/error.hpp"
#include "queue/postgres/postgres_error.hpp"

#include <algorithm>
#include <array>

namespace sluice::tests {

using namespace std::chrono_literals;
using queue::postgres::postgres_errc;

// Its clocks begin anywhere and go a little faster or slower than the world's.
simulated_member::simulated_member(cluster_world& world, std::string name, int process,
                                   simulated_adoption::interlude between)
    : world_(world)
    , name_(std::move(name))
    , process_(process)
    , pace_(0.97 + 0.06 * static_cast<double>(world.random() % 100) / 100)
    , boot_(std::chrono::hours(1 + world.random() % 1000))
    , well_since_(world.now)
    , membership_(world, name_, process, is_cut_)
    , pauses_(world, is_cut_)
    , destination_(clock_, world.random)
    , between_(std::move(between)) {
    // Its wall clock has followed the world's since the simulation began, not quite.
    auto const offset = std::chrono::milliseconds(world.random() % 2000);
    clock_.advance(world.now.time_since_epoch() + offset);
}

simulated_member::~simulated_member() = default;

// --- time and faults ----------------------------------------------------------------------------

void simulated_member::advance(std::chrono::milliseconds by) {
    rest_ += static_cast<double>(by.count()) * pace_;
    auto const passed = std::chrono::milliseconds(static_cast<std::int64_t>(rest_));
    rest_ -= static_cast<double>(passed.count());
    boot_ += passed;
    if (is_suspended_) {
        slept_ += passed; // its monotonic clock stands still
    } else {
        clock_.advance(passed);
    }
    if (is_frozen_ && world_.now >= wakes_at_) {
        if (is_suspended_) clock_.step_wall(std::exchange(slept_, 0ms));
        is_frozen_ = is_suspended_ = false;
        well_since_ = world_.now;
    }
    if (is_cut_ && world_.now >= mended_at_) {
        is_cut_ = false;
        well_since_ = world_.now;
    }
    // What was due by the clock of whoever had it before may go again.
    world_.latest_wall = std::max(world_.latest_wall, clock_.now().wall);
    clock_.saw(world_.latest_wall);
}

void simulated_member::freeze(true_time until, bool is_suspended) {
    if (is_frozen_) return;
    is_frozen_ = true;
    is_suspended_ = is_suspended;
    wakes_at_ = until;
}

void simulated_member::cut(true_time until) {
    is_cut_ = true;
    mended_at_ = until;
}

void simulated_member::heal() {
    wakes_at_ = mended_at_ = {};
    advance(0ms);
    destination_.heal();
    if (worker_) worker_->calm();
    if (claims_) claims_->calm();
}

// --- a step -------------------------------------------------------------------------------------

void simulated_member::step() {
    if (is_frozen_ || life_ == life::over) return;
    // Its threads take turns in any order.
    if (life_ != life::joining && world_.random() % 2) run_queue();
    membership_.step(boot_);
    if (life_ == life::joining && membership_.is_joined()) start_queue();
    if (membership_.is_over()) life_ = life::over;
    if (life_ == life::over || life_ == life::joining) return;
    run_queue();
    if (life_ == life::draining) return go_on_ending();
    if (life_ != life::running) return;
    pauses_.step(boot_);
    for (auto const& log : membership_.take_adoptable())
        adoption_->take_over(log);
    adoption_->step();
    pace_of_all_->step();
    homes_->step(boot_);
}

void simulated_member::run_queue() {
    settle();
    run_jobs();
}

void simulated_member::settle() {
    core_->wake();
    destination_.answer_due();
    io_.restart();
    io_.poll();
    destination_.note_heard();
}

bool simulated_member::patient_jobs::run_one() {
    if (waiting_.empty()) return false;
    auto result = worker_.attempt(waiting_.front());
    if (!result) return false;
    auto job = std::move(waiting_.front());
    waiting_.pop_front();
    done_(std::move(job), std::move(*result));
    return true;
}

void simulated_member::run_jobs() {
    bool const is_slow = !world_.is_calm && world_.random() % 3 == 0;
    for (int i = 0; i < (is_slow ? 1 : 6) && life_ != life::over; ++i) {
        bool const has_done = commits_->run_one();
        bool const has_claimed = claims_->step();
        if (!(background_->run_one() || has_done || has_claimed)) return;
        settle();
    }
}

void simulated_member::drain() {
    if (life_ != life::running) return;
    life_ = life::draining;
    adoption_.reset();
    ends_at_ = world_.now + 15s;
    core_->drain([this] { is_drained_ = true; });
}

void simulated_member::go_on_ending() {
    if (is_drained_) membership_.leave();
    if (is_drained_ || world_.now >= ends_at_) life_ = life::over;
}

// --- the queue ----------------------------------------------------------------------------------

void simulated_member::start_queue() {
    worker_ = std::make_unique<simulated_log_worker>(world_.db, world_.random, world_.now, is_cut_,
                                                     world_.bugs, own());
    if (world_.is_calm) worker_->calm();
    queue::dispatcher_options o;
    o.engine.seed = world_.random();
    o.engine.shares_limits = true;
    o.engine.resident_horizon = process_ % 2 ? 2000ms : 3'600'000ms;
    o.journal.seed = world_.random();
    o.journal.segment_bytes = o.journal.first_segment_bytes = 16 * 1024;
    o.journal.history_segment_bytes = 8 * 1024;
    o.journal.unwritten_records = 60;
    o.journal.stall_after = 1s;
    o.port_slots = 64;
    o.answer_within = 3s;
    queue::observer& events = *this;
    core_ = std::make_unique<queue::dispatcher>(io_, o, names_, clock_, events);
    configure();
    queue::replay_report report;
    auto const settle = [this](queue::engine const& read) -> boost::system::error_code {
        if (settle_keys(read)) return {};
        return postgres_errc::unreachable;
    };
    if (auto const read = core_->recover(*worker_, report, settle); !read) {
        life_ = life::over;
        bool const is_away = read.error() == postgres_errc::unreachable;
        if (!is_away) failed(read.error());
        return;
    }
    if (!pauses_.open(*core_, boot_)) {
        life_ = life::over;
        return;
    }
    if (!world_.bugs.takes_any_forward) core_->begin_order();
    port_ = &core_->add_port(io_);
    port_->bind(*this);
    core_->set_right(this);
    core_->on_fatal([this](boost::system::error_code ec) { failed(ec); });
    std::array<patient_jobs**, 2> const lanes{&commits_, &background_};
    std::size_t next = 0;
    core_->start([&](queue::dispatcher::completion done) {
        auto made = std::make_unique<patient_jobs>(*worker_, std::move(done));
        *lanes[next++] = made.get();
        return made;
    });
    core_->claim_keys({}, [this](queue::dispatcher::claim_completion done) {
        auto made = std::make_unique<simulated_claims>(world_.db, world_.random, world_.now,
                                                       is_cut_, own(), std::move(done));
        claims_ = made.get();
        if (world_.is_calm) claims_->calm();
        return made;
    });
    adoption_ = std::make_unique<simulated_adoption>(world_, *core_, own().log, is_cut_, between_);
    pace_of_all_ = std::make_unique<simulated_pace>(
        world_, *core_, own(), is_cut_, static_cast<std::uint64_t>(process_) * 7919 + own().log);
    homes_ = std::make_unique<simulated_homes>(world_, *core_, own(), is_cut_);
    life_ = life::running;
    well_since_ = world_.now;
}

// What a former self left open, before anything is taken.
bool simulated_member::settle_keys(queue::engine const& read) {
    if (is_cut_ || world_.db.is_away()) return false;
    auto open = world_.db.undecided_claims(own());
    std::erase_if(open, [&](queue::undecided_claim const& one) {
        auto const* const known = read.known_key(one.name.key, one.name.is_content);
        return known != nullptr && known->answer == one.answer;
    });
    world_.db.settle_claims(own(), open);
    return true;
}

// Each process numbers its lanes and accounts in its own way.
void simulated_member::configure() {
    auto const options = assorted_lanes();
    if (process_ % 2) {
        for (auto i = options.size(); i > 0; --i)
            names_.lanes.intern("lane" + std::to_string(i - 1));
        names_.accounts.intern("account1");
    }
    std::vector<queue::dispatcher::lane_setting> settings;
    auto const add = [&](std::string const& name, queue::lane_options const& its) {
        lanes_.push_back(names_.lanes.intern(name));
        settings.push_back({lanes_.back(), its});
        destination_.set_lane(lanes_.back(), its);
    };
    for (std::size_t i = 0; i < options.size(); ++i)
        add("lane" + std::to_string(i), options[i]);
    add("reports", options.front());
    destination_.keep_open(lanes_.back());
    reports_.use(lanes_.back());
    core_->set_reporter(&reports_);
    for (auto const* const name : {"account0", "account1"})
        accounts_.push_back(names_.accounts.intern(name));
    core_->configure(settings, {{accounts_[0], 1}, {accounts_[1], 2}});
}

// What a journal may end with: its log has another owner, or the server has lost what it had.
void simulated_member::failed(boost::system::error_code ec) {
    life_ = life::over;
    bool const is_owner = world_.db.state().owns(own().log, own().epoch);
    if (ec == postgres_errc::fenced && !is_owner) return;
    if (world_.may_lack) return;
    world_.judge.violate(name_ + " of log " + std::to_string(own().log) + " ends at " +
                         std::string(failed_at_) + " with: " + ec.message());
}

void simulated_member::send(queue::attempt&& a, queue::outcome_sink& sink) {
    world_.judge.sent(actor(), a);
    world_.judge.sent_to(actor(), std::string(names_.lanes.name(a.lane)), world_.now,
                         pauses_.believes_away(boot_));
    // A standby that lacked what was written may have led: somebody may hold what it did not show.
    auto const lane = std::string(names_.lanes.name(a.lane));
    if (!world_.may_lack) {
        auto const options = destination_.options(a.lane);
        if (auto why = world_.pace.sent(lane, options, world_.now); !why.empty())
            world_.judge.violate(name_ + ": " + why);
    }
    destination_.send(std::move(a), sink);
}

void simulated_member::on_task_finished(task_finished const& event) {
    bool const is_unread = event.reason.find("cannot be read back") != std::string_view::npos;
    bool const is_owner = world_.db.state().owns(own().log, own().epoch);
    if (is_unread && is_owner && !world_.may_lack) {
        world_.judge.violate(name_ + " ends " + to_string(event.id) + ": " +
                             std::string(event.reason));
    }
    world_.judge.ended(actor(), event.id);
}

void simulated_member::on_storage_failed(std::string_view operation, boost::system::error_code) {
    failed_at_ = operation;
}

void simulated_member::answer(queue::task_id id, queue::submit_result const& result) {
    auto const& ec = result.ec;
    world_.keys.told(id, result);
    if (!ec) {
        world_.judge.accepted(id);
    } else if (ec != queue::errc::outcome_unknown) {
        world_.judge.refused(id);
    }
}

// --- what is asked of it ------------------------------------------------------------------------

void simulated_member::submit(queue::new_task&& task,
                              std::shared_ptr<std::vector<queue::held_slot> const> named,
                              bool is_listening) {
    queue::submission call;
    std::string line;
    if (task.extras && !task.extras->order_key.empty()) {
        line = std::string(names_.lanes.name(task.lane)) + "/" +
               std::string(names_.accounts.name(task.account)) + "/" + task.extras->order_key;
    }
    world_.judge.submitted(task, std::move(line));
    world_.keys.submitted(task);
    call.handler = &callers_.emplace_back(*this, task.id, is_listening);
    call.tasks.push_back(std::move(task));
    call.named_slots = std::move(named);
    port_->submit(std::move(call)); // full: not accepted, and nobody is told
}

void simulated_member::cancel(queue::task_id id) {
    core_->cancel(id, "the simulation", [](boost::system::error_code) {});
}

void simulated_member::change_lane(std::size_t i, bool is_pause) {
    std::string name(names_.lanes.name(lanes_[i]));
    pauses_.change({std::move(name), is_pause, "the simulation"}, boot_);
}

// By whatever gateway: its receivers are open again.
void simulated_member::on_lane_changed(queue::lane_id lane, std::string_view what,
                                       std::string_view) {
    if (what == "resumed") destination_.resume(lane);
}

std::string simulated_member::stray_lane() const {
    for (auto const lane : core_ ? lanes_ : std::vector<queue::lane_id>()) {
        std::string const name(names_.lanes.name(lane));
        auto const view = core_->state().view(lane);
        auto const row = world_.db.state().lanes.find(name);
        queue::lane_stand const none;
        auto const& stand = row == world_.db.state().lanes.end() ? none : row->second.stand;
        if (view.is_paused != stand.is_paused || view.is_disabled != stand.is_disabled)
            return name_ + " has " + name + " otherwise than the table";
    }
    return {};
}

void simulated_member::resume_lanes() {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        auto const view = core_->state().view(lanes_[i]);
        if (view.is_paused || view.is_disabled) change_lane(i, false);
    }
}

std::uint32_t simulated_member::in_flight(std::string const& lane) const {
    if (!core_ || life_ == life::over || !world_.db.state().owns(own().log, own().epoch)) return 0;
    auto const id = names_.lanes.find(lane);
    // Attempts: one may carry several tasks.
    return id ? core_->state().pace(*id, clock_.now()).in_flight : 0;
}

bool simulated_member::is_idle() const {
    return life_ == life::running && adoption_->is_idle() && core_->state().counts().live() == 0;
}

std::string simulated_member::why_one_waits() const {
    std::string text = name_ + (adoption_ && !adoption_->is_idle() ? " adopts" : "");
    if (!core_) return text + " is joining";
    core_->state().for_each([&](queue::task_view const& task) {
        if (task.state == queue::task_state::dead) return true;
        auto const why = core_->state().explain(task.id, core_->now());
        text += " " + to_string(task.id) + " of lane " + std::string(names_.lanes.name(task.lane)) +
                " is " + std::string(to_string(task.state)) + ", " + std::to_string(why.ahead) +
                " ahead";
        for (auto const& reason : why.reasons)
            text.append(", ").append(to_string(reason.kind));
        return false;
    });
    return text;
}

} // namespace sluice::tests
