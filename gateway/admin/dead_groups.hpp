// Dead letters by destination and reason: how many, and from when to when. Walks over the core's
// tasks in steps, once for all who ask meanwhile, and no further than there are dead letters;
// bounded. Admin thread.
#pragma once

#include "gateway/admin/context.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::gateway::admin {

class dead_groups {
  public:
    explicit dead_groups(context& with)
        : with_(with) {}

    // {"groups":[{"destination","reason","count","oldest","newest"}],"total","others","at"}: the
    // largest first; "others" are dead letters of groups beyond `most_groups`, "at" is what a bulk
    // call takes as "before". Answers in the end, or says why not. `shows_contents`: numbers in
    // reasons are not hidden. Whoever asks during a walk is answered by the next one.
    call::checked<void> list(server::exchange& on, bool shows_contents);

    static constexpr std::size_t most_groups = 500;
    static constexpr std::size_t most_waiting = 64; // calls

  private:
    struct group {
        std::uint64_t count = 0;
        queue::wall_time oldest = queue::never;
        queue::wall_time newest{};
    };
    using group_map = std::map<std::pair<std::string, std::string>, group>; // destination, reason
    struct counting {
        std::size_t next = 0;       // used on the core's thread, as all of it is until it is over
        std::uint64_t expected = 0; // dead letters when it began
        std::uint64_t found = 0;    // of them
        group_map groups;
        std::uint64_t total = 0;
        std::uint64_t others = 0;
        queue::wall_time at{};
    };
    using counting_pointer = std::shared_ptr<counting>;
    struct asker {
        server::exchange* on;
        bool shows_contents;
    };

    static bool advance(counting& c, queue::dispatcher& core);
    static void look(counting& c, queue::task_view const& task, queue::names const& table);
    void begin();
    void walk(counting_pointer const& c);
    void end(counting const& c);
    void give_up();

    context& with_;
    bool is_walking_ = false;
    std::vector<asker> asked_;   // what is answered by the walk that is under way
    std::vector<asker> waiting_; // by the next one
};

} // namespace sluice::gateway::admin
