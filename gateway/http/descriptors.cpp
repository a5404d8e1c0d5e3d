#include "gateway/http/descriptors.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <limits>
#include <sys/resource.h>

namespace sluice::gateway::http {

std::size_t descriptor_limit() {
    rlimit now{};
    if (::getrlimit(RLIMIT_NOFILE, &now) != 0 || now.rlim_cur == RLIM_INFINITY)
        return std::numeric_limits<int>::max();
    return static_cast<std::size_t>(now.rlim_cur);
}

std::size_t descriptors_for_callers(std::size_t limit) {
    auto const kept = std::clamp<std::size_t>(limit / 4, 64, 4096);
    return limit - std::min(kept, limit / 2);
}

std::size_t descriptors_for_deliveries(std::size_t limit) {
    constexpr std::size_t kept = 32;
    return limit - std::min(kept, limit / 4);
}

bool is_shortage(error_code const& ec) {
    return ec == asio::error::no_descriptors || ec == asio::error::no_buffer_space ||
           ec == asio::error::no_memory || ec == boost::system::errc::too_many_files_open_in_system;
}

} // namespace sluice::gateway::http
