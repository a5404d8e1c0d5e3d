// `/v1/users/{contact}`: what an account keeps about a person, as the person's export, and its
// erasure. Always for the account of the bearer token. Belongs to one I/O thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/intake/context.hpp"
#include "gateway/server/exchange.hpp"

#include <string_view>

namespace sluice::gateway::endpoints {

class users {
  public:
    explicit users(intake::context& with)
        : with_(with) {}

    // Each answers in the end, or says why not. `contact` is a segment of the path, not decoded.
    // GET …/keys: the variables, none of them for a person that is not known.
    call::checked<void> show_keys(server::exchange& on, std::string_view contact);
    // GET: everything that is kept, with the times of the last changes; 404 where nothing is.
    call::checked<void> show(server::exchange& on, std::string_view contact);
    // DELETE: takes all of it away, from the disk too; 404 where there was nothing.
    call::checked<void> erase(server::exchange& on, std::string_view contact);

  private:
    struct opened;
    call::checked<opened> open(server::request const& req, std::string_view contact) const;

    intake::context& with_;
};

} // namespace sluice::gateway::endpoints
