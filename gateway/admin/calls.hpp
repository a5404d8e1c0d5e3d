// The admin listener's calls under /v1/: checks the token, finds the call, lets it answer. Owns
// what the calls share: the context, the jobs and the listeners to events. Admin thread.
#pragma once

#include "gateway/admin/context.hpp"
#include "gateway/admin/destination_calls.hpp"
#include "gateway/admin/event_feed.hpp"
#include "gateway/admin/event_hub.hpp"
#include "gateway/admin/jobs.hpp"
#include "gateway/admin/routes.hpp"
#include "gateway/admin/task_calls.hpp"
#include "gateway/admin/token_guard.hpp"
#include "gateway/endpoints/agent_admin.hpp"

#include <boost/asio/steady_timer.hpp>

#include <string>

namespace sluice::gateway::admin {

// Whether a call with this Authorization may be made. Without a configured token nothing can be
// changed, and everything can be looked at. Refusals: 401, 403.
call::checked<void> check_token(std::optional<config::secret> const& token,
                                std::string_view authorization, bool changes);

class calls {
  public:
    // `feed` is the queue's observer. Both outlive the calls' use; before the queue starts.
    calls(context&& with, event_feed& feed);

    // Answers in the end. `on` has a path that begins with "/v1/".
    void handle(server::exchange& on);
    // Ends the streams of events: they would never end by themselves.
    void stop();

  private:
    call::checked<void> may_call(server::request const& req, bool changes) const;
    // Each answers in the end, or says why not.
    call::checked<void> dispatch(server::exchange& on, operation what,
                                 call::path_names const& names);
    call::checked<void> handle_agent(server::exchange& on, operation what,
                                     endpoints::agent_name const& whom);
    call::checked<void> handle_destination(server::exchange& on, operation what,
                                           std::string const& name);
    call::checked<void> handle_task(server::exchange& on, operation what, queue::task_id id);
    call::checked<void> handle_job(server::exchange& on, operation what, std::string_view number);
    call::checked<void> start_job(server::exchange& on, queue::bulk_action what, task_list of);
    call::checked<void> run_job(server::exchange& on, queue::bulk_action what,
                                bulk_request&& which);
    void purge_destination(server::exchange& on, std::string const& name);
    void list_jobs(server::exchange& on);
    call::checked<void> listen(server::exchange& on);
    void connect_feed();
    void beat();

    context with_;
    token_guard guard_;
    event_feed& feed_;
    destination_calls destinations_;
    task_calls tasks_;
    endpoints::agent_admin agents_;
    jobs jobs_;
    event_hub hub_;
    boost::asio::steady_timer beats_;
};

} // namespace sluice::gateway::admin
