#include "queue/journal/segment_table.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

// What a full record takes beside its payload, about.
constexpr std::uint64_t line_estimate = 256;

// A file costs at least this much: else a thousand restarts would leave a thousand tiny segments
// with one live record each.
constexpr std::uint64_t least_cost = 1 << 20;

} // namespace

segment& segment_table::add(segment&& s) {
    return segments_.emplace_back(std::move(s));
}

segment* segment_table::find(std::uint32_t number) {
    // Nearly always the one that is being filled, four times in a task's life.
    if (found_ == nullptr || found_->number != number) found_ = look_up(number);
    return found_;
}

segment* segment_table::look_up(std::uint32_t number) {
    if (segments_.empty()) return nullptr;
    // Numbers follow each other but where a start left some out.
    auto const distance = number - segments_.front().number;
    if (distance < segments_.size() && segments_[distance].number == number)
        return &segments_[distance];
    auto const found = std::ranges::lower_bound(segments_, number, {}, &segment::number);
    return found != segments_.end() && found->number == number ? &*found : nullptr;
}

void segment_table::on_live(location where) {
    auto* const s = find(where.segment);
    if (s == nullptr) return;
    auto const bytes = where.length + line_estimate;
    ++s->live_records;
    s->live_bytes += bytes;
    live_bytes_ += bytes;
}

void segment_table::on_released(location where) {
    auto* const s = find(where.segment);
    if (s == nullptr || s->live_records == 0) return;
    auto const bytes = where.length + line_estimate;
    --s->live_records;
    s->live_bytes -= bytes;
    live_bytes_ -= bytes;
}

// The lanes' states are repeated at the head of the current segment: that head must be safe too.
segment const* segment_table::removable(std::uint64_t safe_batch, std::uint64_t newest_batch) {
    if (current_ == 0) return nullptr;
    auto& oldest = segments_.front();
    if (oldest.live_records != 0 || oldest.last_batch > safe_batch) return nullptr;
    if (!oldest.free_at_batch) oldest.free_at_batch = newest_batch;
    if (*oldest.free_at_batch > safe_batch) return nullptr;
    auto const& now = segments_[current_];
    return now.has_batches() && now.first_batch <= safe_batch ? &oldest : nullptr;
}

void segment_table::remove_oldest() {
    segments_.pop_front();
    found_ = nullptr;
    --current_;
}

void segment_table::remove_newest() {
    segments_.pop_back();
    found_ = nullptr;
}

std::uint64_t segment_table::sealed_bytes() const {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < current_; ++i)
        bytes += segments_[i].size();
    return bytes;
}

std::uint64_t segment_table::sealed_cost() const {
    std::uint64_t cost = 0;
    for (std::size_t i = 0; i < current_; ++i)
        cost += std::max(segments_[i].size(), least_cost);
    return cost;
}

segment* segment_table::to_clean(std::uint64_t safe_batch) {
    if (current_ == 0) return nullptr;
    auto& oldest = segments_.front();
    if (oldest.live_records == 0 || oldest.was_cleaned || oldest.last_batch > safe_batch) {
        return nullptr;
    }
    auto const& now = segments_[current_];
    auto const cost = sealed_cost();
    auto const live = std::min(cost, live_bytes_ - std::min(live_bytes_, now.live_bytes));
    auto const slack = 2 * std::max(now.capacity, least_cost);
    return cost - live > cost / 2 + slack ? &oldest : nullptr;
}

std::uint64_t segment_table::total_bytes() const {
    std::uint64_t bytes = 0;
    for (auto const& s : segments_)
        bytes += s.is_made ? s.size() : 0;
    return bytes;
}

std::uint64_t segment_table::prepared_room() const {
    std::uint64_t room = 0;
    for (auto i = current_; i < segments_.size(); ++i)
        room += segments_[i].is_made ? segments_[i].room() : 0;
    return room;
}

} // namespace sluice::queue
