// The values that templates can use, of widgets and of destinations: the variables of the call,
// $user.key.* of the contact that it names, and the gateway's own $sys.datetime. Lives as long as
// one call; one thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/config/account.hpp"
#include "gateway/tables/tables.hpp"
#include "queue/core/time.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::webhooks {

class template_variables {
  public:
    // `call` must outlive this. Lists become one text, with commas between the values. `stored` is
    // what the account keeps about the contact of the call, or nullptr; what the call says itself
    // goes before it.
    template_variables(codecs::variables const& call, config::account const& account,
                       queue::wall_time now,
                       std::shared_ptr<tables::user_variables const> stored = nullptr);

    // The value of a full name, or nothing when it is not set.
    std::optional<std::string_view> find(std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> own_; // lists and $sys.datetime
    codecs::variables const& call_;
    std::shared_ptr<tables::user_variables const> stored_;
};

// The contact that a call is about: $user.syskey.contactNumber, or a bare contactNumber where that
// means $flow.key.contactNumber. Empty where it names none.
std::string_view contact_of(codecs::variables const& call);

// What the account keeps about a contact, from memory; `contact` in any way of writing. nullptr
// where nothing is kept; what is given out stays as it is for as long as it is held. Names are full
// ("$user.key.city"), in their order.
std::shared_ptr<tables::user_variables const> user_variables(tables::backend const& data,
                                                             config::account const& account,
                                                             std::string_view contact);

// The value of one of them, by its full name; nullptr where it is not there. `kept` may be null.
std::string const* find_user_variable(tables::user_variables const* kept, std::string_view name);

// A refusal whose errors point to variables by name, as templates report them, with the places
// where the caller wrote them instead, and the names in the details.
call::refusal with_places(call::refusal why, codecs::variables const& all);

} // namespace sluice::gateway::webhooks
