// What templates ask: the variables that an account keeps about a contact, from memory. Any
// thread; costs a look, no disk.
#pragma once

#include "gateway/config/account.hpp"
#include "gateway/tables/tables.hpp"

#include <memory>
#include <string_view>

namespace sluice::gateway::webhooks {

// `contact` in any way of writing. nullptr where nothing is kept; what is given out stays as it is
// for as long as it is held. Names are full ("$user.key.city"), in their order.
std::shared_ptr<tables::user_variables const> user_variables(tables::backend const& data,
                                                             config::account const& account,
                                                             std::string_view contact);

// The value of one of them, by its full name; nullptr where it is not there. `kept` may be null.
std::string const* find_user_variable(tables::user_variables const* kept, std::string_view name);

} // namespace sluice::gateway::webhooks
