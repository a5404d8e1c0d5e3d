// The way out: from an attempt that the engine hands over to the port that carries it. On the way
// its time and its company may have to become durable, and messages that left memory are read
// back; an attempt whose lane closed meanwhile goes back to the engine. Owned by the dispatcher;
// core's thread; never blocks.
#pragma once

#include "queue/core/engine.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/commit_line.hpp"
#include "queue/dispatch/observer.hpp"
#include "queue/dispatch/port.hpp"
#include "queue/dispatch/watchers.hpp"
#include "queue/journal/journal.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace sluice::queue {

// What the gateway decides for the queue about times written into requests.
class render_clock {
  public:
    // Whether a time rendered into a task of `account` at `rendered` is too old to be sent now.
    virtual bool is_stale(account_id account, wall_time rendered, wall_time now) const = 0;

  protected:
    ~render_clock() = default;
};

// Whether this gateway owns its tasks at this moment. Any thread.
class sending_right {
  public:
    virtual bool holds() const = 0;

  protected:
    ~sending_right() = default;
};

class outgoing {
  public:
    // The loop that this is a part of.
    class loop {
      public:
        // Journals and applies a record, to be safe soon; nothing where it cannot be written.
        virtual std::optional<appended> settle_soon(record&& r, instant now) = 0;
        virtual void settle(record&& r, instant now) = 0;
        // An attempt came back, or ended before it was sent.
        virtual void finish_attempt(attempt const& done, outcome&& result, instant now) = 0;

      protected:
        ~loop() = default;
    };
    // Where it works; all of it outlives this object.
    struct place {
        engine& state;
        queue::journal& journal;
        commit_line& line;
        queue::watchers const& watchers;
        std::vector<std::unique_ptr<port>> const& ports;
        clock const& time;
        observer& events;
    };
    outgoing(place const& where, loop& owner)
        : at_(where)
        , loop_(owner) {}

    void set_render_clock(render_clock const* rendering) { rendering_ = rendering; }

    void set_right(sending_right const* right) { right_ = right; }

    // Hands out what is due, as much as the ports take. True: there may be more.
    bool hand_out_due(instant now);
    // Whether `hand_out_due` would hand out one that is due.
    bool takes_any() const { return may_send() && room() > 0; }
    // From now on attempts go back to the engine instead.
    void stop() { is_stopped_ = true; }
    // Something is on its way between the engine and a port, or is being read.
    bool is_busy() const { return held_ > 0 || reads_ > 0; }

  private:
    struct fetching;

    void prepare(attempt&& a, instant now);
    bool is_stale(attempt const& a, instant now) const;
    void make_durable(attempt&& a, instant now);
    void read_payload(engine::unread const& of);
    void fetch(attempt&& a);
    std::size_t room() const; // attempts that the ports take, beside those that are held
    bool may_send() const { return !is_stopped_ && (right_ == nullptr || right_->holds()); }
    bool has_moved(attempt const& task) const;
    void end_fetching(fetching& work);
    void hand_out_late(attempt&& a);
    void hand_out(attempt&& a);

    place at_;
    loop& loop_;
    render_clock const* rendering_ = nullptr;
    sending_right const* right_ = nullptr;
    bool is_stopped_ = false;
    std::size_t next_port_ = 0;
    std::uint32_t held_ = 0;             // attempts between take_due and hand_out: the disk to come
    std::uint32_t reads_ = 0;            // payloads that are being read back
    std::vector<attempt> due_;           // of one turn, recycled
    std::vector<record> expired_;        // of one turn, recycled
    std::vector<engine::unread> unread_; // of one turn, recycled
};

} // namespace sluice::queue
