// Which tasks somebody asks for: by destination, account, state, time and reason. Values in, a
// verdict out; any thread.
#pragma once

#include "queue/core/engine.hpp"
#include "queue/core/task_details.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::queue {

// States as a set.
class state_set {
  public:
    constexpr state_set() = default;
    static constexpr state_set all() { return state_set(0xFF); }
    constexpr state_set with(task_state s) const {
        return state_set(static_cast<std::uint8_t>(bits_ | 1u << static_cast<unsigned>(s)));
    }
    constexpr bool has(task_state s) const { return (bits_ >> static_cast<unsigned>(s) & 1u) != 0; }
    constexpr bool is_empty() const { return bits_ == 0; }
    // Whether tasks in one of these states are in the engine, or in the history.
    constexpr bool has_held() const { return (bits_ & 0b0010'1111) != 0; }
    constexpr bool has_kept() const { return (bits_ & 0b1101'0000) != 0; }
    friend constexpr bool operator==(state_set, state_set) = default;

  private:
    explicit constexpr state_set(std::uint8_t bits)
        : bits_(bits) {}
    std::uint8_t bits_ = 0;
};

struct task_filter {
    std::string destination; // empty: any
    std::string account;     // empty: any
    state_set states = state_set::all();
    std::optional<wall_time> from;  // this moment and later
    std::optional<wall_time> until; // earlier than this
    bool is_by_end = false;         // times are those of the end, not of the acceptance
    std::string reason;             // a part of why it is dead or who cancelled it; ASCII case
                                    // does not matter
    std::string order_key;          // empty: any
    bool has_key = false;           // came with a key that a caller made
    std::uint64_t batch = 0;        // travelled in this one; 0: any
};

// What a filter looks at beside the details of a task.
struct task_marks {
    std::string_view order_key;
    bool has_key = false;
    std::uint64_t batch = 0;
};

// The filter with its names turned into numbers, for walking over many tasks: core's thread.
class task_matcher {
  public:
    task_matcher(task_filter filter, names const& table);
    // A name that nobody ever had: nothing matches.
    bool is_void() const { return is_void_; }
    bool operator()(task_view const& task) const;
    // The one that `from` and `until` are about.
    wall_time time_of(task_view const& task) const {
        return filter_.is_by_end ? task.finished_at : task.accepted_at;
    }

  private:
    task_filter filter_;
    std::optional<lane_id> lane_;
    std::optional<account_id> account_;
    bool is_void_ = false;
};

bool matches(task_filter const& filter, task_details const& task, task_marks const& marks = {});

// Whether `part` stands in `text`, whatever the case of its ASCII letters.
bool contains_text(std::string_view text, std::string_view part);

} // namespace sluice::queue
