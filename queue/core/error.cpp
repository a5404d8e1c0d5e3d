#include "queue/core/error.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace sluice::queue {

namespace {

struct sentence {
    errc of;
    char const* text;
};
constexpr sentence sentences[] = {
    {errc::queue_full, "The queue holds as many tasks as it may (limits.queue_tasks)."},
    {errc::memory_full, "The queue's payloads fill their memory (limits.queue_bytes)."},
    {errc::disk_full, "The journal has no room for new work (limits.journal_bytes or the disk)."},
    {errc::too_far_ahead, "The due time is further ahead than limits.max_delay allows."},
    {errc::stopping, "The gateway is stopping and takes no new work."},
    {errc::overloaded, "The gateway is taking calls as fast as it can; this one was not taken."},
    {errc::store_away, "PostgreSQL, which keeps the queue, does not answer at the moment."},
    {errc::duplicate_key, "This Idempotency-Key was used before with the same request."},
    {errc::key_conflict, "This Idempotency-Key was used before with another request."},
    {errc::key_in_progress, "The first request with this Idempotency-Key is still unanswered."},
    {errc::content_in_progress, "The first call with this content is still unanswered."},
    {errc::key_orphaned, "Another gateway took a call with this key or content, and what became of "
                         "it is being found out."},
    {errc::outcome_unknown,
     "What keeps the queue failed while this call waited: it may or may not be kept."},
    {errc::unknown_task, "There is no such task."},
    {errc::wrong_state, "The task's state does not allow this."},
    {errc::unknown_lane, "There is no such destination."},
    {errc::not_home, "The tasks of this order key are moving to another gateway of the cluster."},
};
static_assert(std::size(sentences) == static_cast<std::size_t>(errc::not_home));

class category final : public boost::system::error_category {
  public:
    char const* name() const noexcept override { return "sluice.queue"; }
    std::string message(int value) const override {
        auto const found = std::ranges::find(sentences, static_cast<errc>(value), &sentence::of);
        return found == std::end(sentences) ? "Unknown error of the queue." : found->text;
    }
};

} // namespace

boost::system::error_category const& queue_category() {
    static category const instance;
    return instance;
}

} // namespace sluice::queue
