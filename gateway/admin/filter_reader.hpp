// What the queries of lists and the bodies of bulk operations have in common: criteria by name,
// checked one by one. Lives while one call is read.
#pragma once

#include "codecs/json_string.hpp"
#include "codecs/problem.hpp"
#include "gateway/admin/content_filter.hpp"
#include "gateway/call/times.hpp"
#include "queue/core/task_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::admin {

using problems = std::vector<codecs::problem_error>;

inline constexpr queue::state_set dead_state = queue::state_set().with(queue::task_state::dead);

// Calls `take` for each piece between commas that is not empty.
template <class Take>
void for_each_piece(std::string_view list, Take take) {
    while (!list.empty()) {
        auto const end = list.find(',');
        auto const piece = list.substr(0, end);
        list = end == list.npos ? std::string_view() : list.substr(end + 1);
        if (!piece.empty()) take(piece);
    }
}

std::optional<queue::task_state> parse_state(std::string_view text);

// One of content_question's criteria; false: it is none.
bool take_content(content_question& to, std::string_view name, std::string_view value,
                  std::string const& pointer, problems& wrong);
// The names that the gateway itself gives to requests need no look into what they carried: they
// become a part of the filter.
void settle_contents(queue::task_filter& filter, content_question& contents);

// Errors go to `wrong`.
class filter_reader {
  public:
    filter_reader(queue::task_filter& to, problems& wrong)
        : to_(to)
        , wrong_(wrong) {}

    void fail(std::string pointer, std::string detail) {
        wrong_.push_back({std::move(pointer), std::move(detail)});
    }
    // False: there is no such criterion.
    bool take(std::string_view name, std::string_view value, std::string const& pointer) {
        if (name == "destination") {
            to_.destination = value;
        } else if (name == "account") {
            to_.account = value;
        } else if (name == "reason") {
            to_.reason = value;
        } else if (name == "order_key") {
            to_.order_key = value;
        } else if (name == "from") {
            to_.from = take_time(value, pointer);
        } else if (name == "to") {
            to_.until = take_time(value, pointer);
        } else {
            return false;
        }
        has_any_ |= !value.empty();
        return true;
    }
    // Narrows a filter, and is none: "before" alone does not say which tasks are meant.
    void take_before(std::string_view value, std::string const& pointer) {
        before_ = take_time(value, pointer);
    }
    void take_state(std::string_view text, std::string const& pointer, queue::state_set allowed) {
        auto const state = parse_state(text);
        if (!state || !allowed.has(*state)) {
            return fail(pointer, fmt::format("{} is no state that can be asked for here.",
                                             codecs::quoted_excerpt(text)));
        }
        states_ = states_.with(*state);
        has_any_ = true;
    }
    void finish(queue::state_set unless_said) {
        to_.states = states_.is_empty() ? unless_said : states_;
        if (to_.from && to_.until && *to_.from >= *to_.until) {
            fail("to", "The end must be later than the beginning.");
        }
        if (before_) to_.until = to_.until ? std::min(*to_.until, *before_) : before_;
    }
    bool has_any() const { return has_any_; }

  private:
    std::optional<queue::wall_time> take_time(std::string_view value, std::string const& pointer) {
        auto const at = call::parse_instant(value);
        if (!at && call::is_unix_seconds(value)) {
            fail(pointer, fmt::format("The time {}", call::seconds_rule));
        } else if (!at) {
            fail(pointer, "Must be an instant: RFC 3339 with an offset, or integer Unix "
                          "milliseconds.");
        }
        return at;
    }

    queue::task_filter& to_;
    problems& wrong_;
    queue::state_set states_;
    std::optional<queue::wall_time> before_;
    bool has_any_ = false;
};

} // namespace sluice::gateway::admin
