#include "gateway/intake/key_claims.hpp"

namespace sluice::gateway::intake {

bool key_registry::enter(tables::call_key const& call) {
    std::lock_guard const guard(mutex_);
    auto& entry = entries_[call.key];
    if (entry.calls == 0) entry.request = call.request;
    if (entry.request != call.request) return false;
    ++entry.calls;
    return true;
}

void key_registry::leave(tables::call_hash const& key, bool was_waiting) {
    std::lock_guard const guard(mutex_);
    auto const found = entries_.find(key);
    if (found == entries_.end()) return;
    if (was_waiting) --found->second.waiting;
    if (--found->second.calls == 0) entries_.erase(found);
}

void key_registry::set_waiting(tables::call_hash const& key, bool is_waiting) {
    std::lock_guard const guard(mutex_);
    auto const found = entries_.find(key);
    if (found == entries_.end()) return;
    is_waiting ? ++found->second.waiting : --found->second.waiting;
}

bool key_registry::has_waiting(tables::call_hash const& key) const {
    std::lock_guard const guard(mutex_);
    auto const found = entries_.find(key);
    return found != entries_.end() && found->second.waiting > 0;
}

bool key_claims::take(server::exchange const& on, tables::call_key const& call) {
    if (claims_.contains(&on)) return true; // the call has it already
    if (!all_.enter(call)) return false;
    claims_.emplace(&on, claim{call.key, false});
    return true;
}

void key_claims::set_waiting(server::exchange const& on, bool is_waiting) {
    auto const found = claims_.find(&on);
    if (found == claims_.end() || found->second.is_waiting == is_waiting) return;
    found->second.is_waiting = is_waiting;
    all_.set_waiting(found->second.key, is_waiting);
}

void key_claims::give_back(server::exchange const& on) {
    if (claims_.empty()) return;
    auto const found = claims_.find(&on);
    if (found == claims_.end()) return;
    all_.leave(found->second.key, found->second.is_waiting);
    claims_.erase(found);
}

} // namespace sluice::gateway::intake
