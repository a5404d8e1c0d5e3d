// Does the journal's jobs in PostgreSQL: one gateway's log as rows, one row a batch, in tables that
// are dropped whole. Every statement that changes the log holds the fence: it is done only while
// this gateway is the log's owner in its epoch.
//
//   sluice.segment                 which segments there are, with their headers
//   sluice.batch_<log>_<number>    a segment of the journal: (at, crc, bytes)
//   sluice.kept_<log>_<number>     a part of the history
//
// A job never fails because the server is away: it waits, connects again and repeats itself, until
// it is known what became of it; the repeat of a batch is its look-up, because it has the same
// bytes at the same place. Errors that end the log's use: fenced, conflict, missing, and what the
// server refuses for good. Two connections: one for commits, one for everything else.
#pragma once

#include "queue/journal/journal_job.hpp"
#include "queue/postgres/connection.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace sluice::queue::postgres {

struct log_options {
    connect_options connect;
    std::uint32_t log = 0;
    std::int64_t epoch = 0;
    // Without an answer for so long the connection is given up and the statement repeated.
    std::chrono::milliseconds statement_timeout{10'000};
    // Between two tries to connect; doubled up to `longest_pause`.
    std::chrono::milliseconds first_pause{50};
    std::chrono::milliseconds longest_pause{1000};
    // Whether a synchronous standby confirmed the batch that was written last; on the thread that
    // runs commits, before the commit's result is given back.
    std::function<void(bool)> on_replicated = {};
};

// What an operator wants to know.
struct log_status {
    bool is_reachable = false;
    std::string why;            // it is not
    std::string host;           // that is used
    bool is_replicated = false; // a synchronous standby confirms each batch
    std::uint64_t statements = 0;
    std::uint64_t reconnects = 0;
    std::uint64_t looked_up = 0; // batches that were found to be there after a lost answer
};

class log_worker final : public job_worker {
  public:
    explicit log_worker(log_options options);

    disk_result run(disk_job const& job) override;

    // Any thread. What waits for the server ends, with the error `unreachable`; so does every job
    // from now on that needs a connection which is not there.
    void stop();
    log_status status() const;

  private:
    struct link {
        std::optional<connection> to;
        std::chrono::milliseconds pause{0};
    };
    struct work;
    // The last batch that was acknowledged, or read when the log was replayed: it must be found
    // again on every new connection.
    struct acknowledged {
        std::uint32_t segment = 0;
        std::uint64_t at = 0;
        std::int32_t crc = 0;
    };
    using statement = std::function<boost::system::error_code(connection&)>;

    // Repeats `ask` until it is decided. Its errors `unreachable` and `unknown` mean again; so does
    // `refused` with a state that passes.
    boost::system::error_code decide(link& by, statement const& ask);
    boost::system::error_code connect(link& by);
    boost::system::error_code check_end(connection& to);
    void note_end(acknowledged const& end); // where it is behind what is known
    void forget_end(segment_ref const& of); // its last row is no more: we took it away
    void look_at_standbys(connection& to);
    bool pause(link& by);
    void note_away(std::string const& why);
    std::string last_acknowledged() const;
    std::string header_of(segment_ref const& ref) const;

    log_options const options_;
    link commits_;
    link others_;
    std::map<segment_ref, std::string> headers_;
    std::optional<acknowledged> last_;
    mutable std::mutex mutex_; // of headers_, last_ and status_
    std::condition_variable wakes_;
    bool is_stopping_ = false;
    log_status status_;
    std::atomic<bool> has_sync_standby_ = false;
};

// The table that holds a segment, with its schema.
std::string table_of(std::uint32_t log, segment_ref const& ref);

} // namespace sluice::queue::postgres
