// Dead letters by destination and reason: how many, and from when to when. Walks over the core's
// tasks in steps; bounded. Admin thread.
#pragma once

#include "gateway/admin/context.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace sluice::gateway::admin {

class dead_groups {
  public:
    explicit dead_groups(context& with)
        : with_(with) {}

    // {"groups":[{"destination","reason","count","oldest","newest"}],"total","others"}: the largest
    // first; "others" are dead letters of groups beyond `most_groups`. Answers in the end, or says
    // why not. `shows_contents`: numbers in reasons are not hidden.
    call::checked<void> list(server::exchange& on, bool shows_contents);

    static constexpr std::size_t most_groups = 500;

  private:
    struct group {
        std::uint64_t count = 0;
        queue::wall_time oldest = queue::never;
        queue::wall_time newest{};
    };
    struct counting {
        std::size_t next = 0; // used on the core's thread, as all of it is until it is over
        std::map<std::pair<std::string, std::string>, group> groups; // by destination and reason
        std::uint64_t total = 0;
        std::uint64_t others = 0;
    };
    using counting_pointer = std::shared_ptr<counting>;

    static void look(counting& c, queue::task_view const& task, queue::names const& table,
                     bool shows_contents);
    void walk(server::exchange& on, counting_pointer const& c, bool shows_contents);
    static void end(server::exchange& on, counting const& c);

    context& with_;
};

} // namespace sluice::gateway::admin
