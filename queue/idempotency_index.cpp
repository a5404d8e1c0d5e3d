#include "queue/idempotency_index.hpp"

#include <algorithm>

namespace sluice::queue {

idempotency_index::idempotency_index(std::uint64_t limit, std::chrono::milliseconds lifetime)
    : limit_(std::max<std::uint64_t>(limit, 1))
    , lifetime_(lifetime) {}

idempotency_index::standing idempotency_index::look(idempotency const& request, wall_time now) {
    forget_old(now);
    auto const found = keys_.find(request.key);
    if (found == keys_.end()) return standing::unknown;
    entry const& known = *found->second;
    if (known.request.body != request.body) return standing::conflict;
    return known.is_answered ? standing::answered : standing::in_progress;
}

void idempotency_index::begin(idempotency const& request) {
    keys_.try_emplace(request.key,
                      std::make_unique<entry>(entry{{request.key, request.body, {}}, {}, false}));
}

void idempotency_index::abandon(key const& k) {
    auto const found = keys_.find(k);
    if (found != keys_.end() && !found->second->is_answered) keys_.erase(found);
}

void idempotency_index::answer(idempotency const& request, wall_time accepted_at) {
    auto& known = keys_[request.key];
    if (known && known->is_answered) return;
    auto const ends_at =
        accepted_at + (request.lifetime.count() != 0 ? request.lifetime : lifetime_);
    known = std::make_unique<entry>(entry{request, ends_at, true});
    ends_.push({ends_at, ++turns_, request.key});
    if (!is_loading_) trim();
}

void idempotency_index::trim() {
    while (ends_.size() > limit_)
        forget_next();
}

void idempotency_index::forget_next() {
    keys_.erase(ends_.top().k);
    ends_.pop();
}

idempotency const* idempotency_index::find(key const& k) const {
    auto const found = keys_.find(k);
    if (found == keys_.end() || !found->second->is_answered) return nullptr;
    return &found->second->request;
}

void idempotency_index::end_load() {
    is_loading_ = false;
    trim();
}

void idempotency_index::forget_old(wall_time now) {
    while (!ends_.empty() && ends_.top().at <= now)
        forget_next();
}

} // namespace sluice::queue
