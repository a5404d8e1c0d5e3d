#include "tests/sim/simulated_cluster.hpp"

#include <algorithm>

namespace sluice::tests {

using namespace std::chrono_literals;

namespace {

constexpr queue::postgres::lease_options lease{3000ms, 6000ms};
// Whoever is well for so long has renewed, whatever answers were lost.
constexpr auto surely_renewed = 2300ms;

} // namespace

simulated_cluster::simulated_cluster(std::uint64_t seed, planted_bugs const& bugs,
                                     std::size_t members)
    : seed_(seed)
    , random_(seed)
    , bugs_(bugs)
    , db_(random_, now_, bugs)
    , judge_(db_)
    , keys_(db_)
    , world_{random_, now_, db_, judge_, keys_, lease, bugs}
    , has_asynchronous_standby_(seed % 6 == 0) {
    if (has_asynchronous_standby_) db_.make_standby_asynchronous();
    db_.on_claim([this](std::uint32_t log) { note_claim(log); });
    if (members == 0) members = (seed % 3 == 0 ? 2 : 3) + (seed % 7 == 0 ? 2 : 0);
    for (auto const* const name : {"a", "b", "c", "d", "e"}) {
        if (names_.size() < members) names_.emplace_back(name);
    }
}

simulated_cluster::~simulated_cluster() = default;

std::chrono::milliseconds simulated_cluster::some(unsigned most_ms) {
    return std::chrono::milliseconds(random_() % most_ms);
}

std::string simulated_cluster::run() {
    for (auto const& name : names_)
        start(name);
    for (int i = 0; i < 120; ++i) {
        act();
        if (auto why = trouble(); !why.empty()) return why;
    }
    return finish();
}

std::string simulated_cluster::trouble() const {
    if (!judge_.violations().empty()) return judge_.violations().front();
    if (!db_.violations().empty()) return db_.violations().front();
    if (!keys_.violations().empty()) return keys_.violations().front();
    for (auto const& each : members_)
        if (!each->violations().empty()) return each->name() + ": " + each->violations().front();
    return {};
}

// --- time ---------------------------------------------------------------------------------------

// No step is longer than a member may do nothing and still be well.
void simulated_cluster::tick(std::chrono::milliseconds by) {
    for (; by > 0ms; by -= 100ms) {
        auto const part = std::min<std::chrono::milliseconds>(by, 100ms);
        now_ += part;
        if (db_.is_away() && now_ >= server_back_) {
            db_.come_back();
            server_well_since_ = now_;
        }
        db_.run();
        while (!network_.empty() && network_.begin()->first <= now_) {
            auto const what = std::move(network_.begin()->second);
            network_.erase(network_.begin());
            what();
        }
        for (auto const& each : members_)
            each->advance(part);
        auto const first = random_() % std::max<std::size_t>(members_.size(), 1);
        for (std::size_t i = 0; i < members_.size(); ++i) {
            auto& next = *members_[(first + i) % members_.size()];
            if (!is_between_) stepping_ = &next;
            next.step();
            if (!is_between_) stepping_ = nullptr;
            check_concurrency();
        }
        if (!is_between_) bury();
    }
}

// What is under way at all of them, but for those whose log has another owner by now.
void simulated_cluster::check_concurrency() {
    if (world_.may_lack) return;
    auto const lanes = assorted_lanes();
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        auto const name = "lane" + std::to_string(i);
        std::uint32_t sum = 0;
        for (auto const& each : members_)
            sum += each->in_flight(name);
        if (sum > lanes[i].concurrency) {
            judge_.violate(name + " has " + std::to_string(sum) +
                           " attempts under way at all gateways together");
        }
    }
}

// While a member reads a dead log: the others go on, it may be frozen for long, or die.
bool simulated_cluster::between_jobs() {
    if (is_between_ || world_.is_calm) return true;
    auto& reader = *stepping_;
    if (doomed_.contains(&reader)) return false;
    is_between_ = true;
    auto const draw = random_() % 20;
    if (draw < 5) {
        tick(some(200));
    } else if (draw == 5) {
        auto const time = some(9000);
        reader.freeze(now_ + time, random_() % 2);
        tick(time + 100ms);
    } else if (draw == 6 && random_() % 4 == 0) {
        doomed_.insert(&reader);
    }
    is_between_ = false;
    return !doomed_.contains(&reader) && reader.state() == simulated_member::life::running;
}

// Whoever runs on the same machine can tell that a process has ended.
void simulated_cluster::bury() {
    std::erase_if(members_, [&](auto const& each) {
        bool const is_over =
            each->state() == simulated_member::life::over || doomed_.contains(each.get());
        if (is_over && random_() % 3 != 0) world_.gone_processes.insert(each->process());
        return is_over;
    });
    doomed_.clear();
}

// --- what happens -------------------------------------------------------------------------------

void simulated_cluster::act() {
    auto const draw = static_cast<unsigned>(random_() % 24);
    if (draw < 12) {
        befall(draw);
    } else if (auto* const to = any(); draw < 19 && to != nullptr && to->takes_calls()) {
        submit_some(*to);
    }
    auto const length = random_() % 8;
    tick(length == 0 ? some(2000) : length < 4 ? some(300) : some(60));
}

void simulated_cluster::befall(unsigned draw) {
    auto* const one = any();
    if (draw == 4) return start_one();
    if (draw == 5) return befall_server();
    if (one == nullptr) return;
    bool const is_up = one->takes_calls();
    switch (draw) {
    case 0:
    case 1:
        if (random_() % 2) doomed_.insert(one);
        break;
    case 2:
        one->freeze(now_ + some(random_() % 2 ? 9000 : 1500), random_() % 2);
        break;
    case 3:
        one->cut(now_ + some(random_() % 2 ? 7000 : 800));
        break;
    case 6:
        if (is_up && random_() % 3 == 0) one->drain();
        break;
    case 7:
        if (is_up) one->change_lane(random_() % one->lane_count(), random_() % 2);
        break;
    case 8:
        if (is_up && !judge_.acknowledged().empty()) {
            auto it = judge_.acknowledged().begin();
            std::advance(it, static_cast<long>(random_() % judge_.acknowledged().size()));
            one->cancel(*it);
        }
        break;
    default:
        start_one();
    }
}

void simulated_cluster::befall_server() {
    server_well_since_ = now_;
    switch (random_() % 6) {
    case 0:
    case 1:
        db_.go_away();
        server_back_ = now_ + some(random_() % 2 ? 8000 : 1500);
        break;
    case 2:
        db_.go_away();
        server_back_ = now_ + some(2000);
        [[fallthrough]];
    case 3:
        db_.crash();
        break;
    default:
        fail_over();
    }
}

void simulated_cluster::fail_over() {
    // What a standby lacks is lost once: the operator makes the next one synchronous.
    if (has_asynchronous_standby_ && world_.may_lack) return;
    world_.may_lack |= has_asynchronous_standby_;
    db_.fail_over();
    if (!has_asynchronous_standby_) return;
    judge_.excuse_missing();
    keys_.excuse_missing();
}

void simulated_cluster::note_claim(std::uint32_t log) {
    ++claims_;
    for (auto const& each : members_) {
        bool const is_owner =
            each->is_joined() && each->own().log == log && db_.state().owns(log, each->own().epoch);
        bool const is_well = each->takes_calls() && !each->is_cut() &&
                             now_ - each->well_since() > surely_renewed &&
                             now_ - server_well_since_ > surely_renewed && !db_.is_away();
        if (is_owner && is_well) judge_.violate(each->name() + " lives and was taken over");
    }
}

simulated_member* simulated_cluster::any() {
    return members_.empty() ? nullptr : members_[random_() % members_.size()].get();
}

std::vector<simulated_member*> simulated_cluster::under(std::string const& name) {
    std::vector<simulated_member*> found;
    for (auto const& each : members_)
        if (each->name() == name) found.push_back(each.get());
    return found;
}

// Under a name that nobody lives under; or that only a frozen process does, which will wake up.
void simulated_cluster::start_one() {
    auto const& name = names_[random_() % names_.size()];
    auto const there = under(name);
    bool const is_free =
        std::ranges::all_of(there, [](simulated_member* m) { return m->is_frozen(); });
    if (is_free && there.size() < 2) start(name);
}

void simulated_cluster::start(std::string const& name) {
    members_.push_back(std::make_unique<simulated_member>(world_, name, next_process_++,
                                                          [this] { return between_jobs(); }));
}

// --- the end ------------------------------------------------------------------------------------

// No more faults. Some names stay dead: the others do their work.
std::string simulated_cluster::finish() {
    world_.is_calm = true;
    db_.heal();
    bool has_one = false;
    for (auto const& name : names_) {
        bool const is_dead = under(name).empty();
        if (is_dead && (random_() % 2 || (!has_one && name == names_.back()))) start(name);
        has_one |= !under(name).empty();
    }
    std::size_t quiet = 0;
    for (int i = 0; i < 900 && quiet < 3; ++i) {
        for (auto const& each : members_) {
            each->heal();
            if (each->takes_calls() && i % 8 == 0) each->resume_lanes();
        }
        tick(i < 100 ? 100ms : 300ms);
        if (auto why = trouble(); !why.empty()) return why;
        bool const is_idle = std::ranges::all_of(members_, [](auto const& each) {
            return each->is_idle() && each->stray_lane().empty();
        });
        quiet = is_idle && judge_.open() == 0 ? quiet + 1 : 0;
        if (members_.empty()) start(names_[random_() % names_.size()]);
    }
    judge_.check_all();
    keys_.check_all();
    auto why = trouble();
    if (why.empty() && quiet < 3) {
        why = "it does not become quiet";
        for (auto const& each : members_)
            why += "; " + each->stray_lane();
    }
    if (why.empty()) why = finish_keys();
    for (auto const& each : members_)
        if (!why.empty() && !each->is_idle()) why += "; " + each->why_one_waits();
    return why;
}

bool simulated_cluster::is_there(simulated_member const* one) const {
    return std::ranges::any_of(members_, [one](auto const& each) { return each.get() == one; });
}

// Every key is known or free at every member: none stays in doubt. Whoever wakes up and finds its
// log taken over ends meanwhile.
std::string simulated_cluster::finish_keys() {
    std::vector<simulated_member*> all;
    for (auto const& each : members_)
        all.push_back(each.get());
    for (auto* const each : all) {
        for (unsigned key = 0; key < most_keys && is_there(each) && each->takes_calls(); ++key) {
            queue::task_id id;
            for (int tries = 0; tries < 40 && !keys_.is_settled(id); ++tries) {
                if (!is_there(each)) break;
                auto task = make_task(*each, {});
                task.extras = {};
                give_key(task, key, 0);
                id = task.id;
                each->submit(std::move(task), nullptr, true);
                for (int i = 0; i < 30 && keys_.last_answer(id).empty(); ++i)
                    tick(100ms);
                if (auto why = trouble(); !why.empty()) return why;
            }
            if (!keys_.is_settled(id) && is_there(each)) {
                return "key " + std::to_string(key) + " stays in doubt: " + keys_.last_answer(id);
            }
        }
    }
    return {};
}

simulated_cluster::counts simulated_cluster::seen() const {
    counts all;
    all.sends = judge_.sends();
    all.acknowledged = judge_.acknowledged().size();
    all.switches = judge_.switches();
    all.claims = claims_;
    all.slices = db_.state().slices.size();
    all.repeats = keys_.repeats();
    for (auto const& [whose, mark] : db_.state().claim_marks)
        all.settled += mark.decided == ~queue::claim_turn{0};
    all.forwards = forwards_;
    for (auto const* const key : {"odd", "even"}) {
        auto const found = db_.state().homes.find(queue::order_slot_of(key));
        if (found != db_.state().homes.end()) all.moves += found->second.generation;
    }
    for (auto const& [log, adoption] : db_.state().adoptions)
        all.adopted_logs += adoption.is_done;
    return all;
}

} // namespace sluice::tests
