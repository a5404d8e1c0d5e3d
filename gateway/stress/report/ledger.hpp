// What became of every request of a stress run, from its start to its delivery, and whether that
// is what was promised. Pure: it is told what happened and when. Every request has one record of
// 56 bytes, and there are at most `most_records`: a run that would need more is refused before it
// begins. Two threads use it (the generator's and the sink's): each call takes its one lock.
//
// Order within a key is judged by what a caller can know: a request whose acceptance was known
// before another one of its key was started has to be delivered first. Two that were under way at
// the same time have no order.
#pragma once

#include "gateway/stress/report/histogram.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace sluice::gateway::stress {

// What is known when a request starts.
struct ledger_start {
    std::chrono::nanoseconds at{0};          // Of the run's clock.
    std::uint32_t key = 0;                   // 0: no order is asked for.
    std::chrono::milliseconds not_before{0}; // Unix time; 0: at once.
};

// When the other end got something, on both clocks.
struct ledger_arrival {
    std::chrono::nanoseconds at{0}; // Of the run's clock.
    std::chrono::milliseconds unix_time{0};
    bool is_delivered = true; // The answer was a success.
};

// The findings. Times are in ns.
struct delivery_check {
    std::uint64_t accepted = 0;   // Answered with a 2xx.
    std::uint64_t delivered = 0;  // Of the accepted ones: those delivered, each counted once.
    std::uint64_t lost = 0;       // Accepted and not delivered.
    std::uint64_t duplicated = 0; // Deliveries beyond the first, of all requests.
    std::uint64_t reordered = 0;
    std::uint64_t early = 0;                // Attempts before the time asked for.
    std::uint64_t refused_delivered = 0;    // Refused (4xx) and delivered all the same.
    std::uint64_t unanswered_delivered = 0; // No answer, or a 5xx, came; delivered: allowed.
    std::uint64_t attempts = 0;             // Arrivals that were not answered with success, too.
    std::uint64_t unknown = 0;              // Arrivals of requests that this run did not make.
    histogram accept_to_attempt;
    histogram accept_to_delivery;
    histogram lateness; // First attempt after the time asked for.
};

class ledger {
  public:
    static constexpr std::uint64_t most_records = 4'000'000;

    // Requests are numbered from 0 without gaps. Nothing is kept past most_records.
    void start(std::uint64_t number, ledger_start const& what);
    void accept(std::uint64_t number, std::chrono::nanoseconds at);
    void refuse(std::uint64_t number);
    void arrive(std::uint64_t number, ledger_arrival const& what);
    // An arrival whose number could not be read.
    void arrive_unknown();

    // Accepted and not yet delivered.
    std::uint64_t outstanding() const;
    // Arrivals so far, to see whether anything still moves.
    std::uint64_t arrivals() const;

    delivery_check check() const;

  private:
    enum class answer : std::uint8_t { none, accepted, refused };
    struct record {
        std::chrono::nanoseconds started{0};
        std::chrono::nanoseconds accepted{0};
        std::chrono::nanoseconds attempted{0}; // the first arrival
        std::chrono::nanoseconds delivered{0}; // the first success
        std::chrono::milliseconds not_before{0};
        std::chrono::milliseconds first_unix{0}; // of the first arrival
        std::uint32_t key = 0;
        std::uint16_t deliveries = 0;
        answer answered = answer::none;
        bool has_arrived = false;
    };
    static_assert(sizeof(record) == 56);
    bool is_known(std::uint64_t number) const { return number < records_.size(); }
    static void count(delivery_check& into, record const& one);
    std::uint64_t count_reordered() const;

    mutable std::mutex mutex_;
    std::vector<record> records_;
    std::uint64_t outstanding_ = 0;
    std::uint64_t arrivals_ = 0;
    std::uint64_t early_ = 0;
    std::uint64_t unknown_ = 0;
};

} // namespace sluice::gateway::stress
