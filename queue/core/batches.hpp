// Tasks that were sent in one request and go again in the very same one: one of them carries the
// batch and waits in the structures like any task, the others ride with it. Owned by the waiting
// room; riders are linked through their nodes, a batch costs about 40 bytes.
#pragma once

#include "queue/core/task_table.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sluice::queue {

class batches {
  public:
    explicit batches(task_table& tasks)
        : tasks_(tasks) {}

    // A task with a batch is about to wait; until `retry_at`, where it failed before. True: it
    // carries the batch and is to be seated. False: it rides; the caller gives it seat::aboard.
    bool enter(slot_index slot, std::optional<mono_time> retry_at);
    // It no longer waits, for the moment or for good. Before its seat is changed.
    void step_out(slot_index slot);
    // Takes a rider off the batch, or no_slot. Ends the batch with the last one where nobody
    // carries it.
    slot_index take_rider(std::uint64_t batch);
    // The same where the batch has riders and nobody who carries it: somebody must, and waits
    // until the same moment on the monotonic clock, whatever the wall clock did meanwhile.
    slot_index take_orphan(std::uint64_t batch, std::optional<mono_time>& retry_at);
    // The task that carries a batch, or no_slot.
    slot_index carrier_of(std::uint64_t batch) const;

    std::size_t size() const { return batches_.size(); }

  private:
    struct batch {
        slot_index carrier = no_slot;
        slot_index first_rider = no_slot;
        std::optional<mono_time> retry_at;
    };
    void unlink(batch& b, slot_index slot);

    task_table& tasks_;
    boost::unordered_flat_map<std::uint64_t, batch> batches_;
};

} // namespace sluice::queue
