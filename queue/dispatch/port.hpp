// An I/O thread's end of the queue. Everything that crosses between that thread and the core goes
// through here, by bounded rings that the receiver drains once a turn; the receiver is woken only
// when it is not about to drain anyway. Lives as long as the dispatcher. Unless a member says
// otherwise it is called on the I/O thread.
#pragma once

#include "queue/core/order_slot.hpp"
#include "queue/dispatch/ring.hpp"
#include "queue/dispatch/transport.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/container/small_vector.hpp>
#include <boost/system/error_code.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sluice::queue {

// What one turn takes from one ring at the most, so that none starves another.
inline constexpr std::size_t turn_limit = 256;

class dispatcher;
class outgoing;

// What a submission came to. With errc::duplicate_key `first_answer` is what the first request
// with this key was answered (idempotency::answer).
struct submit_result {
    boost::system::error_code ec;
    std::string first_answer;
};

class submit_handler {
  public:
    // Exactly once for each submission, on the port's thread, after the tasks are as safe as the
    // durability asks for.
    virtual void on_submitted(submit_result&& result) = 0;

  protected:
    ~submit_handler() = default;
};

// How a task ended, for whoever waits for it.
struct final_outcome {
    task_id id;
    task_state state = task_state::delivered;
    outcome last; // of the last attempt, its response uncut; default if there was none
    std::string reason;
    std::string result;
};

// Waits for the end of one task. Dropped by its owner with `is_active = false` when it no longer
// wants to know; shared because the core may hold it a little longer.
struct watcher {
    std::function<void(final_outcome const&)> on_finished; // on the port's thread
    bool is_active = true;                                 // read and written on that thread
};

// Tasks of one call: all of them come in, or none.
struct submission {
    boost::container::small_vector<new_task, 1> tasks;
    submit_handler* handler = nullptr;
    std::shared_ptr<queue::watcher> watcher; // of the first task; may be null
    // Of a call that another gateway forwarded: the slots of its order keys as that gateway knew
    // them. Null: it is this gateway's own.
    std::shared_ptr<std::vector<held_slot> const> named_slots;
    // An operator's: where its order key's home is elsewhere it goes without the key.
    bool may_lose_order = false;

    // Lets go of what is left in it.
    void clear() {
        tasks.clear();
        watcher.reset();
        named_slots.reset();
        may_lose_order = false;
    }
};

class port final : public outcome_sink {
  public:
    // `slots`: how many calls may wait for their answer, and how many attempts be under way.
    port(dispatcher& core, boost::asio::io_context& io, std::size_t slots);
    ~port();

    // What carries the attempts that are handed to this thread. Before the dispatcher starts; a
    // port without it gets none.
    void bind(transport& carrier) { carrier_ = &carrier; }

    // Hands tasks over. False, with nothing taken and the handler not told, when so many wait
    // for their answer already that one more must not: answer 503.
    bool submit(submission&& tasks);
    // The same in two steps, for a submission that is put together where the core takes it: null
    // where the other says false, else an empty one, which submit_next() hands over.
    submission* next_submission();
    void submit_next();

    // Runs `ask` on the core's thread; for everything that is not the hot path. False when full.
    bool call(std::function<void(dispatcher&)> ask);

    void on_outcome(attempt&& done, outcome&& result) override;

    // --- the core's side: called on the core's thread -------------------------------------------
    // Runs `tell` on this port's thread; keeps what the ring cannot take until it can.
    void tell(std::function<void()> tell);

  private:
    friend class dispatcher;
    friend class outgoing;

    struct done_attempt {
        attempt what;
        outcome result;

        void clear() {
            what.payload = {};
            what.companions.clear();
        }
    };
    struct submitted {
        submit_handler* handler = nullptr;
        submit_result result;
    };

    void answer(submit_handler* handler, submit_result&& result); // core
    bool hand_out(attempt& a);                                    // core; untouched when false
    std::size_t room() const;                                     // core: attempts that it takes
    void tell_held_back();                                        // core
    void wake();                                                  // core
    void drain();                                                 // I/O thread
    bool drain_some();

    dispatcher& core_;
    boost::asio::io_context& io_;
    std::size_t slots_;
    transport* carrier_ = nullptr;

    ring<submission> submissions_;
    ring<done_attempt> outcomes_;
    ring<std::function<void(dispatcher&)>> calls_;
    ring<submitted> answers_;
    ring<attempt> attempts_;
    ring<std::function<void()>> tells_;

    // Both are kept below the size of the ring that brings the other half back, so that an
    // answer and an outcome always find room.
    std::uint32_t unanswered_ = 0; // I/O thread's: submissions
    std::uint32_t in_flight_ = 0;  // core's: attempts

    std::deque<std::function<void()>> held_back_tells_; // core's: the ring was full
    std::atomic<bool> is_drain_due_ = false;
};

} // namespace sluice::queue
