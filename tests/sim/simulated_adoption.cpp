#include "tests/sim/simulated_adoption.hpp"

#include "queue/postgres/adoption.hpp"
#include "queue/postgres/postgres_error.hpp"

#include <algorithm>

namespace sluice::tests {

using namespace std::chrono_literals;
using queue::postgres::postgres_errc;

namespace {

// Small, so that a log has several.
constexpr queue::postgres::slice_limits few{5, 4000};

class interrupted_worker final : public queue::job_worker {
  public:
    interrupted_worker(queue::job_worker& inner, simulated_adoption::interlude const& between)
        : inner_(inner)
        , between_(between) {}

    queue::disk_result run(queue::disk_job const& job) override {
        if (between_()) return inner_.run(job);
        queue::disk_result stopped;
        stopped.error = postgres_errc::unreachable;
        return stopped;
    }

  private:
    queue::job_worker& inner_;
    simulated_adoption::interlude const& between_;
};

} // namespace

simulated_adoption::simulated_adoption(cluster_world& world, queue::dispatcher& core,
                                       std::uint32_t own_log, bool const& is_cut, interlude between)
    : world_(world)
    , core_(core)
    , own_log_(own_log)
    , is_cut_(is_cut)
    , between_(std::move(between)) {}

void simulated_adoption::take_over(log_owner const& what) {
    waiting_.push_back(what);
}

void simulated_adoption::step() {
    if (is_reading_) return; // it is this that goes on meanwhile
    if (!under_way_) begin();
    if (!under_way_ || is_cut_ || world_.db.is_away()) return;
    switch (under_way_->at) {
    case stage::reading:
        return read();
    case stage::giving:
        return give();
    case stage::marking:
        return mark();
    case stage::dropping:
        return drop();
    }
}

void simulated_adoption::begin() {
    if (waiting_.empty() || world_.now < not_before_) return;
    under_way_ = work();
    under_way_->what = waiting_.front();
    under_way_->what.writer = world_.next_writer++;
    under_way_->worker = std::make_unique<simulated_log_worker>(
        world_.db, world_.random, world_.now, is_cut_, world_.bugs, under_way_->what);
    if (world_.is_calm) under_way_->worker->calm();
    waiting_.pop_front();
}

// All of it was taken over, or it has another adopter since.
bool simulated_adoption::is_over() const {
    auto const& state = world_.db.state();
    auto const& what = under_way_->what;
    auto const found = state.adoptions.find(what.log);
    return found == state.adoptions.end() || found->second.is_done ||
           !state.owns(what.log, what.epoch);
}

void simulated_adoption::try_again() {
    if (!is_over()) {
        waiting_.push_back(under_way_->what);
        not_before_ = world_.now + 500ms;
    }
    under_way_.reset();
}

void simulated_adoption::read() {
    auto& at = *under_way_;
    interrupted_worker reader(*at.worker, between_);
    is_reading_ = true;
    auto found =
        queue::postgres::read_dead_log(reader, at.what.log, at.what.epoch, core_.now(), few);
    is_reading_ = false;
    if (found.has_error()) {
        bool const is_known =
            is_over() || found.error() == postgres_errc::unreachable || world_.may_lack;
        bool const is_gone =
            found.error() == make_error_code(boost::system::errc::no_such_file_or_directory);
        if (!is_known && !is_gone) {
            world_.judge.violate("a dead log cannot be read: " + found.error().message());
        }
        return try_again();
    }
    if (is_over()) return under_way_.reset();
    if (!settle_keys(*found)) return try_again();
    at.found = std::move(*found);
    for (auto& lane : at.found.lanes) {
        if (world_.bugs.believes_old_logs) lane.what.version = world_.db.state().lane_clock + 1;
        core_.adopt(std::move(lane));
    }
    at.at = at.found.slices.empty() ? stage::marking : stage::giving;
}

// A settlement may reach the server long after whoever sent it has given up.
bool simulated_adoption::settle_keys(queue::postgres::dead_log const& found) {
    auto const& what = under_way_->what;
    auto open = world_.db.undecided_claims(what);
    std::erase_if(open, [&](queue::undecided_claim const& one) {
        return std::ranges::binary_search(found.keys,
                                          queue::postgres::recorded(one.name, one.answer));
    });
    if (!world_.is_calm && world_.random() % 5 == 0) {
        auto const after = std::chrono::milliseconds(world_.random() % 9000);
        world_.db.run_later(after, [&db = world_.db, what, open] { db.settle_claims(what, open); });
        return false;
    }
    world_.db.settle_claims(what, open);
    return true;
}

// What must be delivered comes first; each survivor begins elsewhere in it.
void simulated_adoption::give() {
    auto& at = *under_way_;
    auto const all = at.found.slices.size();
    if (!at.told.empty() && *at.told.front()) {
        // The others are waited for before the log is read again.
        auto const is_told = [](auto const& each) { return each->has_value(); };
        if (**at.told.front()) {
            if (std::ranges::all_of(at.told, is_told)) try_again();
            return;
        }
        at.told.pop_front();
        if (++at.safe == all) at.at = stage::marking;
        return;
    }
    if (at.given == all || at.told.size() == queue::postgres::adoption::slices_under_way) return;
    auto const live = at.found.live_slices;
    auto const n = at.given < live ? (at.given + own_log_) % live : at.given;
    ++at.given;
    at.told.push_back(std::make_shared<std::optional<boost::system::error_code>>());
    core_.adopt(std::move(at.found.slices[n]),
                [told = at.told.back()](boost::system::error_code ec) { *told = ec; });
}

void simulated_adoption::mark() {
    auto& at = *under_way_;
    auto listed = at.worker->run({queue::list_job{}, 0});
    if (listed.error || !world_.db.finish_adoption(at.what, at.found.slices.size()))
        return try_again();
    at.to_drop = std::move(listed.entries);
    at.at = stage::dropping;
}

void simulated_adoption::drop() {
    auto& at = *under_way_;
    if (at.to_drop.empty()) return under_way_.reset();
    auto const removed = at.worker->run({queue::remove_job{{}, at.to_drop.front().segment}, 0});
    if (removed.error) return try_again();
    at.to_drop.erase(at.to_drop.begin());
}

} // namespace sluice::tests
