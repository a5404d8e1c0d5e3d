#include "queue/dispatch/clock.hpp"

namespace sluice::queue {

instant system_clock::now() const {
    return {std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
            std::chrono::floor<std::chrono::microseconds>(std::chrono::steady_clock::now())};
}

} // namespace sluice::queue
