// The admin calls about what the custom webhooks keep: an account's short links and its persons, at
// `/v1/accounts/{account}/links` and `/users` of the admin listener. Whoever routes there has
// checked the admin token; where the configuration has none they are refused, for links and
// contacts are personal. JSON; answered at once, from memory; any thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/plan/resolved_configuration.hpp"
#include "gateway/server/exchange.hpp"
#include "gateway/tables/tables.hpp"

#include <memory>
#include <string_view>

namespace sluice::gateway::endpoints {

// As a path names it, not decoded: of an account a link by its code, or a person.
struct kept_name {
    std::string_view account;
    std::string_view name;
};

class table_admin {
  public:
    explicit table_admin(tables::backend const& data)
        : data_(data) {}

    using configuration = std::shared_ptr<plan::resolved_configuration const>;

    // Each answers, or says why not: 403 without an admin token, 404 for what is not there, 422 for
    // a `limit` that is none. Lists have at most `limit` (default 100) entries and say "more".
    // {"links":[{"code","longUrl","created","expires","clicks"}],"more"}, the newest first.
    call::checked<void> list_links(server::exchange& on, configuration const& current,
                                   std::string_view account) const;
    // As /v1/links/{code} shows it; the short URL is a path where no link_domain is set.
    call::checked<void> show_link(server::exchange& on, configuration const& current,
                                  kept_name const& which) const;
    // {"users":[{"accountID","contactNumber","keys","updated"}],"more"}: how many variables each
    // person has, and when the last one changed.
    call::checked<void> list_users(server::exchange& on, configuration const& current,
                                   std::string_view account) const;
    // As GET /v1/users/{contact} shows it.
    call::checked<void> show_user(server::exchange& on, configuration const& current,
                                  kept_name const& which) const;

    static constexpr std::size_t usual_limit = 100;
    static constexpr std::size_t highest_limit = 1000;

  private:
    tables::backend const& data_;
};

} // namespace sluice::gateway::endpoints
