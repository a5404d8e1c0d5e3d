// A call as it is sent to another gateway: the same one, with who makes it. Pure; any thread.
#pragma once

#include "gateway/call/cluster.hpp"
#include "gateway/cluster/join_answers.hpp"
#include "gateway/server/request.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::cluster {

// Paths of the internal listener; behind them stands the path of the call.
inline constexpr std::string_view public_prefix = "/cluster/public";
inline constexpr std::string_view admin_prefix = "/cluster/admin";
// Of calls that are forwarded to the home of their order keys.
inline constexpr std::string_view home_prefix = "/cluster/home";

// What of a call the joint answer depends on. Refusals: 400; 422 for a cursor of another kind.
call::checked<joint_question> read_question(server::request const& req,
                                            call::cluster_question const& what);

// The target for the gateway of this log: a page's cursor is its own.
std::string target_for(server::request const& req, call::cluster_question const& what,
                       joint_cursor const& from, std::uint32_t log);
// The job that begins: its number, and the gateways that have a part of it.
struct begun_job {
    std::uint64_t number = 0; // 0: none begins
    std::vector<std::string> gateways = {};
};
// Who asks, what may be shown, and the job that begins.
std::string lines_for(server::request const& req, call::cluster_question const& what,
                      begun_job const& job);
// The body; where `members` gateways begin a job with a rate, each has its share of it.
std::string body_for(server::request const& req, call::cluster_question const& what,
                     std::size_t members);

} // namespace sluice::gateway::cluster
