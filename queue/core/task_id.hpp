// A task's name: a UUIDv7 (RFC 9562 section 5.7), so that ids sort by the time of acceptance.
// Values; any thread. A generator belongs to one thread.
#pragma once

#include "queue/core/split_mix.hpp"
#include "queue/core/time.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sluice::queue {

struct task_id {
    std::array<std::uint8_t, 16> bytes{};

    // The nil UUID stands for "none".
    bool is_nil() const { return *this == task_id{}; }
    friend auto operator<=>(task_id const&, task_id const&) = default;
};

inline constexpr std::size_t task_id_length = 36;

// Writes the 36 characters of the canonical form (lower case) and returns the end.
char* to_chars(task_id const& id, char* first);
std::string to_string(task_id const& id);

// The canonical form without an allocation.
struct task_id_text {
    explicit task_id_text(task_id const& id) { to_chars(id, text.data()); }
    std::string_view view() const { return {text.data(), text.size()}; }

    std::array<char, task_id_length> text;
};

// Takes the canonical form, either case. Error: `invalid_argument`.
boost::system::result<task_id> parse_task_id(std::string_view text);

// The time in an id (its first 48 bits).
wall_time time_of(task_id const& id);

// The id of the n-th task (from 0, below 65535) of a call that became several: follows from the
// group's id, so that a group can be found without an index.
task_id member_of(task_id const& group, std::uint16_t n);

// The id of the report about the end of a task: follows from the task and the time of its end,
// because a dead task that is redriven ends twice.
task_id report_of(task_id const& task, wall_time ended);

// Makes ids that grow strictly, also when the clock stands still or steps back: the 12 bits
// after the version count within a millisecond and carry into the time (RFC 9562 section 6.2,
// method 1), the last 62 bits are random.
class task_id_generator {
  public:
    // `seed` must differ between generators: two with one seed make the same ids.
    explicit task_id_generator(std::uint64_t seed)
        : random_(seed) {}

    task_id next(wall_time now);

  private:
    split_mix random_;
    std::uint64_t ticks_ = 0; // milliseconds * 4096 + counter
};

// The random bits of an id are already a hash.
struct task_id_hash {
    using is_avalanching = void;
    std::size_t operator()(task_id const& id) const noexcept {
        std::uint64_t head;
        std::uint64_t tail;
        std::memcpy(&head, id.bytes.data(), 8);
        std::memcpy(&tail, id.bytes.data() + 8, 8);
        return (head ^ tail) * 0x9E3779B97F4A7C15u;
    }
};

} // namespace sluice::queue
