// What a caller prefers about its answer (RFC 7240): how long it would wait for the delivery.
// Pure; any thread.
#pragma once

#include "gateway/server/request.hpp"

#include <chrono>
#include <optional>

namespace sluice::gateway::call {

struct preferences {
    std::optional<std::chrono::seconds> wait; // section 4.3; capped at an hour
    bool respond_async = false;               // section 4.1
    bool wants_representation = false;        // return=representation, section 4.2
};

// Reads every Prefer field. The first mention of a preference counts; what is not known or not
// well-formed is as if it were not there (section 2).
preferences preferences_of(server::request const& req);

// How long a call waits for the end of its task before it is answered 202; 0: not at all.
struct call_wait {
    std::chrono::milliseconds limit{0};
    bool is_preferred = false; // the caller asked for it: Preference-Applied says so
};

// The caller's wish, at most `most`; where it has none, `by_default`.
call_wait choose_wait(preferences const& wish, std::chrono::milliseconds most,
                      std::chrono::milliseconds by_default = std::chrono::milliseconds(0));

} // namespace sluice::gateway::call
