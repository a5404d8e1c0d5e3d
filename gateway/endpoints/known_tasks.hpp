// Tasks that were taken: showing, explaining and cancelling them for their account, to whom another
// account's task is as unknown as one that never was. Who calls has been decided. Where this
// gateway does not know a task of a cluster, the others are asked. Used on one thread.
#pragma once

#include "gateway/call/cluster.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/server/exchange.hpp"
#include "queue/core/task_id.hpp"
#include "queue/dispatch/port.hpp"

#include <cstddef>
#include <string>

namespace sluice::gateway::endpoints {

// Who asks, and how they want to be answered.
struct task_caller {
    std::string account;
    codecs::media_kind format = codecs::media_kind::json;
};

class known_tasks {
  public:
    // `port` is the thread's. `others`: null without a cluster, and for calls that another gateway
    // sent here.
    explicit known_tasks(queue::port& port, call::cluster* others = nullptr)
        : port_(port)
        , others_(others) {}

    // Each answers in the end.
    void show(server::exchange& on, task_caller const& by, queue::task_id id);
    // Of a group of at most `most` tasks.
    void show_group(server::exchange& on, task_caller const& by, queue::task_id group,
                    std::size_t most);
    void explain(server::exchange& on, task_caller const& by, queue::task_id id);
    void cancel(server::exchange& on, task_caller const& by, queue::task_id id);

  private:
    // The task is not here.
    call::checked<void> look_elsewhere(server::exchange& on, task_caller const& by,
                                       queue::task_id id) const;

    queue::port& port_;
    call::cluster* others_;
};

} // namespace sluice::gateway::endpoints
