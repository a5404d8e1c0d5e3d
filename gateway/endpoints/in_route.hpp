// `/in/{route}`: what came in becomes one task for each of the route's destinations. Belongs to
// one I/O thread.
#pragma once

#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/server/exchange.hpp"

namespace sluice::gateway::api {

class proxy {
  public:
    proxy(context& with, submitter& hands)
        : with_(with)
        , hands_(hands) {}

    // Answers in the end.
    void handle(server::exchange& on);

    // Whether the call may come in at all, by its header alone: 404, 401, 403.
    checked<config::route_match> check_header(server::request const& req) const;

  private:
    struct made_tasks {
        task_list tasks;
        std::string unset; // as accepted_call::rest has it
    };

    checked<made_tasks> make_tasks(server::request const& req, config::route_match const& match,
                                   accepted_call& call);

    context& with_;
    submitter& hands_;
};

} // namespace sluice::gateway::api
