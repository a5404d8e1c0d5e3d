// Why bytes that were received are refused: the status to answer and a sentence for the peer.
// A plain value.
#pragma once
#include <string_view>

namespace sluice::gateway::http {

// Status 0 means: not refused. The text is a literal or outlives the answer.
struct refusal {
    unsigned status = 0;
    std::string_view detail;

    explicit operator bool() const { return status != 0; }
};

} // namespace sluice::gateway::http
