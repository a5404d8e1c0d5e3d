#include "queue/journal/journal_options.hpp"

namespace sluice::queue {

std::string to_string(durability const& d) {
    switch (d.mode) {
    case durability::kind::fsync:
        return "fsync";
    case durability::kind::interval:
        return "interval:" + std::to_string(d.interval.count()) + "ms";
    case durability::kind::memory:
        return "memory";
    }
    return "unknown";
}

} // namespace sluice::queue
