#include "gateway/telemetry/log_limiter.hpp"

#include <utility>

namespace sluice::gateway::telemetry {

namespace {
constexpr std::chrono::seconds window_length{1};
constexpr std::string_view shared_kind = "other";
} // namespace

log_limiter::window& log_limiter::window_of(std::string_view kind) {
    std::string key(kind);
    if (auto found = windows_.find(key); found != windows_.end()) return found->second;
    return windows_[windows_.size() < max_kinds ? std::move(key) : std::string(shared_kind)];
}

bool log_limiter::admit(std::string_view kind, time_point now, std::vector<suppression>& ended) {
    if (limit_ == 0) return true;
    auto& w = window_of(kind);
    if (w.lines == 0 || now - w.begins >= window_length) {
        if (w.held_back > 0) ended.push_back({std::string(kind), w.held_back});
        w = {now, 0, 0};
    }
    if (w.lines < limit_) {
        ++w.lines;
        return true;
    }
    ++w.held_back;
    ++suppressed_;
    return false;
}

std::vector<suppression> log_limiter::take_ended(time_point now) {
    std::vector<suppression> ended;
    for (auto& [kind, w] : windows_) {
        if (w.held_back == 0 || now - w.begins < window_length) continue;
        ended.push_back({kind, std::exchange(w.held_back, 0)});
    }
    return ended;
}

std::vector<suppression> log_limiter::take_all() {
    return take_ended(time_point::max());
}

} // namespace sluice::gateway::telemetry
