#include "gateway/outbound/start_time.hpp"

#include "gateway/call/times.hpp"

#include <string_view>

namespace sluice::gateway::outbound {

bool start_time_policy::is_stale(queue::account_id account, queue::wall_time rendered,
                                 queue::wall_time now) const {
    auto const* found = current_ ? current_->account_of(account) : nullptr;
    std::string_view const zone = found ? std::string_view(found->time_zone) : "UTC";
    constexpr std::size_t date_length = 10;
    return call::local_time(now, zone).substr(0, date_length) >
           call::local_time(rendered, zone).substr(0, date_length);
}

} // namespace sluice::gateway::outbound
