// `/v1/destinations`: how each destination is doing, pause and resume. And the accounts, without
// their secrets. Admin thread.
#pragma once

#include "gateway/admin/context.hpp"
#include "queue/core/engine.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::admin {

// A destination's state, copied out of the core.
struct destination_sample {
    std::string name;
    std::string by; // who paused it, or what disabled it
    queue::lane_view view;
    queue::lane_pace pace;
};
destination_sample take_sample(queue::dispatcher const& core, queue::lane_id lane);
// "open", "paused", "disabled", "breaker_open" or "not_configured".
std::string_view state_of(queue::lane_view const& view);
// {"name","state","url","paused","disabled","breaker_open","by","tasks":{…},"rate":{…}|null,
// "concurrency":{…},…}; `url` may be empty.
void append_destination(std::string& out, destination_sample const& sample, std::string_view url);

class destination_calls {
  public:
    explicit destination_calls(context& with)
        : with_(with) {}

    // Each answers in the end. `name` is decoded.
    void list(server::exchange& on);
    void show(server::exchange& on, std::string const& name);
    // `by` stands in explanations and in the journal.
    void change(server::exchange& on, std::string const& name, bool pause, std::string const& by);
    void list_accounts(server::exchange& on);

  private:
    std::string url_of(queue::lane_id lane) const;
    bool is_listed(destination_sample const& sample) const;
    void answer(server::exchange& on, destination_sample const& sample);

    context& with_;
};

} // namespace sluice::gateway::admin
