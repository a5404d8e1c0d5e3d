#include "queue/postgres/lease.hpp"

#include <algorithm>

namespace sluice::queue::postgres {

using std::chrono::milliseconds;

milliseconds lease_options::look_every() const {
    return std::clamp(lease / 15, milliseconds(20), milliseconds(1000));
}

milliseconds lease_options::margin() const {
    return std::min(lease / 10, milliseconds(1000));
}

lease::lease(lease_options const& options, boot_time joined)
    : options_(options)
    , last_renewal_(joined)
    , deadline_(joined)
    , last_look_(joined - options.look_every()) {
    renewed(joined);
}

void lease::renewed(boot_time sent) {
    last_renewal_ = sent;
    deadline_ = sent + options_.lease - options_.margin();
}

std::vector<dead_member> lease::look(boot_time sent, boot_time received,
                                     std::span<sighting const> others) {
    // Whoever could not look for so long may have slept; and who has no lease judges nobody.
    bool const is_gap = is_broken_ || sent - last_look_ > options_.lease / 2 || !holds(sent);
    if (is_gap) watched_.clear();
    last_look_ = sent;
    is_broken_ = false;

    std::vector<dead_member> dead;
    std::map<std::uint32_t, watched> seen;
    for (auto const& other : others) {
        auto const silence =
            other.is_stopped ? options_.rejoin : std::max(options_.lease, other.lease);
        auto const before = watched_.find(other.log);
        bool const stands = before != watched_.end() && before->second.renewals == other.renewals &&
                            before->second.is_stopped == other.is_stopped;
        watched now{other.renewals, other.is_stopped, silence,
                    stands ? before->second.since : received, false};
        now.is_dead = stands && sent - now.since >= silence;
        if (now.is_dead) dead.push_back({other.log, other.renewals, other.is_stopped});
        seen.emplace(other.log, now);
    }
    watched_ = std::move(seen);
    return dead;
}

// Life and death stay as they were last seen, for whoever asks meanwhile.
void lease::missed() {
    is_broken_ = true;
}

boot_time lease::next_look() const {
    auto next = last_look_ + options_.look_every();
    for (auto const& [log, one] : watched_) {
        auto const end = one.since + one.silence;
        if (!one.is_dead && end > last_look_) next = std::min(next, end);
    }
    return next;
}

bool lease::is_alive(std::uint32_t log) const {
    auto const found = watched_.find(log);
    return found != watched_.end() && !found->second.is_stopped && !found->second.is_dead;
}

} // namespace sluice::queue::postgres
