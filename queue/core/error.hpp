// The queue's own errors. Each has one sentence; the gateway maps them to HTTP statuses.
#pragma once

#include <boost/system/error_code.hpp>

#include <type_traits>

namespace sluice::queue {

enum class errc {
    queue_full = 1,      // limits.queue_tasks reached
    memory_full,         // limits.queue_bytes reached
    disk_full,           // limits.journal_bytes reached, or the disk has no room
    too_far_ahead,       // not_before beyond limits.max_delay
    stopping,            // the queue takes no new work
    overloaded,          // the ring to the core is full
    store_away,          // what keeps the journal has not answered for a second
    duplicate_key,       // this idempotency key was used with the same request: answer as then
    key_conflict,        // this idempotency key was used with another request
    key_in_progress,     // the first request with this key is still unanswered
    content_in_progress, // the first call with this content is still unanswered
    key_orphaned,        // the gateway that took the first call with this key is gone
    outcome_unknown,     // the disk failed while this waited: it may or may not be kept
    unknown_task,        // no such task
    wrong_state,         // the task's state does not allow this
    unknown_lane,        // no such destination
    not_home,            // another gateway takes the tasks of this order key, or none at the moment
};

boost::system::error_category const& queue_category();
inline boost::system::error_code make_error_code(errc e) {
    return {static_cast<int>(e), queue_category()};
}

} // namespace sluice::queue

template <>
struct boost::system::is_error_code_enum<sluice::queue::errc> : std::true_type {};
