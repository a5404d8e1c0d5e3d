// What log_worker does for each kind of job. Included by its own source files only: commits in
// log_commits.cpp, segments in log_segments.cpp, reading and the start in log_reading.cpp.
#pragma once

#include "queue/journal/job_reading.hpp"
#include "queue/postgres/log_worker.hpp"

#include <string>
#include <string_view>

namespace sluice::queue::postgres {

// What the server says of a table that is not there.
inline constexpr std::string_view undefined_table = "42P01";

// What the server refuses now and may take later: it shuts down, starts, is a standby or read only,
// has no room or no connections left; a lock or a deadlock was in the way.
bool may_pass(std::string_view state);

// What was acknowledged is not there: `fenced` where another has taken the log over, who drops it;
// else `missing`.
boost::system::error_code why_gone(connection& to, log_options const& of);

// As it stands beside the bytes.
std::int32_t checksum(std::string_view bytes);

// Does the parts of one job; stops at the first error and remembers it.
struct log_worker::work {
    using error_code = boost::system::error_code;
    template <class T>
    using result = boost::system::result<T>;

    log_worker& owner;
    link& by;
    disk_result done;
    std::int64_t log() const { return owner.options_.log; }
    auto timeout() const { return owner.options_.statement_timeout; }
    std::string table(segment_ref const& ref) const { return table_of(owner.options_.log, ref); }
    parameters fence() const { return parameters().add(log()).add(owner.options_.epoch); }

    bool decide(std::string_view operation, statement const& ask) {
        done.error = owner.decide(by, ask);
        done.operation = operation;
        return !done.error;
    }
    void operator()(sync_job const&) {} // every commit was one
    void operator()(tidy_job const&) {}

    // --- log_commits.cpp
    void operator()(commit_job const& job);
    std::string statement_for(commit_job const& job, bool with_kept) const;
    error_code write(connection& to, commit_job const& job, bool with_kept);
    error_code judge_refusal(connection& to, error_code ec);
    error_code found_there(connection& to, commit_job const& job);

    // --- log_segments.cpp
    error_code fenced(connection& to, statement const& change);
    error_code refuse_while_adopted(connection& to);
    error_code execute(connection& to, std::string const& sql, parameters const& values = {});
    void operator()(prepare_job const& job);
    error_code drop(connection& to, remove_job const& job);
    void operator()(remove_job const& job);
    void operator()(seal_job const& job);
    error_code put(connection& to, segment_write const& what);
    void operator()(cut_job const& job);
    void operator()(rewrite_job const&);
    void operator()(measure_job const&);

    // --- log_reading.cpp
    result<std::string> range(segment_ref const& ref, std::uint64_t offset, std::size_t size);
    read_range range_of(segment_ref const& ref);
    void operator()(read_job const& job);
    void operator()(look_up_job const& job);
    void operator()(scan_job const& job);
    void operator()(lock_job const&);
    void operator()(list_job const&);
    void operator()(load_job const& job);
    error_code load(connection& to, segment_ref const& ref);
};

} // namespace sluice::queue::postgres
