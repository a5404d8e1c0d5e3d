#include "queue/core/error.hpp"

#include <string>

namespace sluice::queue {

namespace {

class category final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.queue"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::queue_full:
            return "The queue holds as many tasks as it may (limits.queue_tasks).";
        case errc::memory_full:
            return "The queue's payloads fill their memory (limits.queue_bytes).";
        case errc::disk_full:
            return "The journal has no room for new work (limits.journal_bytes or the disk).";
        case errc::too_far_ahead:
            return "The due time is further ahead than limits.max_delay allows.";
        case errc::stopping:
            return "The gateway is stopping and takes no new work.";
        case errc::overloaded:
            return "The gateway is taking calls as fast as it can; this one was not taken.";
        case errc::duplicate_key:
            return "This Idempotency-Key was used before with the same request.";
        case errc::key_conflict:
            return "This Idempotency-Key was used before with another request.";
        case errc::key_in_progress:
            return "The first request with this Idempotency-Key is still unanswered.";
        case errc::content_in_progress:
            return "The first call with this content is still unanswered.";
        case errc::outcome_unknown:
            return "The disk failed while this call waited: it may or may not be kept.";
        case errc::unknown_task:
            return "There is no such task.";
        case errc::wrong_state:
            return "The task's state does not allow this.";
        case errc::unknown_lane:
            return "There is no such destination.";
        }
        return "Unknown error of the queue.";
    }
};

} // namespace

boost::system::error_category const& queue_category() {
    static category const instance;
    return instance;
}

} // namespace sluice::queue
