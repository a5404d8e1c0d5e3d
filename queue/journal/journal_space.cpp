#include "queue/journal/journal_space.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

constexpr std::uint64_t largest_margin = 64ull << 20;
constexpr std::uint64_t margin_share = 32; // of the disk

std::uint64_t less(std::uint64_t a, std::uint64_t b) {
    return a > b ? a - b : 0;
}

} // namespace

void journal_space::measured(disk_space const& space) {
    free_ = space.free;
    margin_ = std::min(largest_margin, space.total / margin_share);
    has_run_out_ = false;
}

std::uint64_t journal_space::whole(files const& f) const {
    return std::min(limit_, f.used + less(free_, margin_));
}

std::uint64_t journal_space::growth(files const& f) const {
    if (has_run_out_) return 0;
    return std::min(less(limit_, f.used), less(free_, margin_));
}

bool journal_space::admits(std::uint64_t tasks, std::uint64_t bytes, files const& f) const {
    if (has_run_out_) return false;
    auto const wanted = bytes + tasks * (put_room + terminal_room);
    return promised() + wanted <= f.prepared + growth(f);
}

bool journal_space::is_short(files const& f) const {
    return has_run_out_ || promised() > f.prepared + growth(f);
}

void journal_space::reserve(std::uint64_t tasks, std::uint64_t bytes) {
    reserved_tasks_ += tasks;
    reserved_bytes_ += bytes + tasks * put_room;
}

void journal_space::give_back(std::uint64_t tasks, std::uint64_t bytes) {
    reserved_tasks_ = less(reserved_tasks_, tasks);
    reserved_bytes_ = less(reserved_bytes_, bytes + tasks * put_room);
}

void journal_space::appended(std::uint64_t payload_bytes) {
    reserved_bytes_ = less(reserved_bytes_, payload_bytes + put_room);
}

void journal_space::refused(std::uint64_t tasks) {
    reserved_tasks_ = less(reserved_tasks_, tasks);
}

void journal_space::live(bool was_reserved) {
    ++live_tasks_;
    if (was_reserved) reserved_tasks_ = less(reserved_tasks_, 1);
}

void journal_space::released() {
    live_tasks_ = less(live_tasks_, 1);
}

} // namespace sluice::queue
