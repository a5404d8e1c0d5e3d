// A task's name: a UUIDv7 (RFC 9562 section 5.7), so that ids sort by the time of acceptance. In a
// cluster three of its random bytes name the log that the task was born in, so that any gateway
// knows whom to ask for it. Values; any thread. A generator belongs to one thread.
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

// The log that the task of this id was born in: 1 to `highest_log`, or 0. A member of a group has
// its group's and a report its task's. Of an id that was made without a log it is any number.
std::uint32_t log_of(task_id const& id);
inline constexpr std::uint32_t no_log = 0;
inline constexpr std::uint32_t highest_log = 0xFF'FFFF;

// The id of the n-th task (from 0, below 65535) of a call that became several: follows from the
// group's id, so that a group can be found without an index.
task_id member_of(task_id const& group, std::uint16_t n);

// The id of the report about the end of a task: follows from the task and the time of its end,
// because a dead task that is redriven ends twice.
task_id report_of(task_id const& task, wall_time ended);

// What `report_of` gave for the same end before ids named a log, from what it gives now; and the
// other way round. Journals of that time hold reports of such ids.
task_id other_report_of(task_id const& report);

// Makes ids that grow strictly, also when the clock stands still or steps back: the 12 bits
// after the version count within a millisecond and carry into the time (RFC 9562 section 6.2,
// method 1), the last 62 bits are random, but for 24 that name the log where there is one.
class task_id_generator {
  public:
    // `seed` must differ between generators: two with one seed make the same ids. `log` is that of
    // this gateway in its cluster; without a cluster `no_log`.
    explicit task_id_generator(std::uint64_t seed, std::uint32_t log = no_log)
        : random_(seed)
        , log_(log) {}

    task_id next(wall_time now);

  private:
    split_mix random_;
    std::uint32_t log_;
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
