// The admin listener's calls under /v1/: checks the token, finds the call, lets it answer. Owns
// what the calls share: the context, the jobs and the listeners to events. Admin thread.
#pragma once

#include "gateway/admin/bulk_calls.hpp"
#include "gateway/admin/context.hpp"
#include "gateway/admin/dead_groups.hpp"
#include "gateway/admin/destination_calls.hpp"
#include "gateway/admin/event_feed.hpp"
#include "gateway/admin/event_hub.hpp"
#include "gateway/admin/routes.hpp"
#include "gateway/admin/task_calls.hpp"
#include "gateway/admin/token_guard.hpp"
#include "gateway/endpoints/agent_admin.hpp"
#include "gateway/endpoints/table_admin.hpp"

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
    // The same for a call that another gateway of the cluster has let in and sent here: `path`
    // stands for the exchange's. Answered by what this gateway has.
    void handle_forwarded(server::exchange& on, std::string_view path);
    // For handler::on_replied: a change that an operator made is a line in the log, never thinned
    // out. What works on many tasks says so when it has ended (bulk_calls).
    void log_change(server::exchange const& on, unsigned status) const;
    // Ends the streams of events: they would never end by themselves.
    void stop();

  private:
    call::checked<void> may_call(server::request const& req, bool changes) const;
    void take(let_in const& given);
    bool shows_contents(let_in const& given) const;
    task_calls& tasks_for(let_in const& given) { return given.is_forwarded ? tasks_here_ : tasks_; }
    // Each answers in the end, or says why not.
    call::checked<void> dispatch(let_in const& given);
    call::checked<void> ask_all(let_in const& given);
    call::checked<void> handle_agent(server::exchange& on, operation what,
                                     endpoints::agent_name const& whom);
    call::checked<void> show_kept(let_in const& given);
    call::checked<void> handle_destination(let_in const& given);
    call::checked<void> handle_task(let_in const& given);
    call::checked<void> show_overview(server::exchange& on);
    call::checked<void> listen(server::exchange& on);
    void connect_feed();
    void beat();

    context with_;
    token_guard guard_;
    event_feed& feed_;
    destination_calls destinations_;
    task_calls tasks_;
    task_calls tasks_here_; // for other gateways
    endpoints::agent_admin agents_;
    endpoints::table_admin kept_;
    dead_groups dead_groups_;
    bulk_calls bulk_;
    event_hub hub_;
    boost::asio::steady_timer beats_;
};

} // namespace sluice::gateway::admin
