// Short links: redirecting to what stands behind a code, and showing an account its links. Belongs
// to one I/O thread. Answers at once, from memory; where other gateways write to the same tables an
// unknown code is looked up first.
#pragma once

#include "gateway/intake/context.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/tables/link.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace sluice::gateway::endpoints {

class links {
  public:
    explicit links(intake::context& with)
        : with_(with) {}

    // `/{code}`: the redirect; a GET counts as a click. 404 for an unknown code, 410 for one that
    // has expired, 429 for an unknown one of an address that asked for too many of them: who shares
    // its address with somebody who guesses still gets his own links.
    call::checked<void> follow(server::exchange& on, std::string_view code);

    // GET /v1/links/{code}: target and clicks, for the account that made it.
    call::checked<void> show(server::exchange& on, std::string_view code);

  private:
    std::optional<std::chrono::seconds> wait_of(server::request const& req,
                                                queue::mono_time now) const;
    call::checked<void> answer(server::exchange& on, tables::link const* link);
    call::checked<void> show_link(server::exchange& on, config::account const& whose,
                                  codecs::media_kind format, tables::link const* link);
    void redirect(server::exchange& on, tables::link const& link, queue::wall_time now);

    intake::context& with_;
};

} // namespace sluice::gateway::endpoints
