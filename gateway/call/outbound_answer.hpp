// How the outbound API's own paths refuse a call: that API's codes, messages and shape,
// {"api-response-code":N,"api-response-message":"…"} (docs/openapi.yaml).
// What exactly is wrong stands in the header Sluice-Detail. Values; the answer is given on the
// connection's thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/server/exchange.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::call {

enum class outbound_code : std::uint16_t {
    checksum_repeated = 201,            // the identical body came before
    invalid_security_id = 202,          // nobody's, or none
    api_version_not_supported = 203,    // only 1.0 is
    invalid_contact_number = 205,       // in one of the calls
    invalid_mandatory_parameters = 210, // missing, or a value that cannot be
    invalid_flow_id = 301,              // not 8 characters
    empty_call_list = 302,              // no calls
    max_data_list_size_exceeded = 303,  // too many calls, numbers or bytes
    invalid_format = 400,               // not JSON, or not of this shape
    ip_not_whitelisted = 401,           // the address may not call for this account
    failure = 500                       // again later
};

struct outbound_refusal {
    outbound_code code = outbound_code::failure;
    std::string detail = {}; // for a person; may be empty
};

template <class T>
using outbound_checked = boost::system::result<T, outbound_refusal>;

[[noreturn]] void throw_exception_from_error(outbound_refusal const& error,
                                             boost::source_location const& location);

// What the queue keeps as the answer to a call whose body is the key.
inline constexpr std::string_view checksum_repeated = "201";

// What a status of another part of the gateway is answered as. Those that have no code of their own
// in the API keep their number and are called as HTTP calls them.
struct outbound_form {
    unsigned code;
    std::string_view message;
    unsigned status;
};
outbound_form outbound_form_of(int status);

void refuse_outbound(server::exchange& on, outbound_refusal const& why);
// The same for what other parts of the gateway refuse, by its status.
void refuse_outbound(server::exchange& on, call::refusal const& why);

} // namespace sluice::gateway::call
