// What the server answers when it refuses a request by itself: a status, a title, a detail.
// A plain value; writes itself as RFC 9457 JSON with `type` "about:blank".
#pragma once
#include <string>
#include <string_view>

namespace sluice::gateway::server {

// Status 0 means: no problem. The texts are literals or outlive the answer.
struct problem {
    unsigned status = 0;
    std::string_view detail;

    explicit operator bool() const { return status != 0; }
    // The reason phrase of the status, "Bad Request".
    std::string_view title() const;
};

// Appends `{"type":"about:blank","title":…,"status":…,"detail":…}` to `out` (RFC 9457 section 3).
void write_problem_json(problem const& refusal, std::string& out);

} // namespace sluice::gateway::server
