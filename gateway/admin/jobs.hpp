// Bulk operations under way: each walks over the tasks in slices, one call of the core a slice, so
// that millions are dealt with and nothing waits for it; a paced one does only so many a second.
// Lives on the admin thread. A job ends with the process: what it has not done then stays undone.
#pragma once

#include "gateway/admin/job_pace.hpp"
#include "gateway/admin/queries.hpp"
#include "queue/core/task_id.hpp"
#include "queue/dispatch/bulk.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::admin {

// What is done to each task: queue::bulk_action, or a new task made from it.
enum class job_action : std::uint8_t { cancel, redrive, purge, replay };

enum class job_state : std::uint8_t { running, ended, stopped };

std::string_view name_of(job_action what);
std::string_view name_of(job_state state);

struct job_report {
    std::uint64_t number = 0;
    job_action action{};
    job_state state = job_state::running;
    std::uint64_t rate = 0;                     // 0: as fast as it goes
    std::uint64_t matched = 0;                  // found so far; all of them when it has ended
    std::optional<std::uint64_t> expected = {}; // how many were counted before it began
    queue::bulk_counts counts;
    queue::wall_time started_at{};
    std::optional<queue::wall_time> ended_at;
    std::vector<std::string> gateways = {}; // of a cluster's job: where it was begun
    std::vector<std::uint64_t> beside = {}; // jobs that ran when it began and may have its tasks
    std::string by = {};                    // who began it
    std::string destination = {}, account = {}; // of its filter; empty: any
};
// {"id","action","by","destination","account","state","rate","matched","done","refused",
// "started_at","ended_at"}, "expected" where that was counted, of a replay "job" as well, which is
// the id, of a cluster's job "gateways", and "beside" where there are any.
void append_job(std::string& out, job_report const& job);

using job_end_handler = std::function<void(job_report const&)>;

struct job_order {
    job_action what{};
    bulk_request which; // of a replay its ids count
    std::string by;
    // Told once; may be empty.
    job_end_handler on_end = {};
    // Of a job that runs at every gateway of a cluster: its number there. Ids that are not here are
    // left to the others then. 0: a job of this gateway alone.
    std::uint64_t cluster_number = 0;
    std::vector<std::string> gateways = {}; // that have a part of it
};

class jobs {
  public:
    // `ids` gives replayed tasks theirs.
    jobs(boost::asio::io_context& io, queue::port& port, queue::clock const& clock,
         queue::task_id_generator& ids)
        : io_(io)
        , port_(port)
        , clock_(clock)
        , ids_(ids) {}

    // Begins a job. Nothing when `most_running` run already.
    std::optional<job_report> start(job_order&& order);
    // No more slices; those under way are finished. False: there is no such job, or it has ended.
    bool stop(std::uint64_t number);
    std::optional<job_report> find(std::uint64_t number) const;
    // Those that run and the newest that have ended, oldest first.
    std::deque<job_report> list() const;

    static constexpr std::size_t most_running = 8;
    static constexpr std::size_t kept_reports = 32;

  private:
    struct job;
    using job_pointer = std::shared_ptr<job>;

    std::vector<std::uint64_t> beside(job_action what, bulk_request const& which) const;
    void go_on(job_pointer const& j);
    bool ask(job_pointer const& j, std::size_t tasks);
    bool ask_copies(job_pointer const& j, std::size_t tasks);
    using copies = std::vector<std::optional<queue::new_task>>;
    void on_copied(job_pointer const& j, copies& tasks);
    class replays;
    void on_pause(job_pointer const& j, bool is_tick);
    void wait(job_pointer const& j, std::chrono::milliseconds pause);
    void on_walked(job_pointer const& j, queue::bulk_step const& step);
    void on_held(job_pointer const& j);
    void on_settled(job_pointer const& j, queue::bulk_counts counts);
    void end(job_pointer const& j);

    boost::asio::io_context& io_;
    queue::port& port_;
    queue::clock const& clock_;
    queue::task_id_generator& ids_;
    std::deque<job_pointer> running_;
    std::deque<job_report> ended_;
    std::uint64_t next_number_ = 1;
};

} // namespace sluice::gateway::admin
