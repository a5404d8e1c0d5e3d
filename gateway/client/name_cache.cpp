#include "gateway/client/name_cache.hpp"

#include <algorithm>

namespace sluice::gateway::client {

std::shared_ptr<name_answer const> name_cache::find(std::string const& host, time_point now) const {
    auto const found = kept_.find(host);
    if (found == kept_.end() || found->second.expires <= now) return nullptr;
    return found->second.answer;
}

void name_cache::keep(std::string const& host, std::shared_ptr<name_answer const> answer,
                      time_point now) {
    auto const ttl = answer->addresses.empty() ? options_.negative_ttl : options_.ttl;
    if (!kept_.contains(host) && kept_.size() >= options_.max_names) make_room(now);
    kept_.insert_or_assign(host, entry{std::move(answer), now + ttl});
}

void name_cache::make_room(time_point now) {
    std::erase_if(kept_, [now](auto const& kept) { return kept.second.expires <= now; });
    if (kept_.size() < options_.max_names || kept_.empty()) return;
    auto const ends_first =
        std::ranges::min_element(kept_, {}, [](auto const& kept) { return kept.second.expires; });
    kept_.erase(ends_first);
}

} // namespace sluice::gateway::client
