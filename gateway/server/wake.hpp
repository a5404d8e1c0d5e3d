// Where coroutines sleep until they are woken: a timer that never fires would do, at the price of
// the timer queue and of an allocation. All that are woken in one turn of the loop are resumed in
// one later turn, for one post. Used on one thread.
#pragma once
#include "gateway/http/net.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace sluice::gateway::server {

class wake_slot;

// Those who were woken and have not been resumed yet, in the order in which they were woken.
// Outlives its slots.
class wake_queue {
  public:
    explicit wake_queue(http::executor where)
        : executor_(std::move(where)) {}
    wake_queue(wake_queue const&) = delete;
    wake_queue& operator=(wake_queue const&) = delete;

  private:
    friend class wake_slot;

    void add(wake_slot& woken);
    void remove(wake_slot& gone);
    void resume_all();

    http::executor executor_;
    wake_slot* first_ = nullptr;
    wake_slot* last_ = nullptr;
    std::size_t size_ = 0;
    bool is_due_ = false; // resume_all has been posted
};

// One sleeper's place. Owned by a session.
class wake_slot {
  public:
    explicit wake_slot(wake_queue& queue)
        : queue_(queue) {}
    wake_slot(wake_slot const&) = delete;
    wake_slot& operator=(wake_slot const&) = delete;
    ~wake_slot() {
        if (is_woken_) queue_.remove(*this);
        if (sleeper_) sleeper_->~sleeper();
    }

    // Sleeps until wake(). One sleeper at a time.
    auto async_wait() {
        return boost::asio::async_initiate<boost::asio::deferred_t const, void()>(
            put_to_sleep{this}, boost::asio::deferred);
    }

    // Resumes the sleeper in a later turn; nothing happens if there is none.
    void wake() {
        if (sleeper_ == nullptr || is_woken_) return;
        is_woken_ = true;
        queue_.add(*this);
    }

  private:
    friend class wake_queue;

    struct sleeper {
        virtual ~sleeper() = default;
        virtual void resume() = 0;
    };

    template <class Handler>
    struct sleeper_of final : sleeper {
        explicit sleeper_of(Handler handler)
            : handler_(std::move(handler)) {}
        void resume() override {
            auto handler = std::move(handler_);
            this->~sleeper_of();
            std::move(handler)(); // on its executor: whoever calls was posted there
        }
        Handler handler_;
    };

    struct put_to_sleep {
        wake_slot* slot;

        template <class Handler>
        void operator()(Handler handler) const {
            using stored = sleeper_of<Handler>;
            static_assert(sizeof(stored) <= sizeof(slot->place_));
            slot->sleeper_ = new (slot->place_) stored(std::move(handler));
        }
    };

    // The slot may be gone when this returns.
    void resume() {
        is_woken_ = false;
        std::exchange(sleeper_, nullptr)->resume();
    }

    wake_queue& queue_;
    wake_slot* next_ = nullptr; // in the queue
    sleeper* sleeper_ = nullptr;
    bool is_woken_ = false; // it stands in the queue
    alignas(std::max_align_t) std::byte place_[64];
};

inline void wake_queue::add(wake_slot& woken) {
    woken.next_ = nullptr;
    (first_ == nullptr ? first_ : last_->next_) = &woken;
    last_ = &woken;
    ++size_;
    if (std::exchange(is_due_, true)) return;
    boost::asio::post(executor_, [this] { resume_all(); });
}

inline void wake_queue::remove(wake_slot& gone) {
    wake_slot* before = nullptr;
    for (auto* each = first_; each != &gone; each = each->next_)
        before = each;
    (before == nullptr ? first_ : before->next_) = gone.next_;
    if (last_ == &gone) last_ = before;
    --size_;
}

// Those who are woken by the ones that are resumed have a turn of their own: the loop looks at its
// sockets in between.
inline void wake_queue::resume_all() {
    is_due_ = false;
    for (auto left = size_; left > 0 && first_ != nullptr; --left) {
        auto& next = *first_;
        remove(next);
        next.resume();
    }
}

} // namespace sluice::gateway::server
