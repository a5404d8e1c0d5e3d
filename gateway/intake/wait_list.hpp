// The calls of one I/O thread that wait for the end of their task (`Prefer: wait`, a widget's
// `wait`). Each is answered once: by the end, when its time is over, when its peer has gone, or
// when the gateway stops. Used on its thread only; a driver: it has timers.
#pragma once

#include "gateway/intake/waited_answer.hpp"
#include "gateway/tables/tables.hpp"
#include "queue/dispatch/port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <list>
#include <memory>
#include <optional>

namespace sluice::gateway::intake {

struct waiting_call {
    waiting_call(server::exchange& exchange, boost::asio::io_context& io)
        : on(exchange)
        , timer(io) {}

    server::exchange& on;
    std::unique_ptr<waited_call> of = std::make_unique<waited_call>();
    std::shared_ptr<queue::watcher> watcher;
    boost::asio::steady_timer timer;
    std::chrono::steady_clock::time_point until;
    std::optional<queue::final_outcome> ended; // before the task was known to be safe
    bool is_safe = false;
    std::list<waiting_call>::iterator place;
};

class wait_list {
  public:
    // What calls with an Idempotency-Key are told is kept by `data` first, which tells `inbox`.
    // All must outlive the list.
    wait_list(boost::asio::io_context& io, queue::port& port, tables::backend& data,
              tables::inbox& inbox)
        : io_(io)
        , port_(port)
        , data_(data)
        , inbox_(inbox) {}
    ~wait_list();
    wait_list(wait_list const&) = delete;
    wait_list& operator=(wait_list const&) = delete;

    // A call whose task is about to be submitted with the watcher that is made here; `call.wait` is
    // set, and `key` where the call has one. Then either `start` when the task is safe, or `drop`
    // when it was refused.
    waiting_call& add(server::exchange& on, accepted_call const& call, std::string_view durability,
                      std::optional<tables::call_key> const& key);
    void start(waiting_call& call);
    void drop(waiting_call& call);

    // Answers everybody now, and whoever comes later as soon as his task is safe.
    void stop();

    std::size_t size() const { return calls_.size(); }

  private:
    void on_ended(waiting_call& call, queue::final_outcome const& how);
    void arm(waiting_call& call);
    void on_timer(waiting_call& call);
    // Gives the answer, kept under the call's key before where it has one and the answer is not too
    // long for it.
    void tell(server::exchange& on, waited_call const& of, tables::kept_answer&& answer);
    // Takes the call off the list; who waits for its task no longer does.
    std::unique_ptr<waited_call> take(waiting_call& call);

    boost::asio::io_context& io_;
    queue::port& port_;
    tables::backend& data_;
    tables::inbox& inbox_;
    std::list<waiting_call> calls_; // a list: they stay where they are
    bool is_stopped_ = false;
};

} // namespace sluice::gateway::intake
