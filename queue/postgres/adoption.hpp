// Takes over the logs of dead members: reads a log whose fence the membership has raised, and gives
// its slices to the queue, each of which writes them into the own log together with a mark that
// nobody can set twice. A thread of its own; ends with the object.
//
// Every survivor does so and begins at another slice, so that they share the work. Whatever stops
// one leaves marks: the others, or the next one that adopts, go on where it stood.
#pragma once

#include "queue/journal/foreign_slice.hpp"
#include "queue/postgres/dead_log.hpp"
#include "queue/postgres/log_worker.hpp"
#include "queue/postgres/membership.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sluice::queue::postgres {

struct adopted {
    std::uint32_t log = 0;
    std::uint64_t tasks = 0;    // live and dead letters, those that others took included
    std::uint64_t finished = 0; // of the history
    // From being told to having read it, and to the last live task.
    std::chrono::milliseconds until_read{0};
    std::chrono::milliseconds until_live{0};
};

class adoption {
  public:
    // All are called on this object's thread. What `give` returns waits until the slice is safe or
    // somebody else has it; an error ends the adoption, to be tried again.
    using given = std::function<boost::system::error_code()>;
    struct calls {
        std::function<given(foreign_slice&&)> give;
        std::function<void(foreign_lane&&)> give_lane;
        std::function<instant()> now;
        std::function<void(adopted const&)> tell;
        std::function<void(adoptable_log const&, std::string const& why)> tell_failure;
    };
    // `own`: how this gateway's log is reached; its number and epoch are the adopter's.
    adoption(log_options own, calls to);
    ~adoption();

    // Any thread. One that is already waiting or under way is not taken twice.
    void take_over(adoptable_log what);
    // Ends what is under way, which leaves its marks, and takes nothing more. Waits for the thread:
    // while whoever is given slices still answers.
    void stop();

    // So that one is made into records while another is written; at most 4 MiB each.
    static constexpr std::size_t slices_under_way = 2;

  private:
    class hired;

    void work();
    // False: to be tried again.
    bool adopt(adoptable_log const& what);
    boost::system::result<dead_log> read(adoptable_log const& what);
    boost::system::error_code give(std::vector<foreign_slice>&& slices, std::size_t live,
                                   std::chrono::steady_clock::time_point begun, adopted& done);
    boost::system::error_code settle_keys(adoptable_log const& what, dead_log const& found);
    boost::system::error_code finish(adoptable_log const& what, std::size_t slices);
    boost::system::error_code drop_segments(adoptable_log const& what);
    void drop_leftovers();
    bool is_over(adoptable_log const& what);
    bool ends_with(adoptable_log const& what, boost::system::error_code why);
    log_options options_of(adoptable_log const& what) const;
    bool is_stopping() const;

    log_options const own_;
    calls const to_;
    mutable std::mutex mutex_;
    std::condition_variable wakes_;
    std::deque<adoptable_log> waiting_;
    std::optional<adoptable_log> under_way_;
    bool is_stopping_ = false;
    log_worker* worker_ = nullptr; // that works for the thread: `stop` ends its waiting
    std::thread thread_;           // last: it uses all of the above
};

} // namespace sluice::queue::postgres
