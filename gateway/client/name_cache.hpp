// Kept answers of name look-ups, good and bad. A good answer is used for the time that the name
// server gave it, within a floor and a cap; for a while longer it is stale: used still, while the
// name is asked for anew. Time comes as a value; no thread, no lock. Owned by the resolver.
#pragma once

#include "gateway/client/name_answer.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

namespace sluice::gateway::client {

struct name_cache_options {
    // Floor and cap of the time that a name server gives. /etc/hosts gives none: the floor.
    std::chrono::milliseconds least_ttl = std::chrono::seconds(5);
    std::chrono::milliseconds most_ttl = std::chrono::minutes(5);
    std::chrono::milliseconds negative_ttl = std::chrono::seconds(5); // there is no such name
    std::chrono::milliseconds failure_ttl = std::chrono::seconds(1); // no answer, or no sense in it
    std::chrono::milliseconds stale_for = std::chrono::minutes(5);   // after its own time
    std::size_t max_names = 4096; // one more pushes out the one that ends first
};

class name_cache {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using answer_pointer = std::shared_ptr<name_answer const>;

    struct kept {
        answer_pointer answer; // null where nothing is kept or its time is over
        bool is_stale = false; // to be asked for anew
    };

    explicit name_cache(name_cache_options options)
        : options_(options) {}

    kept find(std::string const& host, time_point now) const;

    // A failure does not replace addresses that may still be used.
    void keep(std::string const& host, answer_pointer answer, time_point now);

    std::size_t size() const { return kept_.size(); }

  private:
    struct entry {
        answer_pointer answer;
        time_point fresh_until; // or, after a failure, when to ask anew at the earliest
        time_point ends;
    };
    std::chrono::milliseconds time_of(name_answer const& answer) const;
    void make_room(time_point now);

    name_cache_options options_;
    std::unordered_map<std::string, entry> kept_;
};

} // namespace sluice::gateway::client
