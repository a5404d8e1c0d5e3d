// Who listens to events, and what they get: each listener is an exchange whose answer is a stream
// of server-sent events. Lives on the admin listener's thread. A listener that does not read fast
// enough is dropped (exchange::stream_limit), and so is one that is gone.
#pragma once

#include "gateway/admin/events_json.hpp"
#include "gateway/server/exchange.hpp"
#include "queue/core/names.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::admin {

struct event {
    event_kind kind{};
    std::optional<queue::lane_id> lane; // of those that happen at a destination
    std::string frame;
    std::uint64_t number = 0; // rises
};

class event_hub {
  public:
    // Told whether anybody listens, when that changes.
    using interest_handler = std::function<void(bool)>;
    // `gateway`: of a cluster, whose events these are; the stream begins by saying so.
    explicit event_hub(interest_handler interest, std::string_view gateway = {});

    struct wish {
        event_set kinds = event_set::all();
        std::optional<queue::lane_id> lane; // that destination's events only
        std::size_t recent = 0;             // begin with as many of the recent ones, at most
    };
    // Begins the stream, with the newest of `recent`, oldest first: what is published later and has
    // the number of one of them, or an earlier one, is not told again. False, with nothing done,
    // when `most_listeners` listen already and none of them has closed its side.
    bool subscribe(server::exchange& on, wish const& what, std::vector<event> const& recent = {});

    void publish(std::vector<event> const& events);
    // Events that could not be kept until the listeners were served.
    void publish_missed(std::uint64_t count);
    // A comment line to everyone, by which those that are gone are found out. Every few seconds.
    void beat();
    // Ends every stream.
    void close();

    std::size_t size() const { return listeners_.size(); }
    std::uint64_t dropped() const { return dropped_; } // listeners that were too slow
    static constexpr std::size_t most_listeners = 16;

  private:
    struct listener {
        server::exchange* on = nullptr;
        wish what;
        std::uint64_t behind = 0; // the number of the last event that was told as a recent one
    };
    bool is_wanted(listener const& by, event const& what) const;
    template <class Send>
    void send(Send&& send_to);
    void drop_ended();

    interest_handler interest_;
    std::string hello_; // what a stream begins with
    std::vector<listener> listeners_;
    std::uint64_t dropped_ = 0;
};

} // namespace sluice::gateway::admin
