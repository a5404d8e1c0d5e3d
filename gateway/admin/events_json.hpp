// What the queue tells, as server-sent events (WHATWG HTML section 9.2): `event: <kind>` and one
// line of JSON. Pure; appends to the caller's text.
#pragma once

#include "queue/dispatch/observer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::admin {

enum class event_kind : std::uint8_t {
    attempt,     // an attempt ended
    finished,    // a task ended
    destination, // a lane changed
    dropped,     // dead letters were purged by retention
    synced,      // a batch of the journal is on the disk
    storage,     // the disk failed
    clock        // the wall clock was stepped
};
inline constexpr std::size_t event_kinds = 7;
// Of those that are kept for who comes later.
inline constexpr std::size_t most_recent_events = 256;
std::string_view to_string(event_kind kind);
std::optional<event_kind> parse_event_kind(std::string_view text);

// Kinds of events as a set.
class event_set {
  public:
    constexpr event_set() = default;
    static constexpr event_set all() { return event_set(0x7F); }
    constexpr event_set with(event_kind k) const {
        return event_set(static_cast<std::uint8_t>(bits_ | 1u << static_cast<unsigned>(k)));
    }
    constexpr bool has(event_kind k) const { return (bits_ >> static_cast<unsigned>(k) & 1u) != 0; }
    constexpr bool is_empty() const { return bits_ == 0; }

  private:
    explicit constexpr event_set(std::uint8_t bits)
        : bits_(bits) {}
    std::uint8_t bits_ = 0;
};

// The names of an event's destination and account.
struct event_names {
    std::string_view destination;
    std::string_view account = {};
};

// Each appends the data's JSON; `at` is when it happened.
void append_event(std::string& out, queue::observer::attempt_ended const& event,
                  event_names const& names, queue::wall_time at);
void append_event(std::string& out, queue::observer::task_finished const& event,
                  event_names const& names, queue::wall_time at);
void append_event(std::string& out, queue::observer::batch_synced const& event,
                  queue::wall_time at);
void append_destination_event(std::string& out, std::string_view destination, std::string_view what,
                              std::string_view why, queue::wall_time at);
void append_count_event(std::string& out, std::string_view name, std::int64_t count,
                        queue::wall_time at);
void append_storage_event(std::string& out, std::string_view operation, std::string_view error,
                          queue::wall_time at);

// "event: attempt\nid: 7\ndata: {…}\n\n"
std::string to_frame(event_kind kind, std::uint64_t number, std::string_view json);

} // namespace sluice::gateway::admin
