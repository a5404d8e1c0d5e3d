// `/v1/tasks`: taking tasks one by one or in batches, showing, explaining and cancelling them.
// Always for the account of the bearer token; another account's task is as unknown as one that
// never was. Belongs to one I/O thread.
#pragma once

#include "gateway/config/limits.hpp"
#include "gateway/endpoints/known_tasks.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/server/exchange.hpp"

#include <string_view>

namespace sluice::gateway::endpoints {

// How many tasks one call may have become.
std::size_t most_in_group(config::limits const& limit);

class tasks {
  public:
    tasks(intake::context& with, intake::submitter& hands)
        : with_(with)
        , hands_(hands)
        , known_(with.port, with.others) {}

    // Each answers in the end, or says why not.
    call::checked<void> create(server::exchange& on, std::uint32_t label);
    call::checked<void> create_batch(server::exchange& on, std::uint32_t label);
    call::checked<void> show(server::exchange& on, std::string_view id);
    call::checked<void> show_group(server::exchange& on);
    call::checked<void> explain(server::exchange& on, std::string_view id);
    call::checked<void> cancel(server::exchange& on, std::string_view id);

  private:
    call::checked<intake::task_list> make_tasks(std::string_view json, std::string_view base,
                                                config::account const& account,
                                                intake::accepted_call& call);

    intake::context& with_;
    intake::submitter& hands_;
    known_tasks known_;
};

} // namespace sluice::gateway::endpoints
