#include "queue/core/idempotency_index.hpp"

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
    return known.turn != 0 ? standing::answered : standing::in_progress;
}

void idempotency_index::begin(idempotency const& request) {
    keys_.try_emplace(request.key,
                      std::make_unique<entry>(entry{{request.key, request.body, {}}, {}, 0}));
}

void idempotency_index::abandon(key const& k) {
    auto const found = keys_.find(k);
    if (found != keys_.end() && found->second->turn == 0) keys_.erase(found);
}

void idempotency_index::answer(idempotency const& request, wall_time accepted_at) {
    auto& known = keys_[request.key];
    bool const is_answered = known && known->turn != 0;
    if (is_answered && accepted_at < known->ends_at) return;
    if (!is_answered) ++answered_;
    auto const lifetime = request.lifetime.count() != 0 ? request.lifetime : lifetime_;
    known = std::make_unique<entry>(entry{request, accepted_at + lifetime, ++turns_});
    line_of(lifetime).places.push({accepted_at, turns_, request.key});
    if (!is_loading_) trim();
}

idempotency_index::line& idempotency_index::line_of(std::chrono::milliseconds lifetime) {
    auto const found = std::ranges::find(lines_, lifetime, &line::lifetime);
    return found != lines_.end() ? *found : lines_.emplace_back(line{lifetime, {}});
}

void idempotency_index::trim() {
    while (answered_ > limit_) {
        line* oldest = nullptr;
        for (line& each : lines_) {
            if (each.places.empty()) continue;
            if (!oldest || is_younger()(oldest->places.top(), each.places.top())) oldest = &each;
        }
        forget_oldest(*oldest);
    }
}

void idempotency_index::forget_oldest(line& of) {
    place const oldest = of.places.top();
    of.places.pop();
    auto const found = keys_.find(oldest.k);
    if (found == keys_.end() || found->second->turn != oldest.turn) return;
    keys_.erase(found);
    --answered_;
}

idempotency const* idempotency_index::find(key const& k) const {
    auto const found = keys_.find(k);
    if (found == keys_.end() || found->second->turn == 0) return nullptr;
    return &found->second->request;
}

void idempotency_index::end_load(wall_time now) {
    is_loading_ = false;
    forget_old(now);
    trim();
}

void idempotency_index::forget_old(wall_time now) {
    for (line& each : lines_) {
        while (!each.places.empty() && each.places.top().since + each.lifetime <= now)
            forget_oldest(each);
    }
    std::erase_if(lines_, [](line const& each) { return each.places.empty(); });
}

} // namespace sluice::queue
