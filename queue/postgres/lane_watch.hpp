// What one gateway knows of the cluster's table of lanes and what it has to add: the rules alone,
// no statement and no clock in them. Owned by the lane_board, used on its thread; tests and the
// simulation feed it times.
//
// Each look brings the rows that were changed since the one before. A new connection begins anew:
// it may lead to a server that lacks what was seen (a standby that was promoted), and whatever that
// lacks is written again by those who know it.
#pragma once

#include "queue/postgres/boot_clock.hpp"
#include "queue/postgres/lane_table.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sluice::queue::postgres {

struct lane_watch_options {
    std::chrono::milliseconds look_every{250};
    // What this gateway knows is in force for so long after a look was sent; then it sends nothing
    // until it has looked again, or knows that PostgreSQL is away.
    std::chrono::milliseconds current_for{1000};
    // Where no connection can be made it sends by what it knows, for so long after each try began
    // or failed: longer than a try takes over several hosts, and short for whoever was frozen
    // since.
    std::chrono::milliseconds away_for{10'000};
    std::size_t most_merged = 1000; // stands in one statement
};

// Whether what was known at `looked` may still be acted on. `away`: when a connection was last
// tried for in vain; nothing where there is one. A server that is slow is not away: others' pauses
// may stand in it.
bool is_current(boot_time now, boot_time looked, std::optional<boot_time> away,
                lane_watch_options const& options);

// Lanes as this gateway has found them, and when each gate ends: one entry a lane, however often it
// is found.
class lane_news {
  public:
    void add(lane_stand&& stand, boot_time now);
    bool is_empty() const { return of_.empty(); }
    std::size_t size() const { return of_.size(); }

  private:
    friend class lane_watch;
    struct entry {
        lane_stand stand;
        boot_time gate_until = boot_time::min();
    };
    static entry entry_of(lane_stand&& stand, boot_time now);
    static void merge(entry& to, entry&& from);
    void add(entry&& one);

    std::map<std::string, entry> of_;
};

class lane_watch {
  public:
    explicit lane_watch(lane_watch_options const& options = {})
        : options_(options) {}

    // --- looking
    void connected(); // the next look asks for all rows
    std::uint64_t seen() const { return seen_; }
    // What `lane_table::look(seen())` brought, to be told to the queue.
    std::vector<lane_stand> looked(lane_sight&& sight, boot_time now);
    bool is_due(boot_time now) const { return now >= next_look_; }
    boot_time next_look() const { return next_look_; }
    void postpone(boot_time now) { next_look_ = now + options_.look_every; }

    // --- writing
    // No change may get a lower version than this one.
    std::uint64_t newest() const { return newest_; }
    // An operator's change is in the table.
    void changed(lane_stand const& row, boot_time now);
    // This gateway has found the lanes so.
    void found(lane_news&& news);
    void found(lane_stand&& stand, boot_time now) { found_.add(std::move(stand), now); }
    // What the table may not know yet, at most `most_merged`; empty: all is written. With what is
    // left of the gates then.
    std::vector<lane_stand> take_found(boot_time now);
    // They were not written.
    void give_back(std::vector<lane_stand>&& stands, boot_time now);
    bool has_found() const { return !found_.is_empty(); }

    std::size_t rows() const { return known_.size(); }

  private:
    using entry = lane_news::entry;
    bool is_news(entry const& of, boot_time now) const;
    void restate(std::map<std::string, entry> const& before, boot_time now);

    lane_watch_options options_;
    std::uint64_t seen_ = 0;
    std::uint64_t newest_ = 0;
    boot_time next_look_ = boot_time::min();
    bool begins_anew_ = true;
    std::map<std::string, entry> known_; // the table's rows
    lane_news found_;
};

} // namespace sluice::queue::postgres
