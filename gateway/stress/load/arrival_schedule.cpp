#include "gateway/stress/load/arrival_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace sluice::gateway::stress {

namespace {

using std::chrono::nanoseconds;

double seconds(nanoseconds t) {
    return static_cast<double>(t.count()) / 1e9;
}

double count_of(rate_piece const& piece) {
    return (piece.from + piece.to) / 2 * seconds(piece.duration);
}

// After how many seconds of the piece its `count`-th arrival falls: from * t + slope / 2 * t^2 =
// count, solved in the form that does not cancel when the slope is small.
double time_of(rate_piece const& piece, double count) {
    auto const slope = (piece.to - piece.from) / seconds(piece.duration);
    auto const root = std::sqrt(std::max(0.0, piece.from * piece.from + 2 * slope * count));
    return count <= 0 ? 0 : 2 * count / (piece.from + root);
}

parsed<double> parse_any_rate(std::string_view text) {
    double rate = -1;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), rate);
    bool const is_whole = ec == std::errc() && end == text.data() + text.size();
    if (!is_whole || !(rate >= 0) || rate > highest_rate) {
        return option_error{fmt::format("rate \"{}\": expected requests a second, up to {:.0f}",
                                        text, highest_rate)};
    }
    return rate;
}

} // namespace

parsed<double> parse_arrival_rate(std::string_view text) {
    auto const rate = parse_any_rate(text);
    if (rate && *rate == 0) return option_error{"rate \"0\": expected more than none"};
    return rate;
}

parsed<rate_plan> parse_ramp(std::string_view text, nanoseconds duration) {
    auto const colon = text.find(':');
    if (colon == std::string_view::npos)
        return option_error{fmt::format("ramp \"{}\": expected FROM:TO, as in 1000:50000", text)};
    auto const from = parse_any_rate(text.substr(0, colon));
    auto const to = parse_any_rate(text.substr(colon + 1));
    if (!from) return from.error();
    if (!to) return to.error();
    if (*from + *to == 0)
        return option_error{fmt::format("ramp \"{}\": it has no requests at all", text)};
    return rate_plan{{*from, *to, duration}};
}

parsed<rate_plan> parse_steps(std::string_view text, nanoseconds duration) {
    rate_plan plan;
    while (true) {
        auto const comma = text.find(',');
        auto const rate = parse_arrival_rate(text.substr(0, comma));
        if (!rate) return rate.error();
        plan.push_back({*rate, *rate, {}});
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
        if (plan.size() == most_steps)
            return option_error{fmt::format("steps: at most {} are possible", most_steps)};
    }
    auto const each = duration / static_cast<nanoseconds::rep>(plan.size());
    for (auto& piece : plan)
        piece.duration = each;
    return plan;
}

rate_plan constant_rate(double rate, nanoseconds duration) {
    return {{rate, rate, duration}};
}

nanoseconds duration_of(rate_plan const& plan) {
    nanoseconds all{0};
    for (auto const& piece : plan)
        all += piece.duration;
    return all;
}

double expected_by(rate_plan const& plan, nanoseconds at) {
    double count = 0;
    for (auto const& piece : plan) {
        if (at <= nanoseconds(0)) break;
        auto const part = std::min(at, piece.duration);
        auto const reached = rate_at({piece}, part);
        bool const is_whole = part == piece.duration;
        count += is_whole ? count_of(piece) : (piece.from + reached) / 2 * seconds(part);
        at -= part;
    }
    return count;
}

double rate_at(rate_plan const& plan, nanoseconds at) {
    for (auto const& piece : plan) {
        if (at < piece.duration) {
            auto const share = seconds(at) / seconds(piece.duration);
            return piece.from + (piece.to - piece.from) * share;
        }
        at -= piece.duration;
    }
    return 0;
}

arrival_schedule::arrival_schedule(rate_plan plan, arrivals kind, std::uint64_t seed)
    : plan_(std::move(plan))
    , kind_(kind)
    , random_(seed) {}

// A Poisson process of rate 1 is stretched to the plan's rates: that gives exactly the process
// whose rate changes.
double arrival_schedule::next_position() {
    if (kind_ == arrivals::poisson) {
        position_ += std::exponential_distribution<double>(1)(random_);
    } else if (has_begun_) {
        position_ += 1;
    }
    has_begun_ = true;
    return position_;
}

std::optional<nanoseconds> arrival_schedule::next() {
    if (piece_ >= plan_.size()) return std::nullopt;
    auto const position = next_position();
    // What falls on a piece's very end belongs to the next one.
    while (position - before_ >= count_of(plan_[piece_])) {
        before_ += count_of(plan_[piece_]);
        begin_ += plan_[piece_].duration;
        if (++piece_ >= plan_.size()) return std::nullopt;
    }
    auto const within = time_of(plan_[piece_], position - before_);
    auto const at = nanoseconds(std::llround(within * 1e9));
    return begin_ + std::min(at, plan_[piece_].duration);
}

} // namespace sluice::gateway::stress
