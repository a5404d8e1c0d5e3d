#include "queue/dispatch/clock.hpp"

#include <utility>

namespace sluice::queue {

wall_time system_clock::wall() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

instant system_clock::now() const {
    return {wall(),
            std::chrono::floor<std::chrono::microseconds>(std::chrono::steady_clock::now())};
}

std::optional<std::chrono::milliseconds> clock_steps::notice(instant now) {
    using std::chrono::milliseconds;
    constexpr milliseconds smallest{500};
    auto const offset =
        now.wall.time_since_epoch() - std::chrono::floor<milliseconds>(now.mono.time_since_epoch());
    auto const step = offset - std::exchange(offset_, offset).value_or(offset);
    if (step > smallest || step < -smallest) return step;
    return std::nullopt;
}

} // namespace sluice::queue
