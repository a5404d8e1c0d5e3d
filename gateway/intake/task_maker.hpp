// Puts the tasks of one call together: their ids, their account, their times. The only place where
// a call makes a queue::new_task. Lives as long as the call is looked at; one thread.
#pragma once

#include "gateway/config/account.hpp"
#include "gateway/intake/accepted.hpp"
#include "gateway/intake/context.hpp"
#include "queue/core/task.hpp"

#include <boost/container/small_vector.hpp>

namespace sluice::gateway::intake {

using task_list = boost::container::small_vector<queue::new_task, 1>;

class task_maker {
  public:
    // Gives the call its id. Where `call.is_group` is set, the tasks are members of that group.
    task_maker(context& with, config::account const& account, queue::wall_time now,
               accepted_call& call)
        : account_(with.current->number_of(account))
        , now_(now)
        , is_group_(call.is_group)
        , id_(with.ids.next(now)) {
        call.request_id = id_;
    }

    // One task more; the reference holds until the next.
    queue::new_task& add(queue::lane_id lane, queue::shared_bytes payload,
                         queue::wall_time not_before);
    // The same, with what it may travel with; 0: alone, as where the destination has no batches.
    queue::new_task& add(plan::delivery_target const& to, queue::shared_bytes payload,
                         queue::wall_time not_before, std::uint64_t travel_key = 0);

    task_list take() && { return std::move(tasks_); }
    task_list& made() { return tasks_; }
    queue::wall_time now() const { return now_; }

  private:
    queue::account_id account_;
    queue::wall_time now_;
    bool is_group_;
    queue::task_id id_;
    task_list tasks_;
};

} // namespace sluice::gateway::intake
