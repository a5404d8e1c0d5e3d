#include "gateway/config/failure_classes.hpp"

namespace sluice::gateway::config {
namespace {

constexpr int first_status = 300;
constexpr int last_status = 599;

} // namespace

failure_classes::treatment failure_classes::of_status(int status) const {
    if (status < first_status || status > last_status) return treatment::usual;
    return statuses_[static_cast<std::size_t>(status - first_status)];
}

void failure_classes::set_status(int status, treatment t) {
    statuses_[static_cast<std::size_t>(status - first_status)] = t;
}

} // namespace sluice::gateway::config
