// The values that a widget's templates can use: the variables of the call, $user.key.* of the
// contact that it names, and the gateway's own $sys.datetime. Lives as long as one call; one
// thread.
#pragma once

#include "codecs/variables.hpp"
#include "gateway/config/account.hpp"
#include "queue/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::webhooks {

class widget_variables {
  public:
    // `call` must outlive this. Lists become one text, with commas between the values.
    widget_variables(codecs::variables const& call, config::account const& account,
                     queue::wall_time now);

    // What the tables know about the contact, "$user.key.city"; the call's own variables come
    // first.
    void add_stored(std::string_view name, std::string_view value);

    // The value of a full name, or nothing when it is not set.
    std::optional<std::string_view> find(std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> own_; // lists, stored ones, $sys.datetime
    codecs::variables const& call_;
};

} // namespace sluice::gateway::webhooks
