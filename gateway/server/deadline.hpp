// One timer for everything a connection may have to wait for. Its deadline moves by assignment:
// the timer is only touched when the deadline comes nearer than what it sleeps for, which in a busy
// connection never happens. Owned by a session, used on its thread.
#pragma once
#include "gateway/http/net.hpp"

namespace sluice::gateway::server {

class deadline_owner {
  public:
    // The deadline has passed. It is off now.
    virtual void deadline_passed() = 0;
    // After stop(): the timer is at rest, the deadline may be destroyed.
    virtual void deadline_stopped() = 0;

  protected:
    ~deadline_owner() = default;
};

class deadline {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    deadline(http::executor const& where, deadline_owner& owner)
        : timer_(where)
        , owner_(owner) {}

    void set(time_point when) {
        when_ = when;
        if (when < sleeps_until_) sleep_less();
    }
    // No deadline. The timer may still wake once, for nothing.
    void clear() { when_ = never; }
    // No deadline ever again; calls deadline_stopped(), at once or in a later turn.
    void stop();

  private:
    static constexpr time_point never = time_point::max();

    void sleep_less();
    void sleep();
    void wake(http::error_code const& ec);

    http::steady_timer timer_;
    deadline_owner& owner_;
    time_point when_ = never;
    time_point sleeps_until_ = never; // never: the timer is not waited for
    bool is_stopped_ = false;
};

} // namespace sluice::gateway::server
