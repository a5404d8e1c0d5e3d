// Gateways that share destinations' limits, without queues and threads: the real share_keeper of
// each over a table whose answers are late, lost, or come for writes that are carried out seconds
// after their sender gave up; members that die, freeze, come back. A judge stands at the
// destinations: never faster than the rate allows in any window, never more at once than the slots.
#pragma once

#include "queue/core/share_keeper.hpp"
#include "queue/core/token_bucket.hpp"

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sluice::tests {

using namespace std::chrono_literals;
using queue::mono_time;

// The bugs that the judge must see.
enum class share_bug : std::uint8_t {
    none,
    stock,     // a decrease counts before its holder has confirmed it
    under_way, // slots are given up while attempts still use them
    minted,    // what is added to the burst comes full
};

// One destination as all gateways have it.
struct shared_destination {
    std::string name;
    queue::lane_whole whole; // `rate` in attempts a second, whole numbers
    std::chrono::milliseconds latency{30};
};

class share_rig {
  public:
    share_rig(std::uint64_t seed, std::vector<shared_destination> destinations,
              share_bug bug = share_bug::none);
    ~share_rig();

    // A gateway begins; returns its number.
    std::size_t start();
    void kill(std::size_t member);
    void stop(std::size_t member); // with a good-bye
    void freeze(std::size_t member, std::chrono::milliseconds time);
    void cut(std::size_t member, std::chrono::milliseconds time); // from the database
    bool is_up(std::size_t member) const;
    std::size_t members() const { return members_.size(); }

    // How many tasks come to it a second, from now on.
    void demand(std::size_t member, std::string const& destination, double a_second);
    void change(std::string const& destination, queue::lane_whole whole);
    // Rows in which nobody holds anything, and nobody has for a while, are gone.
    void drop_unused();
    // How often answers are lost, in percent.
    void trouble(unsigned percent) { trouble_ = percent; }

    void run(std::chrono::milliseconds time);

    // Attempts that a destination has seen so far, of one member or of all.
    std::uint64_t sent(std::string const& destination) const;
    std::uint64_t sent(std::size_t member, std::string const& destination) const;
    std::uint64_t statements() const { return statements_; }
    std::uint64_t writes() const { return writes_; }
    std::uint64_t dropped() const { return dropped_; }
    std::string book(std::string const& destination) const { return row_of(destination).book; }
    std::int64_t version(std::string const& name) const { return row_of(name).version; }
    std::vector<std::string> const& violations() const { return violations_; }

  private:
    struct desk;
    struct member;
    struct destination;
    struct row {
        std::int64_t version = 0;
        std::string book;
        mono_time changed_at{};
    };
    struct later {
        mono_time at;
        std::function<void()> act;
    };

    void step();
    void check_books();
    void go_on(member& m);
    void begin_round(member& m);
    void take_look(member& m, std::vector<queue::share_keeper::question> const& asked);
    void write(member& m, std::vector<queue::share_keeper::entry> const& entries);
    queue::share_keeper::versions carry_out(std::vector<queue::share_keeper::entry> const& entries);
    std::vector<queue::lane_held> obey(member& m, std::vector<queue::lane_order> const& orders);
    std::vector<queue::lane_report> report(member& m);
    void send(member& m);
    bool may_send(member const& m) const;
    row row_of(std::string const& name) const {
        auto const found = table_.find(name);
        return found == table_.end() ? row() : found->second;
    }
    bool is_unlucky() { return random_() % 100 < trouble_; }
    void tell(member& m, std::function<void()> act);
    void after(std::chrono::milliseconds time, std::function<void()> act) {
        later_.push_back({now_ + time, std::move(act)});
    }
    std::chrono::milliseconds some(unsigned most_ms) {
        return std::chrono::milliseconds(random_() % most_ms);
    }
    void violate(std::string what);

    std::mt19937_64 random_;
    share_bug bug_;
    std::uint64_t seed_;
    mono_time now_{1h};
    unsigned trouble_ = 0;
    std::map<std::string, row> table_;
    std::map<std::string, std::unique_ptr<destination>> destinations_;
    std::vector<std::unique_ptr<member>> members_;
    std::vector<later> later_;
    std::uint64_t statements_ = 0;
    std::uint64_t writes_ = 0;
    std::uint64_t dropped_ = 0;
    std::vector<std::string> violations_;
};

} // namespace sluice::tests
