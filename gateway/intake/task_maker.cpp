#include "gateway/intake/task_maker.hpp"

namespace sluice::gateway::intake {

queue::new_task& task_maker::add(queue::lane_id lane, queue::shared_bytes payload,
                                 queue::wall_time not_before) {
    queue::new_task task;
    auto const n = static_cast<std::uint16_t>(tasks_.size());
    task.id = is_group_ ? queue::member_of(id_, n) : id_;
    task.lane = lane;
    task.account = account_;
    task.accepted_at = now_;
    task.not_before = not_before;
    task.payload = std::move(payload);
    if (is_group_) task.extras.made().group = id_;
    return tasks_.emplace_back(std::move(task));
}

queue::new_task& task_maker::add(plan::delivery_target const& to, queue::shared_bytes payload,
                                 queue::wall_time not_before, std::uint64_t travel_key) {
    auto& task = add(to.lane, std::move(payload), not_before);
    if (to.destination->pace.batch > 1 && travel_key != 0)
        task.extras.made().travel_key = travel_key;
    return task;
}

} // namespace sluice::gateway::intake
