// What waits for the disk, in the order of its record numbers: new tasks with the call that brought
// them, and whoever wants to know that a record is safe. Owned by the dispatcher; core's thread.
#pragma once

#include "queue/core/claim_job.hpp"
#include "queue/core/record.hpp"
#include "queue/core/time.hpp"
#include "queue/dispatch/port.hpp"
#include "queue/journal/sequence.hpp"

#include <boost/container/deque.hpp>
#include <boost/system/error_code.hpp>

#include <deque>
#include <functional>
#include <utility>

namespace sluice::queue {

class commit_line {
  public:
    // One call's answer, due when its last task is safe.
    struct call {
        port* from = nullptr;              // null: nobody asked
        bool is_adopted = false;           // another gateway's; else, without a port, a report
        submit_handler* handler = nullptr; // set for the last task of a call only
        mono_time since{};                 // it waits
        claim_turn turn = 0;               // of its keys' claims; 0: it has none
    };
    struct waiting_task {
        appended place;
        accepted what;
        call answer;
    };
    using safe_handler = std::function<void(boost::system::error_code)>;

    void push(waiting_task&& task) { tasks_.push_back(std::move(task)); }
    // Calls `then` when the record is safe, or with the error when it never will be. `since`: who
    // asked waits from then on, and may give up.
    void when_safe(appended const& place, safe_handler then, mono_time since = mono_time::max()) {
        others_.push_back({place.number, std::move(then), since});
    }

    // Those who have waited since `before` or longer are told that nobody knows; what they brought
    // stays in line and is decided later. `tell` gets the call of a task.
    template <class Tell>
    void give_up(mono_time before, boost::system::error_code ec, Tell&& tell) {
        for (; told_ < tasks_.size() && tasks_[told_].answer.since <= before; ++told_) {
            auto& answer = tasks_[told_].answer;
            if (answer.handler) tell(answer);
            answer.handler = nullptr;
        }
        for (auto& each : others_) {
            if (each.since > before) continue;
            each.since = mono_time::max();
            if (auto const then = std::exchange(each.then, nullptr)) then(ec);
        }
    }
    template <class Visit>
    void for_each_task(Visit&& visit) const {
        for (auto const& each : tasks_)
            visit(each.what.task);
    }
    bool is_empty() const { return tasks_.empty() && others_.empty(); }

    // Takes out, in order, the tasks of a batch and gives each with its location to `apply`; then
    // tells the others that are safe now.
    template <class Apply>
    void commit(committed_batch const& batch, Apply&& apply) {
        while (has_task_up_to(batch.last)) {
            auto task = take_first();
            task.what.where = {batch.segment,
                               static_cast<std::uint32_t>(task.what.task.payload.size()),
                               batch.offset + task.place.offset_in_batch};
            apply(std::move(task));
        }
        tell_up_to(batch.last, {});
    }

    // Takes out the tasks among [first, last], which will never be in the journal.
    template <class Drop>
    void refuse(sequence first, sequence last, Drop&& drop) {
        while (has_task_up_to(last)) {
            auto task = take_first();
            if (task.place.number >= first) drop(std::move(task));
        }
    }

    // Nothing more will ever be safe.
    template <class Drop>
    void fail(boost::system::error_code ec, Drop&& drop) {
        while (!tasks_.empty())
            drop(take_first());
        tell_up_to(~sequence{0}, ec);
    }

  private:
    struct other {
        sequence number;
        safe_handler then; // null: it was told already
        mono_time since;
    };

    bool has_task_up_to(sequence last) const {
        return !tasks_.empty() && tasks_.front().place.number <= last;
    }
    waiting_task take_first() {
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        if (told_ > 0) --told_;
        return task;
    }
    void tell_up_to(sequence last, boost::system::error_code ec) {
        while (!others_.empty() && others_.front().number <= last) {
            auto then = std::move(others_.front().then);
            others_.pop_front();
            if (then) then(ec);
        }
    }

    // Blocks of many: those of std::deque hold two such tasks, an allocation for every second one.
    using block = boost::container::deque_options<boost::container::block_size<64U>>::type;
    boost::container::deque<waiting_task, void, block> tasks_;
    std::deque<other> others_;
    std::size_t told_ = 0; // of the first of `tasks_`: their callers have given up
};

} // namespace sluice::queue
