// The order in which names are asked for: in turn between accounts, each with a bound of names
// under way and of names that wait, so that one account's names cannot use up what the others need.
// A name is asked for once at a time, whoever wants it. Decides only: no thread, no lock, no time.
// Owned by the resolver.
#pragma once

#include "queue/core/names.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sluice::gateway::client {

struct lookup_line_options {
    std::size_t max_asked = 512;          // under way in all
    std::size_t max_asked_of_one = 64;    // of one account
    std::size_t max_waiting_of_one = 256; // beside those, of one account; one more is refused
    std::size_t max_waiting = 16 * 1024;  // of all accounts
};

class lookup_line {
  public:
    explicit lookup_line(lookup_line_options options)
        : options_(options) {}

    // `who` wants the name. A name that is under way or waits already is joined: it then waits in
    // the line of each that wants it and goes with the first. False where there is no room.
    bool add(std::string const& host, queue::account_id who);

    // The name to ask for next; it is under way from here on. Nothing where nobody waits, or the
    // bounds are reached.
    std::optional<std::string> take();

    // An answer came for a name that was taken.
    void done(std::string const& host);

    // Whether the name waits, so that nobody has been asked for it.
    bool is_waiting(std::string const& host) const;

    std::size_t asked() const { return asked_; }
    std::size_t waiting() const { return names_.size() - asked_; }

  private:
    struct name {
        bool is_asked = false;
        queue::account_id on_account{};       // where it is asked
        std::vector<queue::account_id> lines; // it waits in, where it is not
    };
    struct account {
        std::size_t asked = 0;
        std::deque<std::string> line; // names that wait
    };

    void wait_in_line(name& what, std::string const& host, queue::account_id who);
    void begin(std::string const& host, queue::account_id who);

    lookup_line_options options_;
    std::unordered_map<std::string, name> names_;
    std::unordered_map<queue::account_id, account> accounts_; // with names, no others
    std::deque<queue::account_id> turns_;                     // those with names that wait
    std::size_t asked_ = 0;
};

} // namespace sluice::gateway::client
