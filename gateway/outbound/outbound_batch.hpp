// Calls of one flow in one request of the outbound API: which may go together, and how their
// requests become one. Pure; any thread.
#pragma once

#include "queue/core/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::outbound {

// Two calls may travel together where these are the same. Never 0.
std::uint64_t travel_key(std::string_view security_id, std::string_view flow_id);

// One task's part: an outbound request with one call, as render_outbound makes it.
struct outbound_part {
    std::string_view body;
    std::optional<std::size_t> start_time; // offset in the body
    std::string_view time_zone;
    queue::wall_time rendered_at{};
};

// The calls of all parts, in their order, in one request; each with its own start time written into
// it. The same parts always give the same bytes. Nothing where a part is no outbound request or
// says something else than the first outside its calls.
std::optional<std::string> join_outbound(std::span<outbound_part const> parts);

// What the caller named the only call of an outbound request by; empty where it has no name.
std::string client_identifier_of(std::string_view body);

// Which entry of `call-details` speaks of which call: by `client-identifier` where every entry has
// one and no two calls share theirs, else by position where there are as many entries as calls.
// Nothing where neither tells. `details` are raw JSON.
std::vector<std::optional<std::string_view>> entries_of(std::span<std::string_view const> details,
                                                        std::span<std::string const> clients);

// What names a batch to its receiver, the same in each of its attempts.
std::string batch_name(std::uint64_t batch);
// The batch of such a name; nothing where it is none.
std::optional<std::uint64_t> parse_batch_name(std::string_view name);

} // namespace sluice::gateway::outbound
