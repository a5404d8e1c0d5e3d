#include "gateway/stress/load/arrival_feed.hpp"

#include "gateway/stress/load/stress_message.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::gateway::stress {

namespace {

constexpr std::size_t most_held = 1000;

bool is_chosen(std::uint64_t number) {
    return number % arrival_feed::one_in == arrival_feed::one_in / 2;
}

} // namespace

parsed<sabotage> parse_sabotage(std::string_view text) {
    if (text == "lose") return sabotage::lose;
    if (text == "duplicate") return sabotage::duplicate;
    if (text == "reorder") return sabotage::reorder;
    return option_error{fmt::format("sabotage \"{}\": expected lose, duplicate or reorder", text)};
}

arrival_feed::arrival_feed(ledger& to, std::string run, sabotage how)
    : to_(to)
    , run_(std::move(run))
    , how_(how) {}

void arrival_feed::take(std::string_view body, ledger_arrival const& what) {
    auto const message = read_message(body);
    if (!message || message->run != run_) return to_.arrive_unknown();
    bool const is_wrong = how_ != sabotage::none && is_chosen(message->number);
    if (is_wrong && how_ == sabotage::lose) return;
    if (is_wrong && how_ == sabotage::reorder && held_.size() < most_held) {
        held_.push_back({message->number, message->key, 0, what});
        return;
    }
    to_.arrive(message->number, what);
    if (is_wrong && how_ == sabotage::duplicate) to_.arrive(message->number, what);
    if (!held_.empty()) let_go(message->key, what);
}

// Those of this key that enough others have passed arrive now.
void arrival_feed::let_go(std::uint32_t key, ledger_arrival const& now) {
    for (auto& one : held_) {
        if (one.key != key || ++one.passed < passing) continue;
        auto what = one.what;
        what.at = now.at + std::chrono::nanoseconds(1);
        what.unix_time = now.unix_time;
        to_.arrive(one.number, what);
    }
    std::erase_if(held_, [](auto const& one) { return one.passed >= passing; });
}

void arrival_feed::finish() {
    for (auto const& one : held_)
        to_.arrive(one.number, one.what);
    held_.clear();
}

} // namespace sluice::gateway::stress
