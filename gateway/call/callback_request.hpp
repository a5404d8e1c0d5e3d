// `callback` of a task as a caller gives it: a URL, or {"url","secret"}. Pure; any thread.
#pragma once

#include "gateway/config/account.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace sluice::gateway::call {

// A sentence that says what is wrong with a callback.
struct callback_problem {
    std::string what;
};

[[noreturn]] void throw_exception_from_error(callback_problem const& error,
                                             boost::source_location const& location);

// Of calls whose body is not the gateway's to read: the URL of a callback for this one call.
inline constexpr std::string_view callback_header = "Sluice-Callback";

// `raw` is a JSON value. Gives {"url":"…"} or {"url":"…","secret":"…"} on one line. The account's
// policy says which URLs may be called: https, public addresses and web ports, unless it allows
// more.
boost::system::result<std::string, callback_problem> parse_callback(std::string_view raw,
                                                                    config::callback const& policy);

} // namespace sluice::gateway::call
