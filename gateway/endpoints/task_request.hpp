// A task as `POST /v1/tasks` describes it: JSON in, checked values out. Pure; any thread.
#pragma once

#include "gateway/call/refusal.hpp"
#include "gateway/config/account.hpp"
#include "queue/core/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::endpoints {

struct task_request {
    std::vector<std::string> destinations; // one at least
    bool is_list = false;                  // `destination` was a list: a group, even of one
    std::string method = "POST";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body; // the bytes to deliver
    queue::wall_time not_before{};
    queue::wall_time expires_at = queue::never;
    std::string order_key;
    std::string callback; // {"url":"…"} or {"url":"…","secret":"…"}, checked; empty: none
};

struct task_request_limits {
    queue::wall_time now{};
    std::chrono::milliseconds max_delay{};
    std::size_t destinations = 100;
    std::size_t headers = 100;
    config::callback const* callbacks = nullptr; // the account's policy for URLs; null: the default
};

// `json` is one JSON object that codecs::check_json has passed. `base` goes before every pointer
// of a problem ("" or "/tasks/3"). Reports every problem at once; unknown members are problems.
call::checked<task_request> parse_task_request(std::string_view json, std::string_view base,
                                               task_request_limits const& limits);

} // namespace sluice::gateway::endpoints
