// One gateway's holdings of all destinations' limits: in which order they are looked at, given up,
// written and used, so that at no moment more is used anywhere than the books say. Pure: it says
// what is to be asked and written; a thread with a connection does it, and a simulation does.
//
// One round:
//     report(…)    what the lanes did                       -> which books to look at
//     look(…)      what they say, and who lives             -> what the lanes may use from now on
//     settle(…)    the lanes do                             -> what is to be written
//     wrote(…)     what of it was                           -> what the lanes may use from now on
// A smaller holding is in force at the lane before it is written, a larger one after that. A write
// whose answer was lost may still be carried out as long as the book has the version it was meant
// for: until then the lane uses what both versions leave it.
#pragma once

#include "queue/core/share_plan.hpp"
#include "queue/core/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace sluice::queue {

struct share_keeper_options {
    std::chrono::milliseconds period{1000};
    std::chrono::milliseconds in_want{50}; // while there is work and nothing to do it with
    std::chrono::milliseconds turn{5000};  // where there is less than a piece for each
};

class share_keeper {
  public:
    explicit share_keeper(share_owner me, share_keeper_options const& options = {});

    // A book as it is known here; version 0: there is none; -1: it is wanted whatever it is.
    struct question {
        std::string name;
        std::int64_t version = 0;
    };
    struct answer {
        std::string name;
        std::int64_t version = 0;
        std::string book;
    };
    struct entry {
        std::string name;
        std::int64_t seen = 0; // writes only where the book has this version; 0: where it is new
        std::string book;
    };

    // `reports` of all lanes that do anything or that `held` names. The books to be looked at;
    // none: this round is over.
    std::vector<question> report(std::vector<lane_report> const& reports, mono_time now);
    // `found` are the books of other versions than were asked for; one that is not there has the
    // version 0 and no text. `living`: who owns a log now, as
    // of the same moment or later.
    std::vector<lane_order> const& look(std::vector<answer> const& found,
                                        std::set<share_owner> const& living, mono_time now);
    // `done` belongs to the orders of `look`.
    std::vector<entry> settle(std::span<lane_held const> done);
    // The entries that were written, by their names, and the versions that the books have now.
    using versions = std::map<std::string, std::int64_t>;
    std::vector<lane_order> wrote(versions const& written, mono_time now);
    // Nobody knows which were.
    void lost();

    // Names of lanes of which anything is held.
    std::vector<std::string> held() const;
    // When the next round is due; a lane that is in want of everything may ask for it earlier.
    mono_time next_round(mono_time now) const;
    // A new connection: the server may be another one, so every book is read anew.
    void forget_versions();

  private:
    // Writes that nobody knows of: the book may yet say that no more than this is ours, unless it
    // is of a later version than they were meant for.
    struct doubt {
        std::int64_t version = 0;
        lane_share held;
    };
    struct lane {
        // What its reports said.
        lane_whole whole;
        lane_use use;
        double sent_a_second = 0;
        double slots = 0;      // in flight at most, of late
        bool is_known = false; // to the configuration
        mono_time reported_at{};
        mono_time busy_at = mono_time::min();
        // Its book, and what we hold by it.
        std::int64_t version = 0;
        bool is_stale = false; // to be read whatever its version
        bool was_there = false;
        share_book book;
        std::optional<doubt> in_doubt;
        lane_share base;
        // What it may use.
        lane_share may;
        std::uint64_t tokens_taken = 0;
        std::uint64_t spare = 0; // tokens of what it gave up, which stand in no book yet
        mono_time seated_at{};
        bool has_sent = false; // since then
        // This round.
        bool is_asked = false;
        bool is_pressing = false; // the next round is soon
        bool must_write = false;
        lane_share keep;
        bool is_draining = false; // it has more under way than it is to keep
        std::optional<std::size_t> order;
        std::optional<share_book> next;
    };

    bool is_in_want(lane const& l, mono_time now) const;
    void measure(lane& l, lane_report const& report, mono_time now);
    lane_share need_of(lane const& l, mono_time now) const;
    share_stand stand_of(lane const& l) const;
    share_holding const* mine_in(share_book const& book) const;
    void read(lane& l, std::int64_t seen, std::set<share_owner> const& living);
    void plan(std::string const& name, lane& l);
    std::optional<lane_order> allow(std::string const& name, lane& l, lane_share const& share,
                                    share_book const& book);

    share_owner me_;
    share_keeper_options options_;
    std::map<std::string, lane, std::less<>> lanes_;
    std::vector<lane_order> orders_;
    std::size_t members_ = 1;
    bool is_living_ = true;
    mono_time now_{};
    mono_time next_full_ = mono_time::min(); // when all are looked at again
};

} // namespace sluice::queue
