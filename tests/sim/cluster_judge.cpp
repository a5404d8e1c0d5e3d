#include "tests/sim/cluster_judge.hpp"

#include "queue/core/task_keys.hpp"

#include <algorithm>

namespace sluice::tests {

void cluster_judge::submitted(queue::new_task const& task, std::string line) {
    payloads_[task.id] = std::string(task.payload.view());
    if (task.extras && !task.extras->callback.empty()) with_callback_.insert(task.id);
    if (line.empty()) return;
    called_at_[task.id] = ++moments_;
    in_order_[line].insert(task.id);
    keys_[task.id] = std::move(line);
}

void cluster_judge::accepted(queue::task_id id) {
    accepted_.insert(id);
    accepted_at_[id] = ++moments_;
    if (!db_.state().tasks.contains(id))
        violate("acknowledged before it was safe: " + to_string(id));
}

void cluster_judge::sent(actor const& by, queue::attempt const& a) {
    ++sends_;
    // Where what it had written, or its epoch, is lost it does not know better until it asks again.
    if (is_excused_ && (db_.check_end(by.own) || db_.has_lost_epoch(by.own))) return;
    auto const who = by.name + " of log " + std::to_string(by.own.log);
    if (!by.has_lease) violate(who + " sends without a lease: " + to_string(a.id));
    if (!db_.state().owns(by.own.log, by.own.epoch)) {
        violate(who + " sends although it is fenced: " + to_string(a.id));
    }
    check_task(by, a);
    for (auto const& companion : a.companions)
        check_task(by, companion);
    check_company(a);
    check_order(by, a.id);
}

// Within a second, by a clock that may be slow, and a step of the simulation.
void cluster_judge::sent_to(actor const& by, std::string const& lane, true_time now,
                            bool knows_less) {
    constexpr std::chrono::milliseconds in_force{1150};
    // Who knows of a resume that was lost with a primary goes by it, and tells the next one.
    if (is_excused_) return;
    auto const since = db_.held_since(lane);
    if (!since || knows_less || now - *since <= in_force) return;
    violate(by.name + " sends to " + lane + ", which has been held for " +
            std::to_string((now - *since).count()) + " ms");
}

void cluster_judge::switched(std::string const& lane, std::uint64_t version) {
    ++switches_;
    switched_[lane] = version;
}

void cluster_judge::check_task(actor const& by, queue::attempt const& task) {
    auto const text = by.name + " sends " + to_string(task.id);
    if (!db_.state().tasks.contains(task.id)) violate(text + " before it is safe");
    if (db_.state().ends.contains(task.id)) violate(text + " although its end is written");
    if (refused_.contains(task.id)) violate(text + ", which was refused");
    auto const payload = payloads_.find(task.id);
    if (payload != payloads_.end() && payload->second != task.payload.view()) {
        violate(text + " with other bytes");
    }
}

void cluster_judge::check_order(actor const& by, queue::task_id id) {
    auto const key = keys_.find(id);
    if (key == keys_.end()) return;
    // A call that was made after another's 202 goes after it, whichever gateways they came to.
    for (auto const& earlier : in_order_[key->second]) {
        auto const accepted = accepted_at_.find(earlier);
        bool const is_before = accepted != accepted_at_.end() && accepted->second < called_at_[id];
        if (!is_before || ended_.contains(earlier)) continue;
        return violate(by.name + " sends " + to_string(id) + " before " + to_string(earlier));
    }
}

void cluster_judge::check_company(queue::attempt const& a) {
    if (a.batch == 0) return;
    std::set<queue::task_id> members{a.id};
    for (auto const& companion : a.companions)
        members.insert(companion.id);
    auto const& first = companies_.emplace(a.batch, members).first->second;
    if (!std::ranges::includes(first, members)) {
        violate("a batch got a new member: " + to_string(a.id));
    }
}

// What a fenced member believes is no end.
void cluster_judge::ended(actor const& by, queue::task_id id) {
    if (!db_.state().owns(by.own.log, by.own.epoch)) return;
    if (db_.state().ends.contains(id)) violate(by.name + " ends again " + to_string(id));
    ended_.insert(id);
}

void cluster_judge::excuse_missing() {
    is_excused_ = true;
    std::erase_if(accepted_,
                  [&](queue::task_id const& id) { return !db_.state().tasks.contains(id); });
    ended_.clear();
    companies_.clear();
    in_order_.clear();
    keys_.clear();
    accepted_at_.clear();
}

bool cluster_judge::has_report(queue::task_id id, database_state::end const& end) const {
    if (!with_callback_.contains(id)) return true;
    return db_.state().ends.contains(queue::report_of(id, end.at));
}

std::size_t cluster_judge::open() const {
    return static_cast<std::size_t>(std::ranges::count_if(accepted_, [&](auto const& id) {
        auto const end = db_.state().ends.find(id);
        return end == db_.state().ends.end() || (!is_excused_ && !has_report(id, end->second));
    }));
}

void cluster_judge::check_all() {
    for (auto const& id : accepted_) {
        auto const end = db_.state().ends.find(id);
        if (end == db_.state().ends.end()) {
            violate("never ends: " + to_string(id));
        } else if (!is_excused_ && !has_report(id, end->second)) {
            violate("never reported: " + to_string(id));
        }
    }
    for (auto const& [lane, version] : switched_) {
        auto const row = db_.state().lanes.find(lane);
        bool const is_there =
            row != db_.state().lanes.end() && row->second.stand.version >= version;
        if (!is_there && !is_excused_) violate("a change of " + lane + " is lost");
    }
    for (auto const& id : refused_) {
        if (db_.state().tasks.contains(id)) violate("refused and kept: " + to_string(id));
    }
}

} // namespace sluice::tests
