// Who waits for the end of which task. Shown each attempt that came back, told the end once, on
// the port of whoever asked. Owned by the dispatcher; core's thread.
#pragma once

#include "queue/dispatch/port.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>

namespace sluice::queue {

class watchers {
  public:
    void add(task_id id, std::shared_ptr<watcher> who, port& on);
    bool has(task_id id) const { return !of_.empty() && of_.contains(id); }

    // An attempt ended: its answer is the last that whoever waits for one of its tasks will see.
    void show(attempt const& done, outcome const& result);
    // The task ended: tells whoever waits for it, once.
    void tell(finished const& end);

    void forget(task_id id) { of_.erase(id); } // it never came in
    // `who` no longer waits; another one that does stays.
    void forget(task_id id, watcher const* who);

  private:
    struct watching {
        std::shared_ptr<watcher> who;
        port* on = nullptr;
        outcome last;
    };
    void show(task_id id, outcome const& own);

    boost::unordered_flat_map<task_id, watching, task_id_hash> of_;
};

} // namespace sluice::queue
