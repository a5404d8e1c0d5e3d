// Decides which log lines are written: at most so many a second of each kind, and how many were
// held back is said once the second is over. Not synchronised: `log` guards it. Reads no clock.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::telemetry {

// `held_back` lines of the kind `kind` were not written.
struct suppression {
    std::string kind;
    std::uint64_t held_back = 0;
};

class log_limiter {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // Kinds beyond this many share one budget, so that memory stays bounded.
    static constexpr std::size_t max_kinds = 256;

    // `lines_per_second` of one kind; 0 means no limit.
    explicit log_limiter(std::uint32_t lines_per_second)
        : limit_(lines_per_second) {}

    // Whether a line of this kind may be written now. When a second with suppressed lines has
    // ended, the count is moved to `ended`, for the caller to write first.
    bool admit(std::string_view kind, time_point now, std::vector<suppression>& ended);

    // The kinds whose second is over and that held lines back.
    std::vector<suppression> take_ended(time_point now);

    // All that was held back and not yet reported, whatever the time.
    std::vector<suppression> take_all();

    // Lines held back since the start.
    std::uint64_t suppressed() const { return suppressed_; }

  private:
    struct window {
        time_point begins{};
        std::uint32_t lines = 0;
        std::uint64_t held_back = 0;
    };
    window& window_of(std::string_view kind);

    std::uint32_t limit_;
    std::uint64_t suppressed_ = 0;
    boost::unordered_flat_map<std::string, window> windows_;
};

} // namespace sluice::gateway::telemetry
