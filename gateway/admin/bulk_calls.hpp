// Calls that concern many tasks at once, and the jobs that they begin. Owned by `calls`; admin
// thread.
#pragma once

#include "gateway/admin/context.hpp"
#include "gateway/admin/jobs.hpp"
#include "gateway/admin/queries.hpp"
#include "gateway/admin/task_finder.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace sluice::gateway::admin {

class bulk_calls {
  public:
    explicit bulk_calls(context& with)
        : with_(with)
        , jobs_(with.io, with.port, with.clock, with.ids)
        , finder_(with) {}

    // Each answers in the end, or says why not. A job with a rate is answered when it has begun,
    // any other when it has ended; to another gateway of the cluster soon.
    call::checked<void> start(let_in const& given, job_action what, task_list of);
    // New tasks from finished ones.
    call::checked<void> replay(let_in const& given);
    // Cancels all that wait for a destination. `name` is decoded.
    void purge_destination(let_in const& given, std::string const& name);
    // Shows or stops the job that the path names.
    call::checked<void> handle_job(let_in const& given);
    void list_jobs(server::exchange& on);

  private:
    class job_answer;
    struct counting;
    using count_handler = std::function<call::checked<void>(bulk_request&&, std::uint64_t)>;

    call::checked<void> count_ids(let_in const& given, bulk_request&& which);
    // How many tasks match; the handler answers the call with it, or refuses it.
    void count(let_in const& given, bulk_request&& which, count_handler go_on);
    void count_on(std::shared_ptr<counting> const& of);
    void log_job(job_report const& job, std::string const& address) const;
    call::checked<void> run_job(let_in const& given, job_action what, bulk_request&& which);
    call::checked<void> replay_found(let_in const& given, bulk_request&& which);
    // Whether the call only asks how many there are, and is answered now.
    bool answers_count(let_in const& given, bulk_request const& which, std::uint64_t matched);

    context& with_;
    jobs jobs_;
    task_finder finder_;
};

} // namespace sluice::gateway::admin
