// What one non-blocking step of a connection came to.
#pragma once

#include <cstddef>

namespace sluice::gateway::client {

struct io_result {
    enum class status {
        done,        // `size` bytes were moved; at least one
        wants_read,  // again when the socket is readable
        wants_write, // again when the socket is writable
        ended,       // the peer sends no more
        failed       // broken; the connection has the text
    };
    status what = status::done;
    std::size_t size = 0;
};

} // namespace sluice::gateway::client
