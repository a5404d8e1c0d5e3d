#include "gateway/client/name_cache.hpp"

#include <algorithm>

namespace sluice::gateway::client {

name_cache::kept name_cache::find(std::string const& host, time_point now) const {
    auto const found = kept_.find(host);
    if (found == kept_.end() || found->second.ends <= now) return {};
    return {found->second.answer, found->second.fresh_until <= now};
}

std::chrono::milliseconds name_cache::time_of(name_answer const& answer) const {
    switch (answer.result) {
    case name_result::found:
        return std::clamp<std::chrono::milliseconds>(answer.ttl, options_.least_ttl,
                                                     options_.most_ttl);
    case name_result::no_such_name:
        return options_.negative_ttl;
    case name_result::failed:
    case name_result::not_asked:
        break;
    }
    return options_.failure_ttl;
}

void name_cache::keep(std::string const& host, answer_pointer answer, time_point now) {
    bool const is_found = answer->result == name_result::found;
    bool const says_something = is_found || answer->result == name_result::no_such_name;
    auto const known = kept_.find(host);
    bool const is_known = known != kept_.end() && known->second.ends > now;
    auto const fresh_until = now + time_of(*answer);
    if (!says_something && is_known && known->second.answer->result == name_result::found) {
        known->second.fresh_until = std::max(known->second.fresh_until, fresh_until);
        return;
    }
    if (answer->result == name_result::not_asked) return;
    if (known == kept_.end() && kept_.size() >= options_.max_names) make_room(now);
    auto const ends = is_found ? fresh_until + options_.stale_for : fresh_until;
    kept_.insert_or_assign(host, entry{std::move(answer), fresh_until, ends});
}

void name_cache::make_room(time_point now) {
    std::erase_if(kept_, [now](auto const& kept) { return kept.second.ends <= now; });
    if (kept_.size() < options_.max_names || kept_.empty()) return;
    auto const ends_first =
        std::ranges::min_element(kept_, {}, [](auto const& kept) { return kept.second.ends; });
    kept_.erase(ends_first);
}

} // namespace sluice::gateway::client
