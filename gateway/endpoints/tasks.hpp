// `/v1/tasks`: taking tasks one by one or in batches, showing, explaining and cancelling them.
// Always for the account of the bearer token; another account's task is as unknown as one that
// never was. Belongs to one I/O thread.
#pragma once

#include "gateway/config/limits.hpp"
#include "gateway/endpoints/keyed_calls.hpp"
#include "gateway/endpoints/known_tasks.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/intake/submitter.hpp"
#include "gateway/server/exchange.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::endpoints {

// How many tasks one call may have become.
std::size_t most_in_group(config::limits const& limit);

class tasks {
  public:
    tasks(intake::context& with, intake::submitter& hands)
        : with_(with)
        , hands_(hands)
        , known_(with.port, with.others)
        , keyed_(with) {}

    // Each answers in the end, or says why not.
    call::checked<void> create(server::exchange& on, std::uint32_t label);
    call::checked<void> create_batch(server::exchange& on, std::uint32_t label);
    // The same for a call that another gateway has let in and forwards, because this one is the
    // home of its order keys.
    struct forwarded {
        std::string account;       // whose call it is, by its id
        intake::named_slots slots; // of its order keys
    };
    call::checked<void> create(server::exchange& on, std::uint32_t label, forwarded const& by);
    call::checked<void> create_batch(server::exchange& on, std::uint32_t label,
                                     forwarded const& by);
    call::checked<void> show(server::exchange& on, std::string_view id);
    call::checked<void> show_group(server::exchange& on);
    call::checked<void> explain(server::exchange& on, std::string_view id);
    call::checked<void> cancel(server::exchange& on, std::string_view id);

  private:
    // One call on its way in. A slot may have moved when its home is asked: then it is made anew.
    struct making {
        server::exchange& on;
        std::uint32_t label = 0;
        config::account const* account = nullptr;
        codecs::media_kind format = codecs::media_kind::json;
        intake::named_slots named; // of a forwarded call
        unsigned tries = 0;        // its home was asked before
    };
    call::checked<void> create(making const& what);
    call::checked<void> create_batch(making const& what);
    call::checked<making> receive(server::exchange& on, std::uint32_t label, forwarded const& by);
    using step = call::checked<void> (tasks::*)(making const&);
    keyed_calls::again_handler again(making const& what, step from);
    intake::keyed_route route_of(making const& what, bool may_move, step from);
    static keyed_calls::keyed_call keyed_call_of(making const& what);
    call::checked<intake::task_list> make_tasks(server::request const& req, std::string_view json,
                                                std::string_view base,
                                                config::account const& account,
                                                intake::accepted_call& call);

    intake::context& with_;
    intake::submitter& hands_;
    known_tasks known_;
    keyed_calls keyed_;
};

} // namespace sluice::gateway::endpoints
