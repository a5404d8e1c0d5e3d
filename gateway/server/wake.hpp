// Where one coroutine sleeps until it is woken: a timer that never fires would do, at the price of
// the timer queue and of an allocation. Owned by a session, used on its thread.
#pragma once
#include "gateway/http/net.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace sluice::gateway::server {

class wake_slot {
  public:
    explicit wake_slot(http::executor where)
        : executor_(where) {}
    wake_slot(wake_slot const&) = delete;
    wake_slot& operator=(wake_slot const&) = delete;
    ~wake_slot() {
        if (sleeper_) sleeper_->~sleeper();
    }

    // Sleeps until wake(). One sleeper at a time.
    auto async_wait() {
        return boost::asio::async_initiate<boost::asio::deferred_t const, void()>(
            put_to_sleep{this}, boost::asio::deferred);
    }

    // Resumes the sleeper in a turn of its own; nothing happens if there is none.
    void wake() {
        if (auto* const woken = std::exchange(sleeper_, nullptr)) woken->resume(executor_);
    }

  private:
    struct sleeper {
        virtual ~sleeper() = default;
        virtual void resume(http::executor const& where) = 0;
    };

    template <class Handler>
    struct sleeper_of final : sleeper {
        explicit sleeper_of(Handler handler)
            : handler_(std::move(handler)) {}
        void resume(http::executor const& where) override {
            auto handler = std::move(handler_);
            this->~sleeper_of();
            boost::asio::post(where, std::move(handler));
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

    http::executor executor_;
    sleeper* sleeper_ = nullptr;
    alignas(std::max_align_t) std::byte place_[64];
};

} // namespace sluice::gateway::server
