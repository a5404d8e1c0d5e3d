// One timer whose deadline is moved by assignment: a timer operation is paid for only when the
// deadline moves closer or when the timer runs out early, not for each exchange. Owned by what it
// guards, used on that one's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

namespace sluice::gateway::client {

class moving_deadline {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using executor_type = boost::asio::io_context::executor_type;

    class listener {
      public:
        // The deadline has passed. Called once for each deadline that was not moved in time.
        virtual void on_deadline() = 0;

      protected:
        ~listener() = default;
    };

    explicit moving_deadline(executor_type executor)
        : timer_(executor) {}

    // To be called before anything else. Nobody is told when the listener is gone.
    void tell(std::weak_ptr<listener> whom) { listener_ = std::move(whom); }

    void move(time_point deadline);
    // There is no deadline until the next move().
    void clear() { deadline_ = time_point::max(); }
    // As clear(), and frees the timer at once.
    void cancel();

  private:
    using timer =
        boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                          boost::asio::wait_traits<std::chrono::steady_clock>,
                                          executor_type>;

    void arm();
    void on_timer();

    timer timer_;
    std::weak_ptr<listener> listener_;
    time_point deadline_ = time_point::max();
    time_point armed_for_ = time_point::max(); // max: not armed
};

} // namespace sluice::gateway::client
