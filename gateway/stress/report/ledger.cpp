#include "gateway/stress/report/ledger.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace sluice::gateway::stress {

namespace {

using std::chrono::nanoseconds;

std::uint64_t since(nanoseconds from, nanoseconds to) {
    // An attempt may arrive before the answer that says "accepted" was read.
    return static_cast<std::uint64_t>(std::max<nanoseconds::rep>(0, (to - from).count()));
}

} // namespace

void ledger::start(std::uint64_t number, ledger_start const& what) {
    std::lock_guard lock(mutex_);
    if (number != records_.size() || number >= most_records) return;
    record one;
    one.started = what.at;
    one.key = what.key;
    one.not_before = what.not_before;
    records_.push_back(one);
}

void ledger::accept(std::uint64_t number, nanoseconds at) {
    std::lock_guard lock(mutex_);
    if (!is_known(number)) return;
    auto& one = records_[number];
    one.answered = answer::accepted;
    one.accepted = at;
    if (one.deliveries == 0) ++outstanding_;
}

void ledger::refuse(std::uint64_t number) {
    std::lock_guard lock(mutex_);
    if (is_known(number)) records_[number].answered = answer::refused;
}

void ledger::arrive(std::uint64_t number, ledger_arrival const& what) {
    std::lock_guard lock(mutex_);
    ++arrivals_;
    if (!is_known(number)) {
        ++unknown_;
        return;
    }
    auto& one = records_[number];
    if (!one.has_arrived) {
        one.has_arrived = true;
        one.attempted = what.at;
        one.first_unix = what.unix_time;
    }
    if (what.unix_time < one.not_before) ++early_;
    if (!what.is_delivered) return;
    if (one.deliveries == 0) {
        one.delivered = what.at;
        if (one.answered == answer::accepted) --outstanding_;
    }
    if (one.deliveries < std::numeric_limits<std::uint16_t>::max()) ++one.deliveries;
}

void ledger::arrive_unknown() {
    std::lock_guard lock(mutex_);
    ++arrivals_;
    ++unknown_;
}

std::uint64_t ledger::outstanding() const {
    std::lock_guard lock(mutex_);
    return outstanding_;
}

std::uint64_t ledger::arrivals() const {
    std::lock_guard lock(mutex_);
    return arrivals_;
}

void ledger::count(delivery_check& into, record const& one) {
    if (one.deliveries > 1) into.duplicated += one.deliveries - 1u;
    if (one.answered == answer::refused && one.deliveries > 0) ++into.refused_delivered;
    if (one.answered == answer::none && one.deliveries > 0) ++into.unanswered_delivered;
    if (one.has_arrived && one.not_before.count() > 0) {
        auto const late = std::max<std::int64_t>(0, (one.first_unix - one.not_before).count());
        into.lateness.record(static_cast<std::uint64_t>(late) * 1'000'000);
    }
    if (one.answered != answer::accepted) return;
    ++into.accepted;
    if (one.deliveries == 0) {
        ++into.lost;
    } else {
        ++into.delivered;
    }
    // A task that was to wait is measured by its lateness.
    if (one.not_before.count() > 0) return;
    if (one.has_arrived) into.accept_to_attempt.record(since(one.accepted, one.attempted));
    if (one.deliveries > 0) into.accept_to_delivery.record(since(one.accepted, one.delivered));
}

// Goes through the deliveries in their order. One that was accepted before another of its key was
// even started, but comes after that one, was overtaken.
std::uint64_t ledger::count_reordered() const {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < records_.size(); ++i) {
        auto const& one = records_[i];
        if (one.key != 0 && one.deliveries > 0 && one.not_before.count() == 0) order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [this](auto i) { return records_[i].delivered; });
    std::map<std::uint32_t, nanoseconds> last_started; // of the delivered ones, by key
    std::uint64_t overtaken = 0;
    for (auto const i : order) {
        auto const& one = records_[i];
        auto const [entry, is_first] = last_started.try_emplace(one.key, one.started);
        bool const is_accepted = one.answered == answer::accepted;
        if (!is_first && is_accepted && one.accepted < entry->second) ++overtaken;
        entry->second = std::max(entry->second, one.started);
    }
    return overtaken;
}

delivery_check ledger::check() const {
    std::lock_guard lock(mutex_);
    delivery_check found;
    for (auto const& one : records_)
        count(found, one);
    found.reordered = count_reordered();
    found.early = early_;
    found.unknown = unknown_;
    found.attempts = arrivals_;
    return found;
}

} // namespace sluice::gateway::stress
