// Who lives, decided without a shared clock: the rules alone, no statement and no clock in them.
// Owned by the membership, used on its thread; tests feed it times.
//
// A member renews its lease by counting its row up. Ours ends `lease` after the moment when the
// last answered renewal was *sent*, less a margin. Another is dead only when we have looked at its
// row again and again, without a gap and with a lease of our own in force, for a whole lease of its
// by our clock, and its counter stood still. Our look is counted from when an answer came to when
// the last question went out: both ends err towards the other's life.
//
// So: while nobody can reach the database nobody is dead, however long it takes; whoever wakes up
// after a long sleep has no lease, and begins to watch anew; a promoted standby's clock is not
// asked, and a counter that jumped back is a counter that moved.
#pragma once

#include "queue/postgres/boot_clock.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace sluice::queue::postgres {

struct lease_options {
    std::chrono::milliseconds lease{15'000};
    std::chrono::milliseconds rejoin{60'000}; // a stopped member's tasks are left to it so long

    std::chrono::milliseconds renew_every() const { return lease / 3; }
    // Looks cost a read; they bound how late a death is noticed.
    std::chrono::milliseconds look_every() const;
    // Between our last look at the deadline and the first byte of an attempt; and what two
    // machines' clocks may differ in their pace.
    std::chrono::milliseconds margin() const;
};

// Another member's row, as one look saw it.
struct sighting {
    std::uint32_t log = 0;
    std::int64_t renewals = 0;
    bool is_stopped = false;
    std::chrono::milliseconds lease{0}; // its own; the longer of both counts
};

// Whose log may be taken over, if its counter still stands there.
struct dead_member {
    std::uint32_t log = 0;
    std::int64_t renewals = 0;
    bool was_stopped = false;

    friend bool operator==(dead_member const&, dead_member const&) = default;
};

class lease {
  public:
    // `joined`: when the statement was sent that made the lease ours.
    lease(lease_options const& options, boot_time joined);

    // --- ours
    void renewed(boot_time sent); // its answer has come
    // From then on nothing may be handed out and no attempt may begin.
    boot_time deadline() const { return deadline_; }
    bool holds(boot_time now) const { return now < deadline_; }
    boot_time next_renewal() const { return last_renewal_ + options_.renew_every(); }

    // --- the others'
    // All rows but ours. Gives those that are dead by it.
    std::vector<dead_member> look(boot_time sent, boot_time received,
                                  std::span<sighting const> others);
    // A statement failed or was not answered: what was watched until now does not count.
    void missed();
    // At the latest: sooner where somebody may be dead then.
    boot_time next_look() const;
    // Not stopped, and its counter moved within a lease, as far as we have seen.
    bool is_alive(std::uint32_t log) const;

  private:
    struct watched {
        std::int64_t renewals;
        bool is_stopped;
        std::chrono::milliseconds silence; // after so long it is dead
        boot_time since;                   // it is known to stand there
        bool is_dead;
    };

    lease_options options_;
    boot_time last_renewal_;
    boot_time deadline_;
    boot_time last_look_;
    bool is_broken_ = false;                   // something failed since the last look
    std::map<std::uint32_t, watched> watched_; // by log
};

} // namespace sluice::queue::postgres
