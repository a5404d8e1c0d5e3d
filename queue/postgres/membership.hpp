// This gateway as a member of its cluster: holds its name, its log and its lease, and watches the
// others. Made and owned by the serving program; a thread of its own with a connection of its own,
// so that nothing here waits for a batch, and no batch for this.
//
//     membership members(options);
//     auto const mine = members.join(why);   // blocks; the lease is kept from here on
//     …open the journal of mine->log with mine->epoch…
//     members.start({…});                    // from here on it tells what happens
//     members.leave();                       // the journal is closed: good-bye
//
// What it never does: hand out a log twice, or judge others by the database's clock (lease.hpp has
// the rules). Destroyed without leave() it ends as a crash does: the lease runs out.
#pragma once

#include "queue/postgres/join.hpp"
#include "queue/postgres/lease.hpp"
#include "queue/postgres/members.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::queue::postgres {

struct membership_options {
    connect_options database;
    std::string name;
    std::string version;   // of the program
    std::string advertise; // may be told later: set_advertise
    lease_options lease;
    // While join waits for a former self's lease; on the thread that calls join.
    std::function<void(std::chrono::milliseconds rest)> waiting;
};

struct joined {
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
};

// A dead member's log whose fence was raised to `epoch`: every survivor may adopt slices of it.
struct adoptable_log {
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
    std::uint32_t by = 0; // the log of the member that raised it
};

struct membership_note {
    bool is_warning = false;
    std::string text; // "PostgreSQL is away"
    std::string detail;
};

// On the membership's thread; each may be empty. They must not block, and must not call leave().
struct membership_callbacks {
    std::function<void(adoptable_log const&)> adopt;  // once while a log and epoch is to be adopted
    std::function<void(std::string const& why)> lost; // our log has another owner: stop at once
    std::function<void(shared_members const&)> changed;
    std::function<void(membership_note const&)> note; // for the log
};

// For metrics; any thread.
struct membership_status {
    std::chrono::milliseconds lease_age{0};       // since the last renewal that was answered
    std::chrono::milliseconds lease_remaining{0}; // below 0: it is over
    std::uint64_t renewals = 0;
    std::uint64_t failures = 0; // statements without an answer, connections not made
    std::uint64_t claims = 0;   // logs of dead members whose fence we raised
    bool is_connected = false;
};

class membership {
  public:
    explicit membership(membership_options options);
    ~membership();
    membership(membership const&) = delete;
    membership& operator=(membership const&) = delete;

    // As join_cluster, with its errors. Once.
    boost::system::result<joined> join(std::string& why);
    // Ends a join that waits; any thread, also a signal's handler on another one.
    void stop_waiting();

    void start(membership_callbacks callbacks);
    // What others dial, once it is known. Any thread.
    void set_advertise(std::string advertise);
    // Says good-bye, so that nobody adopts before `rejoin`, and ends the thread. Waits for it.
    void leave();
    // Ends the thread without a word, as a crash does: the lease runs out. Waits for it.
    void stop();

    // May anything of our log be handed out? Any thread; reads a clock and an atomic.
    bool holds() const;
    // When that ends if no renewal is answered any more. Any thread.
    boot_time deadline() const;
    shared_members view() const; // never null
    membership_status status() const;

  private:
    enum class ending { none, quiet, good_bye };

    std::chrono::milliseconds statement_timeout() const;
    void run();
    bool step();
    boot_time next_event() const;
    void reconnect();
    void renew();
    bool resolve();
    void look();
    void judge(boot_time sent, boot_time received, cluster_rows const& seen);
    bool refresh_holders(member_table& table, cluster_rows const& seen);
    std::vector<slice_row> all_slices(cluster_rows const& seen) const;
    void claim(member_table& table, std::vector<dead_member> const& dead);
    void failed(std::string const& what);
    void lose(std::string why);
    void publish(members_view view);
    void announce();
    void say_good_bye();
    void note(bool is_warning, std::string text, std::string detail);
    bool pause(std::chrono::milliseconds time);
    void end(ending how);

    membership_options options_;
    member_self self_;

    // --- shared
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    ending ending_ = ending::none;
    bool is_woken_ = false;
    std::optional<std::string> new_advertise_;
    std::shared_ptr<membership_callbacks const> callbacks_;
    shared_members view_;
    std::atomic<boot_clock::rep> deadline_{0};
    std::atomic<boot_clock::rep> last_renewal_{0};
    std::atomic<std::uint64_t> renewals_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> claims_{0};
    std::atomic<bool> is_connected_{false};

    // --- the thread's
    std::thread thread_;
    std::optional<connection> to_;
    std::optional<lease> lease_;
    member_row row_;
    boot_time next_try_{};
    unsigned tries_ = 0;
    std::minstd_rand random_;
    bool looks_again_ = false; // at once
    std::optional<std::string> lost_why_;
    std::vector<membership_note> notes_;
    std::vector<adopted_row> to_adopt_;
    std::set<std::pair<std::uint32_t, std::int64_t>> told_;   // log and epoch
    bool has_news_ = false;                                   // a view that was not told
    std::map<std::uint32_t, std::vector<slice_row>> holders_; // of logs adopted to the end
};

} // namespace sluice::queue::postgres
