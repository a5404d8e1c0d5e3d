// The custom webhook createOutbound: checks its fields and renders the outbound API's request.
// Pure functions; any thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/call/received_request.hpp"
#include "gateway/call/refusal.hpp"
#include "queue/core/shared_bytes.hpp"

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::outbound {

inline constexpr std::size_t security_id_length = 64;
inline constexpr std::size_t flow_id_length = 8;

// A call whose every field is in order.
struct outbound_call {
    std::string flow_id;
    std::string client_id;
    std::chrono::minutes delay{0};
    std::vector<std::string> contact_numbers;              // country code and digits
    std::vector<std::pair<std::string, std::string>> keys; // $flow.key.*, lists joined by commas
};

struct outbound_limits {
    std::chrono::milliseconds max_delay{};
    std::size_t contact_numbers = 500;
};

// What bare names mean in this method.
codecs::name_rules const& create_outbound_names();

// The secret of the call, empty where it brought none.
std::string_view security_id_of(codecs::variables const& call);

// Checks everything and names every problem at once (422). `country_code` is the account's.
call::checked<outbound_call> check_create_outbound(codecs::variables const& call,
                                                   std::string_view country_code,
                                                   outbound_limits const& limits);

// The same, and its names: one that is nearly a system variable's is a problem, too, and the values
// are judged as they were meant.
call::checked<outbound_call> check_whole_outbound(codecs::variables const& call,
                                                  std::string_view country_code,
                                                  outbound_limits const& limits);

// The payload: the outbound API's request with room for the start time, which is written into it
// at the first attempt in `time_zone`. A retry sends the identical bytes. `received` may be null.
queue::shared_bytes render_outbound(outbound_call const& call, std::string_view security_id,
                                    std::string_view time_zone,
                                    call::received_request const* received = nullptr);

} // namespace sluice::gateway::outbound
