// What waits for the disk, in the order of its record numbers: new tasks with the call that brought
// them, and whoever wants to know that a record is safe. Owned by the dispatcher; core's thread.
#pragma once

#include "queue/core/record.hpp"
#include "queue/dispatch/port.hpp"
#include "queue/journal/sequence.hpp"

#include <boost/system/error_code.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace sluice::queue {

class commit_line {
  public:
    // One call's answer, due when its last task is safe.
    struct call {
        port* from = nullptr;
        submit_handler* handler = nullptr;
    };
    struct waiting_task {
        sequence number = 0;
        std::uint64_t offset_in_batch = 0;
        accepted what;
        call answer; // handler is set on the last task of a call only
    };

    void push(waiting_task&& task) { tasks_.push_back(std::move(task)); }
    // Calls `then` when record `number` is safe, or with the error when it never will be.
    void when_safe(sequence number, std::function<void(boost::system::error_code)> then) {
        others_.push_back({number, std::move(then)});
    }
    bool is_empty() const { return tasks_.empty() && others_.empty(); }

    // Takes out, in order, the tasks up to `last` and gives each with its location to `apply`;
    // then tells the others that are safe now.
    template <class Apply>
    void commit(committed_batch const& batch, Apply&& apply) {
        while (!tasks_.empty() && tasks_.front().number <= batch.last) {
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            task.what.where = {batch.segment,
                               static_cast<std::uint32_t>(task.what.task.payload.size()),
                               batch.offset + task.offset_in_batch};
            apply(std::move(task));
        }
        tell_up_to(batch.last, {});
    }

    // Takes out the tasks among [first, last], which will never be in the journal.
    template <class Drop>
    void refuse(sequence first, sequence last, Drop&& drop) {
        while (!tasks_.empty() && tasks_.front().number <= last) {
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            if (task.number >= first) drop(std::move(task));
        }
    }

    // Nothing more will ever be safe.
    template <class Drop>
    void fail(boost::system::error_code ec, Drop&& drop) {
        while (!tasks_.empty()) {
            auto task = std::move(tasks_.front());
            tasks_.pop_front();
            drop(std::move(task));
        }
        tell_up_to(~sequence{0}, ec);
    }

  private:
    struct other {
        sequence number;
        std::function<void(boost::system::error_code)> then;
    };

    void tell_up_to(sequence last, boost::system::error_code ec) {
        while (!others_.empty() && others_.front().number <= last) {
            auto then = std::move(others_.front().then);
            others_.pop_front();
            then(ec);
        }
    }

    std::deque<waiting_task> tasks_;
    std::deque<other> others_;
};

} // namespace sluice::queue
