// Where tasks with an order key are written in a cluster: each key has a home, the one gateway that
// takes its tasks. The seam between the endpoints, which know the keys, and gateway/cluster, which
// knows the gateways. Without a cluster there is none: endpoints hold a null pointer.
#pragma once

#include "gateway/server/request.hpp"
#include "queue/core/order_slot.hpp"
#include "queue/core/time.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::call {

// The gateway of a slot, by its log, and the generation that its place has now.
struct order_home {
    std::uint32_t log = 0;
    bool is_here = false;
    queue::held_slot what;
};

// A call as it is forwarded to the home of its order keys, which takes it as its own.
struct home_question {
    std::uint32_t log = 0;               // the home's
    std::vector<queue::held_slot> slots; // of the call's keys, as they are known here
    std::string account;                 // whose call it is
    std::string_view body;
    // Header lines that the answer depends on, each "Name: value\r\n".
    std::string header_lines;
    std::chrono::milliseconds wait{0}; // so long the home may wait for the end of the task
};

// What the home said. Views are valid in the handler only.
struct home_answer {
    unsigned status = 0;           // 0: nothing was said
    bool may_have_arrived = false; // of status 0: it may have taken the call
    std::string_view content_type;
    std::string_view header_lines; // those that are for the caller
    std::string_view body;
    // Its tasks were taken by nobody: the slot has another home or generation now.
    bool is_moved() const { return status == moved; }
    static constexpr unsigned moved = 421; // Misdirected Request (RFC 9110 section 15.5.20)
};

// Says in which slots and generations a forwarded call is: "12:5,77:1"; "-": in none, a part of a
// batch without order keys.
inline constexpr std::string_view slots_header = "Sluice-Slots";
// Of a part of a batch with an Idempotency-Key: a hash of the whole, so that a part of another
// batch with that key is not taken for a repeat of it.
inline constexpr std::string_view whole_call_header = "Sluice-Whole-Call";
std::string slots_text(std::vector<queue::held_slot> const& slots);
// Nothing where it is something else.
std::optional<std::vector<queue::held_slot>> parse_slots(std::string_view text);

// Of one thread.
class order_homes {
  public:
    virtual std::uint32_t own_log() const = 0;
    // Nothing where nobody is the home now, or it is not known.
    virtual std::optional<order_home> find(std::uint16_t slot) const = 0;
    // Sends the call once; `then` runs on this thread, once. `target`: of the call, with its query.
    virtual void ask_home(std::string_view target, home_question what,
                          std::function<void(home_answer const&)> then) = 0;
    // Who is where is looked up at once; then, on this thread, `then` runs.
    virtual void look_again(std::function<void()> then) = 0;

  protected:
    ~order_homes() = default;
};

} // namespace sluice::gateway::call
