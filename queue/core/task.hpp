// A task as the queue holds it, and a task as it comes in. The payload is opaque bytes.
#pragma once

#include "queue/core/boxed.hpp"
#include "queue/core/names.hpp"
#include "queue/core/outcome.hpp"
#include "queue/core/shared_bytes.hpp"
#include "queue/core/task_id.hpp"
#include "queue/core/time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::queue {

// scheduled -> ready -> in_flight -> (retry_wait ->)* delivered | dead | cancelled | expired.
// "Held" (paused, limited, breaker open) is a reason, never a state.
enum class task_state : std::uint8_t {
    scheduled,  // not due yet
    ready,      // due; waits for its lane
    in_flight,  // an attempt is under way
    retry_wait, // an attempt failed; waits for the next one
    delivered,
    dead,      // gave up; kept whole, can be redriven
    cancelled, // by a caller or an operator, before it was sent
    expired    // expires_at passed before it was sent
};
std::string_view to_string(task_state s);
inline bool is_finished(task_state s) {
    return s >= task_state::delivered;
}

// Where a task's full record lies in the journal; `segment` 0 is "nowhere".
struct location {
    std::uint32_t segment = 0;
    std::uint32_t length = 0; // of the payload, bytes
    std::uint64_t offset = 0; // of the payload, from the start of the segment
};

// One ended attempt, kept for whoever asks after the task.
struct attempt_note {
    std::uint32_t number = 0;
    wall_time at{}; // when it began
    std::chrono::milliseconds duration{0};
    std::uint16_t status = 0; // 0: no answer, see `cause`
    queue::cause cause = queue::cause::answered;
    std::string detail;   // error text, empty for an answer
    std::string response; // cut to `kept_response`
};
inline constexpr std::size_t kept_response = 1024; // bytes of an answer in a note
inline constexpr std::size_t kept_notes = 16;      // newest notes of a task

// How long a key is kept that names no time of its own.
inline constexpr std::chrono::milliseconds usual_key_lifetime{24ll * 3600 * 1000};

// The key under which a caller repeats a request safely; hashes, never the key itself.
struct idempotency {
    std::array<std::uint8_t, 16> key{};    // hash of (account, path, key)
    std::array<std::uint8_t, 16> body{};   // hash of the request: another body is a conflict
    std::string answer;                    // what the first request was answered; opaque
    std::chrono::milliseconds lifetime{0}; // how long the key is kept; 0: as all others
};

// A task that an operator sent anew: a copy of one that had ended.
struct replayed {
    task_id of;
    std::string by; // whose wish it was
};

// What most tasks do not have; one allocation for those that do. Each member stands once in the
// list of fields in journal/record_fields.hpp, which does not compile when one is missing there.
struct task_extras {
    task_id group{};       // of a call that became several tasks; nil: none
    std::string order_key; // tasks with one key go in order; empty: none
    // Where it stands among those of its key: the lower goes first. Given when its record is
    // written, so that every restart and every adopter puts them in the order in which they were
    // accepted, whatever the clocks were. 0: from before there were turns; then the id says it.
    std::uint64_t order_turn = 0;
    std::string callback; // opaque to the queue: where the final outcome is to be told
    boxed<queue::idempotency> idempotency;
    // A key that was made of the call's content. A call with the same one that comes while the
    // first is still unanswered waits for its answer.
    boxed<queue::idempotency> content;
    // Tasks of one account and lane with the same key may travel in one attempt; 0: alone. Not
    // together with an order key.
    std::uint64_t travel_key = 0;
    std::uint64_t batch = 0; // the tasks that it was sent with and is sent again with; 0: none
    std::vector<attempt_note> notes; // oldest first, at most kept_notes
    std::string result;              // mapped variables of the last answer, opaque
    std::string reason;              // why it is dead, or who cancelled it
    boxed<replayed> replay;
    boxed<std::string> redriven_by; // who gave it new attempts, the last time
    wall_time rendered_at{};        // pinned at the first attempt (lane_options::pins_render_time)
};

// Whether somebody is to be told how the task ends. Null: it has no extras.
inline bool asks_for_report(task_extras const* extras) {
    return extras != nullptr && !extras->callback.empty();
}

// Reports that tasks will ask for, and what decides how long these can get.
struct expected_reports {
    std::uint64_t count = 0;
    std::uint64_t callback_bytes = 0; // task_extras::callback of them all

    void add(task_extras const* extras) {
        if (!asks_for_report(extras)) return;
        ++count;
        callback_bytes += extras->callback.size();
    }
    // Not below none: a record of replay may end what was never counted.
    void take_away(task_extras const* extras) {
        if (!asks_for_report(extras) || count == 0) return;
        --count;
        callback_bytes -= std::min<std::uint64_t>(callback_bytes, extras->callback.size());
    }
    friend expected_reports operator+(expected_reports const& a, expected_reports const& b) {
        return {a.count + b.count, a.callback_bytes + b.callback_bytes};
    }
    friend bool operator==(expected_reports const&, expected_reports const&) = default;
};

// A task as the gateway hands it over. A copy is a whole one; its payload is shared.
struct new_task {
    task_id id;
    lane_id lane{};
    account_id account{};
    wall_time accepted_at{};
    wall_time not_before{};
    wall_time expires_at = never;
    shared_bytes payload;
    boxed<task_extras> extras;
};

} // namespace sluice::queue
