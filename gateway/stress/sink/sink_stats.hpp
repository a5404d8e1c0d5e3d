// What a sink counts: requests by status and path, and how many webhook-ids came again. Shared by
// the sink's threads under one short lock; bounded by sink_limits.
#pragma once

#include "gateway/stress/sink/sink_options.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace sluice::gateway::stress {

// A copy of the counters.
struct sink_totals {
    std::uint64_t requests = 0;
    std::uint64_t answered = 0, hung = 0, half_closed = 0, reset = 0, malformed = 0;
    std::uint64_t bytes = 0; // Of bodies received.
    std::uint64_t connections = 0;
    std::map<unsigned, std::uint64_t> by_status;
    std::map<std::string, std::uint64_t> by_path;
    std::uint64_t unique_webhook_ids = 0;
    std::uint64_t duplicates = 0; // Requests whose webhook-id had come before.
    bool ids_are_complete = true; // False once more ids came than are remembered.
};

// What a request got that got no answer.
enum class unanswered : std::uint8_t { hung, half_closed, reset };

// The JSON of GET /__sink/stats.
std::string to_json(sink_totals const& totals);
// A few lines for a person, at the end of `sluice sink`.
std::string to_text(sink_totals const& totals);

class sink_stats {
  public:
    explicit sink_stats(sink_limits const& limits);

    void on_connection();
    void on_malformed();
    // `status` 0: not answered, but `left`.
    void on_request(std::string_view path, std::string_view webhook_id, std::size_t body_bytes,
                    unsigned status, unanswered left = unanswered::hung);
    void clear();
    sink_totals totals() const;

  private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const;
    };
    void count_path(std::string_view path);
    void count_webhook_id(std::string_view id);

    mutable std::mutex mutex_;
    sink_limits limits_;
    sink_totals totals_;
    std::array<std::uint64_t, 600> statuses_{};
    boost::unordered_flat_map<std::string, std::uint64_t, text_hash, std::equal_to<>> paths_;
    boost::unordered_flat_set<std::uint64_t> ids_; // hashes: 8 bytes an id
};

} // namespace sluice::gateway::stress
