// `/in/{route}`: what came in becomes one task for each of the route's destinations. Belongs to
// one I/O thread.
#pragma once

#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/server/exchange.hpp"

namespace sluice::gateway::endpoints {

class in_route {
  public:
    in_route(intake::context& with, intake::submitter& hands)
        : with_(with)
        , hands_(hands) {}

    // Answers in the end, or says why not.
    call::checked<void> handle(server::exchange& on);

    // Whether the call may come in at all, by its header alone: 404, 401, 403.
    call::checked<plan::route_match> check_header(server::request const& req) const;

  private:
    struct made_tasks {
        intake::task_list tasks;
        std::string unset; // as accepted_call::rest has it
    };

    call::checked<void> make_tasks(server::request const& req, plan::route_match const& match,
                                   intake::accepted_call& call, made_tasks& all);

    intake::context& with_;
    intake::submitter& hands_;
};

} // namespace sluice::gateway::endpoints
