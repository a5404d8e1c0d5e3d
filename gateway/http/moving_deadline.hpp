// One timer for everything that a connection may have to wait for. Its deadline moves by
// assignment: the timer is only touched when the deadline comes nearer than what it sleeps for,
// which in a busy connection never happens. Owned by what it guards, used on that one's thread.
// It may be destroyed at any time, its owner with it: a timer that still sleeps tells nobody then.
#pragma once
#include "gateway/http/net.hpp"

#include <memory>

namespace sluice::gateway::http {

class moving_deadline {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    class owner {
      public:
        // The deadline has passed. It is off now; called once for each that was not moved in time.
        virtual void deadline_passed() = 0;

      protected:
        ~owner() = default;
    };

    // The owner outlives the deadline.
    moving_deadline(executor const& where, owner& whom)
        : sleeper_(std::make_shared<sleeper>(where, whom)) {}
    ~moving_deadline() { sleeper_->leave(); }
    moving_deadline(moving_deadline const&) = delete;
    moving_deadline& operator=(moving_deadline const&) = delete;

    void move(time_point when) {
        sleeper_->when = when;
        if (when < sleeper_->sleeps_until) sleeper_->sleep();
    }
    // There is no deadline until the next move(). The timer may still wake once, for nothing.
    void clear() { sleeper_->when = never; }
    // As clear(), and frees the timer at once.
    void cancel() { sleeper_->cancel(); }

  private:
    static constexpr time_point never = time_point::max();

    // What the sleeping timer needs; lives until the timer has woken.
    struct sleeper : std::enable_shared_from_this<sleeper> {
        sleeper(executor const& where, owner& whom)
            : timer(where)
            , told(&whom) {}
        void sleep();
        void wake();
        void cancel();
        void leave();

        steady_timer timer;
        owner* told; // null: nobody any more
        time_point when = never;
        time_point sleeps_until = never; // never: the timer is not waited for
    };

    std::shared_ptr<sleeper> sleeper_;
};

} // namespace sluice::gateway::http
