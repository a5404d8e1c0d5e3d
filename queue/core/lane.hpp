// One destination's pacing: switch, gate, breaker, concurrency, rate and retry budget. The only
// place that says "not yet", and it can say why and until when. It counts attempts and knows
// nothing of where tasks wait. Owned by the waiting room; never reads a clock.
#pragma once

#include "queue/core/breaker.hpp"
#include "queue/core/concurrency_limit.hpp"
#include "queue/core/explanation.hpp"
#include "queue/core/fair_share.hpp"
#include "queue/core/lane_options.hpp"
#include "queue/core/lane_pace.hpp"
#include "queue/core/lane_share.hpp"
#include "queue/core/outcome.hpp"
#include "queue/core/record.hpp"
#include "queue/core/retry_budget.hpp"
#include "queue/core/schedule.hpp"
#include "queue/core/token_bucket.hpp"

#include <boost/intrusive/list_hook.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::queue {

// First attempts go before early retries, those before late ones.
enum class urgency : std::uint8_t { first, early, late };
inline constexpr std::size_t urgencies = 3;
inline urgency urgency_of(std::uint32_t attempts_ended) {
    if (attempts_ended == 0) return urgency::first;
    return attempts_ended <= 2 ? urgency::early : urgency::late;
}

inline constexpr std::size_t task_states = 8;
using state_counts = std::array<std::uint64_t, task_states>;

// Why something may not go, and from when it may: nothing, when only an event ends it.
struct block {
    hold_reason reason{};
    std::optional<mono_time> until;
};

// What is said to have closed a gate: an answer with this status, or a delivery.
std::string closed_by(bool is_delivered, std::uint16_t status);

class lane : public boost::intrusive::list_base_hook<> {
  public:
    explicit lane(lane_id id)
        : id_(id) {}

    lane_id id() const { return id_; }
    lane_options const& options() const { return options_; }

    // --- what the configuration and operators say -----------------------------------------------
    void configure(lane_options const& options, mono_time now);
    void unconfigure() { is_configured_ = false; }
    // From now on no more than this of its limits is ours; tokens that another gateway gave up come
    // with it. Never called: all of them are.
    lane_held set_share(lane_share const& share, std::uint64_t tokens, mono_time now);
    bool is_shared() const { return share_.has_value(); }
    lane_whole whole() const;
    // What it did since the last call, and would do with more.
    lane_use take_use(mono_time now);
    // Nothing where it knows a newer version.
    void change(lane_changed const& change);
    bool is_configured() const { return is_configured_; }
    bool is_paused() const { return is_paused_; }
    bool is_disabled() const { return is_disabled_; }
    bool is_breaker_open() const { return breaker_ && breaker_->is_open(); }
    std::string const& by() const { return by_; }
    std::uint64_t version() const { return version_; } // see lane_changed

    // --- may something go? ----------------------------------------------------------------------
    // What keeps every attempt from going now.
    std::optional<block> blocked(mono_time now) const;
    // What keeps retries from going now when nothing else does; a probe needs no budget.
    std::optional<block> retry_blocked(mono_time now);
    // Retries in line must wait for the budget now: counts those that did not yet.
    void hold_retries();
    // The attempt that goes now is the breaker's probe.
    bool sends_probe(mono_time now) const;
    // Everything that holds a task of this lane which `ahead` others precede, for `explain`.
    void explain(instant now, bool is_retry, std::uint64_t ahead, std::vector<hold>& reasons);
    lane_pace pace(instant now);
    // How many may be in flight now.
    std::uint32_t limit() const;
    // What opened the breaker; empty while it is closed.
    std::string breaker_by() const { return breaker_ ? breaker_->why() : std::string(); }

    // --- what happened --------------------------------------------------------------------------
    // A retry that is due came into line, or left it.
    void on_retry_in_line(task_node& node);
    void on_retry_out_of_line(task_node const& node);
    void on_sent(task_id const& id, bool is_retry, mono_time now);
    // An attempt ended with an outcome.
    void on_outcome(task_id const& id, outcome const& result, mono_time now);
    // An attempt ended and says nothing: it was put back or stopped. Its token is spent.
    void on_returned(task_id const& id, mono_time now);
    // The attempt that was counted as sent last, at this moment, is not made at all.
    void on_withdrawn(task_id const& id, mono_time now);
    // What the destination asked for before the restart. A clock that was set back meanwhile makes
    // it no longer than max_retry_after.
    void restore_gate(mono_time until, std::string by, mono_time now);
    mono_time gate_until() const { return gate_until_; }
    // How the breaker stood before the restart; nothing: closed. Stays open no longer than its
    // options allow, whatever the clock did meanwhile.
    void restore_breaker(std::optional<mono_time> until, std::string why, mono_time now);
    // When its open breaker lets a probe through; nothing where it is closed or probing.
    std::optional<mono_time> breaker_opens_at() const {
        return breaker_ ? breaker_->opens_at() : std::nullopt;
    }
    // An attempt of the time before the restart, for the rate limit.
    void charge(mono_time at) { bucket_.charge(at); }
    std::uint32_t in_flight() const { return in_flight_; }

    // --- kept for the waiting room --------------------------------------------------------------
    std::array<fair_share, urgencies> shares; // accounts with due tasks, by urgency
    std::uint32_t timer = no_position;        // position among the lanes that wait for a time
    std::uint32_t reading = 0;                // tasks whose payload is being read back
    std::uint32_t upper_streak[2] = {0, 0};   // see waiting_room::choose
    state_counts counts{};                    // tasks by state

    bool has_ready() const {
        return !shares[0].empty() || !shares[1].empty() || !shares[2].empty();
    }

  private:
    void divide(mono_time now);
    bool holds_enough() const;
    bool take_probe(task_id const& id);
    void adapt(outcome const& result, mono_time now);
    void close_gate(mono_time until, std::string by);
    void explain_breaker(instant now, lane_pace& p) const;
    void explain_budget(instant now, std::uint64_t ahead, std::vector<hold>& reasons);

    lane_id id_;
    lane_options options_;
    std::optional<lane_share> share_; // nothing: there is nobody to share with
    std::uint64_t sent_ = 0;          // since take_use, and the most in flight
    std::uint32_t most_in_flight_ = 0;
    bool is_configured_ = false;
    bool is_paused_ = false;
    bool is_disabled_ = false;
    std::string by_;
    std::uint64_t version_ = 0;
    token_bucket bucket_;
    std::optional<breaker> breaker_;
    std::optional<concurrency_limit> adaptive_;
    task_id probe_; // nil: none is under way
    retry_budget budget_;
    std::uint64_t retries_in_line_ = 0;
    std::uint64_t held_in_line_ = 0; // of them, counted in retries_held_
    std::uint64_t retries_held_ = 0;
    std::uint16_t holds_ = 0; // goes on whenever retries are counted: see task_node::holds_seen
    mono_time gate_until_ = mono_time::min(); // what the destination asked for
    std::string gate_by_;
    std::uint32_t in_flight_ = 0;
};

} // namespace sluice::queue
