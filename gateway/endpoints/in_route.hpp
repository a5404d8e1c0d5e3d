// `/in/{route}`: what came in becomes one task for each of the route's destinations. Belongs to
// one I/O thread.
#pragma once

#include "gateway/endpoints/known_call.hpp"
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
    // What the head says, found out now or kept from the call before. Refusals: of check_header.
    call::checked<known_call*> look_at_head(server::exchange& on) const;
    // `unset`: as accepted_call::rest has it.
    call::checked<void> make_tasks(server::request const& req, known_call& known,
                                   intake::task_maker& tasks, std::string& unset);

    intake::context& with_;
    intake::submitter& hands_;
};

} // namespace sluice::gateway::endpoints
