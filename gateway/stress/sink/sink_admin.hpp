// The calls under /__sink/ by which a test looks at a sink and changes what it does while it runs.
// They are answered at once, and neither counted nor recorded. Any thread.
#pragma once

#include "gateway/stress/sink/sink_request.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sluice::gateway::stress {

struct sink_state;

inline constexpr std::string_view admin_prefix = "/__sink/";

struct admin_answer {
    unsigned status = 200;
    std::string body; // JSON
};

// GET stats, GET and POST config, POST reset; 404 and 405 for others, 422 with `{"error":"…"}` for
// a configuration that cannot be understood (nothing of it is taken).
admin_answer answer_admin(sink_request const& request, sink_state& state,
                          std::chrono::steady_clock::time_point now);

// `{"status":"200:90,503:10","latency":"5ms","fail_rate":0.1,"fail_for":"10s","retry_after":3,
// "hang_rate":0,"half_close_rate":0,"reset_rate":0,"slow_body":"0ms","answer_size":0,
// "body":null}`
std::string to_json(behaviour_options const& options);

// Reads such an object; keys that it does not name keep their value in `options`.
parsed<behaviour_options> read_behaviour(std::string_view json, behaviour_options options);

} // namespace sluice::gateway::stress
