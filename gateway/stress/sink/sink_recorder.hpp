// Keeps what a sink received: as NDJSON lines in a file, and the newest requests in memory for
// tests. Shared by the sink's threads; a line is in the file before its request is answered.
#pragma once

#include "gateway/stress/sink/sink_request.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::stress {

// When a request came, on both clocks.
struct arrival {
    std::chrono::sys_time<std::chrono::milliseconds> wall{};
    std::chrono::nanoseconds monotonic{0}; // Of the steady clock.
};

struct recorded_request {
    std::uint64_t sequence = 0; // From 1, in the order of arrival, over all threads.
    arrival at;
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers; // Names in lower case.
    std::string body;
    unsigned status = 0; // 0: left hanging or reset.

    // The first field of this lower-case name; empty without one.
    std::string_view header(std::string_view name) const;
};

class sink_recorder {
  public:
    // `file` is appended to; empty: nothing is written. Error: that of open(2).
    static boost::system::result<std::unique_ptr<sink_recorder>> open(std::string const& file,
                                                                      std::size_t kept_requests);
    ~sink_recorder();
    sink_recorder(sink_recorder const&) = delete;
    sink_recorder& operator=(sink_recorder const&) = delete;

    // Whether `add` does anything; without that it need not be called.
    bool is_on() const { return descriptor_ >= 0 || kept_limit_ > 0; }

    // Keeps one request. A file that cannot be written is given up: see `write_error`.
    void add(sink_request const& request, arrival at, unsigned status);
    std::vector<recorded_request> kept() const;
    void clear(); // What is in memory; the file stays.
    boost::system::error_code write_error() const;

  private:
    sink_recorder(int descriptor, std::size_t kept_requests)
        : kept_limit_(kept_requests)
        , descriptor_(descriptor) {}
    void write_line(std::string_view line);

    mutable std::mutex mutex_;
    std::size_t const kept_limit_;
    int descriptor_;
    std::uint64_t sequence_ = 0;
    std::deque<recorded_request> kept_;
    boost::system::error_code write_error_;
    std::string line_; // reused
};

// One line of the file, newline included: `time` (RFC 3339, ms, UTC), `monotonic_ns`, `sequence`,
// `method`, `path` (the target), `headers` (an object; repeated fields joined by ", "), `body`, or
// `body_base64` when it is not UTF-8, and `status`.
void append_record_line(std::string& out, sink_request const& request, arrival at,
                        std::uint64_t sequence, unsigned status);

} // namespace sluice::gateway::stress
