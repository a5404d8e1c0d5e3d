// A short row of values from one thread to another, in their order. Whoever makes them waits while
// `most` lie there, whoever takes them waits while there is none. Values only: what a maker throws
// is thrown again where they are taken.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

namespace sluice::queue {

template <class T>
class hand_over {
  public:
    explicit hand_over(std::size_t most)
        : most_(most) {}

    // --- the maker's thread
    // False: nobody takes them any more.
    bool push(T&& value) {
        std::unique_lock guard(mutex_);
        has_room_.wait(guard, [this] { return is_closed_ || values_.size() < most_; });
        if (is_closed_) return false;
        values_.push_back(std::move(value));
        guard.unlock();
        has_value_.notify_one();
        return true;
    }
    // There is no more; after an error with what was thrown.
    void finish(std::exception_ptr error = nullptr) {
        {
            std::lock_guard const guard(mutex_);
            is_finished_ = true;
            error_ = std::move(error);
        }
        has_value_.notify_one();
    }

    // --- the taker's thread
    // Nothing: there is no more.
    std::optional<T> pop() {
        std::unique_lock guard(mutex_);
        has_value_.wait(guard, [this] { return is_finished_ || is_closed_ || !values_.empty(); });
        if (values_.empty()) {
            if (error_) std::rethrow_exception(error_);
            return std::nullopt;
        }
        std::optional<T> value(std::move(values_.front()));
        values_.pop_front();
        guard.unlock();
        has_room_.notify_one();
        return value;
    }

    // Nothing is taken any more. Any thread.
    void close() {
        {
            std::lock_guard const guard(mutex_);
            is_closed_ = true;
        }
        has_room_.notify_one();
        has_value_.notify_one();
    }

  private:
    std::size_t const most_;
    std::mutex mutex_;
    std::condition_variable has_room_;
    std::condition_variable has_value_;
    std::deque<T> values_;
    std::exception_ptr error_;
    bool is_finished_ = false;
    bool is_closed_ = false;
};

} // namespace sluice::queue
