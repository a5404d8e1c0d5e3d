// Kept answers of name look-ups, good and bad. Time comes as a value; no thread, no lock.
// Owned by the resolver.
#pragma once

#include "gateway/config/network.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace sluice::gateway::client {

struct name_answer {
    std::vector<config::ip_address> addresses; // in the order to try them
    std::string error;                         // one line; only without addresses
};

struct name_cache_options {
    std::chrono::milliseconds ttl = std::chrono::seconds(30);
    std::chrono::milliseconds negative_ttl = std::chrono::seconds(1); // for failures
    std::size_t max_names = 1024; // one more pushes out the one that ends first
};

class name_cache {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit name_cache(name_cache_options options)
        : options_(options) {}

    // Null where nothing is kept or its time is over.
    std::shared_ptr<name_answer const> find(std::string const& host, time_point now) const;

    void keep(std::string const& host, std::shared_ptr<name_answer const> answer, time_point now);

    std::size_t size() const { return kept_.size(); }

  private:
    struct entry {
        std::shared_ptr<name_answer const> answer;
        time_point expires;
    };
    void make_room(time_point now);

    name_cache_options options_;
    std::unordered_map<std::string, entry> kept_;
};

} // namespace sluice::gateway::client
