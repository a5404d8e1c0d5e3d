// PostgreSQL as a cluster of gateways uses it, in memory: fences, members, segments of batches,
// marks of adopted slices, a standby. It does what the statements of log_worker and member_table
// do, and judges: a log is changed by its owner in its epoch alone, an end is written once, and
// nothing is written behind a hole. One for a whole simulation.
//
// A batch is a statement with a life of its own: it is on the way, it has looked at the fence and
// holds it, it is done. Whoever sent it may be gone by then.
#pragma once

#include "queue/core/claim_job.hpp"
#include "queue/core/lane_stand.hpp"
#include "queue/core/record.hpp"
#include "queue/core/share_keeper.hpp"
#include "queue/journal/journal_job.hpp"
#include "queue/postgres/lane_table.hpp"
#include "queue/postgres/order_rules.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::tests {

// The time of the world, which no member of it knows.
using true_time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

// Bugs that are planted, to see that they are found.
struct planted_bugs {
    bool writes_without_fence = false;
    bool reads_fence_plainly = false; // it is looked at, and not held
    bool splits_adoption = false;     // the mark is one transaction, the copies are another
    bool asks_database_clock = false; // who is dead is judged by when the server saw a renewal
    bool prepares_unfenced = false;
    bool drops_unfenced = false;
    bool counts_decrease_at_once = false; // of a share of limits, before its holder has obeyed
    bool skips_check_of_end = false;      // a new connection is not asked for the last batch
    bool believes_old_logs = false;       // what a dead log says of a lane is taken as the newest
    bool reads_no_lanes_at_start = false;
    bool trusts_old_looks = false;     // whoever wakes up sends before it has looked
    bool claims_without_epoch = false; // they are made, taken away and settled by their turn alone
    bool counts_claims_early = false;  // when they are made
    bool repeats_claim_jobs = false;   // a late copy of a job is done once more
    bool moves_slots_early = false;    // the queue is not asked whether it still needs them
    bool takes_any_forward = false;    // nobody looks whether the slot is still here
    // The judge says nothing of who changes a log: only what follows from it counts.
    bool is_only_judged_by_loss = false;
};

struct database_state {
    struct row {
        std::int32_t crc = 0;
        std::shared_ptr<std::string const> bytes;
    };
    struct segment {
        std::string header;
        std::map<std::uint64_t, row> rows;
    };
    struct member {
        std::string name;
        std::uint32_t log = 0;
        std::int64_t renewals = 0;
        bool is_stopped = false;
        int process = 0;
        true_time renewed_at{}; // by the server's clock
    };
    struct adoption {
        std::uint32_t by = 0;
        bool is_done = false;
    };
    struct end {
        queue::task_state state{};
        queue::wall_time at{};
    };

    struct claim {
        std::uint32_t log = 0;
        std::int64_t epoch = 0;
        queue::claim_turn turn = 0;
        std::array<std::uint8_t, 16> body{};
        std::string answer;
    };
    struct claim_mark {
        std::uint64_t job = 0;
        queue::claim_turn decided = 0;
    };

    std::map<queue::claim_name, claim> claims;
    std::map<std::pair<std::uint32_t, std::int64_t>, claim_mark> claim_marks; // by log and epoch
    std::map<std::uint32_t, std::int64_t> fences;                             // the epochs, by log
    std::map<std::uint32_t, std::map<queue::segment_ref, segment>> logs;
    struct lane {
        queue::lane_stand stand;
        std::uint64_t version = 0;
        true_time gate_until{}; // by the server's clock
    };

    std::map<std::string, member> members;
    std::map<std::string, lane> lanes;
    std::uint64_t lane_clock = 0;
    std::map<std::uint32_t, adoption> adoptions;
    std::set<std::pair<std::uint32_t, std::uint32_t>> slices; // log and number
    struct pace_book {
        std::int64_t version = 0;
        std::string text;
    };
    std::map<std::string, pace_book> books; // who holds what of limits, by destination
    struct home {
        std::uint32_t log = 0;
        std::uint64_t generation = 0;
    };
    std::map<std::uint16_t, home> homes; // of order keys, by slot; those that were ever taken
    // What the batches say: for the judge alone.
    std::set<queue::task_id> tasks;
    std::map<queue::task_id, end> ends;

    bool owns(std::uint32_t log, std::int64_t epoch) const {
        auto const found = fences.find(log);
        return found != fences.end() && found->second == epoch;
    }
    segment* find(std::uint32_t log, queue::segment_ref const& ref);
};

// Whose log it is. Two processes may believe in one epoch where a standby that led lacked it.
struct log_owner {
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
    std::uint64_t writer = 0; // a worker of this number remembers what was acknowledged
};

class simulated_database final {
  public:
    enum class change { done, moved, locked };
    struct answer {
        boost::system::error_code error;
        bool kept_failed = false;
        bool was_adopted_before = false;
    };
    using ticket = std::uint64_t;

    simulated_database(std::mt19937_64& random, true_time const& now, planted_bugs const& bugs);

    // --- the server
    bool is_away() const { return is_away_; }
    void go_away() { is_away_ = true; }
    void come_back() { is_away_ = false; }
    // Statements are quick from now on, and no standby is behind.
    void heal();
    // Whoever was connected is not any more. Statements that were under way are done or not.
    void crash();
    // The standby leads, its clock is another. It may lack what no answer was waited for; and,
    // where it is asynchronous, more than that.
    void fail_over();
    void make_standby_asynchronous() { is_synchronous_ = false; }
    std::uint64_t generation() const { return generation_; }
    // What is under way goes on.
    void run();
    // A statement of somebody who does not wait for it reaches the server then.
    void run_later(std::chrono::milliseconds after, std::function<void()> what);

    database_state const& state() const { return primary_; }
    std::vector<std::string> const& violations() const { return violations_; }
    void violate(std::string what) { violations_.push_back(std::move(what)); }
    true_time clock() const { return now_ + clock_offset_; }
    // Told of each take-over before it is done.
    void on_claim(std::function<void(std::uint32_t log)> tell) { tell_claim_ = std::move(tell); }

    // --- the log: what log_worker's statements do
    ticket send(log_owner const& by, queue::commit_job const& job);
    std::optional<answer> take(ticket of); // nothing: it is under way
    void hurry(ticket of);                 // it is done now
    void forget(ticket of);                // nobody waits for it, but it goes on
    // What a start has read counts as acknowledged, until it takes it away itself.
    void note_end(log_owner const& by, queue::segment_ref const& of);
    void forget_end(log_owner const& by, queue::segment_ref const& of);
    // The answer has reached the gateway: that batch must be there whenever it writes again.
    void note_acknowledged(log_owner const& by, queue::segment_write const& batch);
    boost::system::error_code check_end(log_owner const& by) const;
    // Its fence was raised to more than is known here.
    bool has_lost_epoch(log_owner const& by) const;
    boost::system::error_code prepare(log_owner const& by, queue::prepare_job const& job);
    boost::system::error_code remove(log_owner const& by, queue::remove_job const& job);
    boost::system::error_code put(log_owner const& by, queue::segment_write const& what);
    boost::system::error_code cut(log_owner const& by, queue::segment_ref const& of,
                                  std::uint64_t end);
    bool mark_slice(log_owner const& by, queue::adopted_slice const& slice); // planted bug alone

    // --- claims: what claim_statement and claim_settling do
    void mark_claims(log_owner const& by);
    queue::claim_result claim(log_owner const& by, queue::claim_job const& job);
    // Of the log's epochs before this one.
    std::vector<queue::undecided_claim> undecided_claims(log_owner const& of) const;
    // `freed` have no record.
    void settle_claims(log_owner const& of, std::vector<queue::undecided_claim> const& freed);

    // --- members: what member_table's statements do
    std::optional<database_state::member> insert_member(std::string const& name, int process);
    // The member as it is then, and the epoch.
    change take_row(database_state::member& seen, int process, std::int64_t& epoch);
    std::optional<std::int64_t> renew(database_state::member const& seen);
    bool stop(database_state::member const& seen);
    change claim(std::uint32_t log, std::int64_t renewals, std::uint32_t by);
    void forget_adopted();
    // --- limits that are shared: what pace_table's statements do
    struct books_seen {
        std::vector<queue::share_keeper::answer> books;
        std::set<queue::share_owner> living;
    };
    books_seen look_at_books(std::vector<queue::share_keeper::question> const& known) const;
    queue::share_keeper::versions
    write_books(std::vector<queue::share_keeper::entry> const& entries);
    // --- homes of order keys: what order_table's statements do
    queue::postgres::order_rows order_rows() const;
    void take_slots(log_owner const& by, std::vector<queue::held_slot> const& seen);
    void keep_slots(log_owner const& by, std::vector<queue::held_slot> const& seen);
    void give_slots(log_owner const& by, std::vector<queue::postgres::given_slot> const& what);
    // A dead log was adopted to its end, if all these slices of it were.
    bool finish_adoption(log_owner const& of, std::size_t slices);

    // --- lanes: what lane_table's statements do (simulated_database_lanes.cpp)
    queue::postgres::lane_sight look_lanes(std::uint64_t seen) const;
    queue::lane_stand change_lane(queue::lane_wish const& wish, std::uint64_t seen);
    void merge_lanes(std::vector<queue::lane_stand> const& stands, std::uint64_t seen);
    // For the judge: since when it has been paused or disabled; nothing: it is not.
    std::optional<true_time> held_since(std::string const& lane) const;

  private:
    using operation = std::function<void(database_state&)>;
    enum class phase { sent, open, done };
    struct statement {
        log_owner by;
        queue::commit_job job;
        std::int32_t crc = 0;
        phase at = phase::sent;
        true_time arrives{};
        true_time ends{};
        bool is_forgotten = false;
        bool has_lost_slice = false; // the dead log has another adopter: nothing of it is written
        answer result;
    };

    bool is_claim(database_state::claim const& there, log_owner const& by,
                  queue::claim_turn turn) const;
    queue::claim_finding find_claim(log_owner const& by, queue::claim_job::want const& want) const;
    void change_state(operation const& what, bool is_waited_for);
    void confirm();
    void advance(statement& s);
    bool is_blocked(statement const& s) const;
    bool is_held(std::uint32_t log) const;
    void write(statement& s, bool is_confirmed);
    operation insertion(statement& s);
    operation keeping(statement& s);
    void judge_owner(log_owner const& by, std::string_view what);
    void end_statements();
    std::vector<queue::record> records_of(statement const& s);
    queue::lane_stand shown(database_state::lane const& row) const;
    void put_lane(database_state::lane const& row);
    void note_lanes();

    std::mt19937_64& random_;
    true_time const& now_;
    planted_bugs const bugs_;
    database_state primary_;
    database_state standby_;
    std::deque<operation> behind_; // not on the standby
    bool is_synchronous_ = true;
    bool has_lost_changes_ = false; // that were confirmed: an asynchronous standby leads
    bool is_away_ = false;
    bool is_calm_ = false;
    std::uint64_t generation_ = 1;
    std::uint32_t next_log_ = 1; // a sequence runs ahead of what a standby lacks
    std::chrono::milliseconds clock_offset_{0};
    std::map<ticket, statement> statements_;
    ticket next_ticket_ = 1;
    std::multimap<true_time, std::function<void()>> late_;
    std::map<std::uint64_t, queue::segment_write> acknowledged_; // by writer
    std::map<std::string, true_time> held_since_;
    std::map<std::string, bool> wished_; // what the last wish that was carried out said
    std::vector<std::string> violations_;
    std::function<void(std::uint32_t)> tell_claim_;
};

std::int32_t simulated_checksum(std::string_view bytes);

} // namespace sluice::tests
