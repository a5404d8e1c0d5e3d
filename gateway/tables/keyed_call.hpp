// Calls that carry an Idempotency-Key, as values: what a key is, what is kept under it, and what a
// write takes along so that its answer is kept with it.
#pragma once

#include "gateway/tables/error.hpp"
#include "queue/core/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace sluice::gateway::tables {

using queue::wall_time;

using call_hash = std::array<std::uint8_t, 16>;

struct call_key {
    call_hash key{};     // of the account, the path and the Idempotency-Key
    call_hash request{}; // of all that the call says
    wall_time now{};
};

// What the first call with a key was answered.
struct kept_answer {
    unsigned status = 200;
    std::string media_type;
    std::string body;
    std::string header_lines{}; // besides Content-Type; each "Name: value\r\n"
    std::size_t bytes() const { return body.size() + header_lines.size(); }
};
using answer_ptr = std::shared_ptr<kept_answer const>;

inline constexpr auto answer_lifetime = std::chrono::hours(24);
// A longer one cannot be kept: a call of the tables is refused, what a call that waited for its
// task was answered is told all the same.
inline constexpr std::size_t max_answer_bytes = 256 * 1024;

inline bool is_over(wall_time kept, wall_time now) {
    return now - kept >= answer_lifetime;
}

// What a write takes along. It is carried out once for a key; whoever comes with the key again is
// told what the first was answered.
template <class T>
struct keyed_call {
    std::optional<call_key> key; // none: the call carries none, and the rest is not looked at
    // The answer to what the write came to; nothing: the call is refused, the key stays free. On a
    // thread of the backend, inside the transaction, and again where that is repeated.
    std::function<std::optional<kept_answer>(result<T> const&)> answer;
    // In the place of the write's own teller: nothing was done, this was answered before.
    std::function<void(kept_answer const&)> repeat;
};

} // namespace sluice::gateway::tables
