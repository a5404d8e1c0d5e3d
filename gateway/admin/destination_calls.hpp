// `/v1/destinations`: how each destination is doing, pause and resume. And the accounts, without
// their secrets. Admin thread.
#pragma once

#include "gateway/admin/context.hpp"
#include "gateway/admin/event_feed.hpp"
#include "queue/core/engine.hpp"

#include <functional>
#include <optional>
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
    lane_reading pulse = {};
};
destination_sample take_sample(queue::dispatcher const& core, event_feed const& feed,
                               queue::lane_id lane);
// "open", "paused", "disabled", "breaker_open" or "not_configured".
std::string_view state_of(queue::lane_view const& view);
// {"name","state","url","paused","disabled","breaker_open","by","tasks":{…},"rate":{…}|null,
// "concurrency":{…},…}; `url` may be empty.
void append_destination(std::string& out, destination_sample const& sample, std::string_view url);

class destination_calls {
  public:
    destination_calls(context& with, event_feed const& feed)
        : with_(with)
        , feed_(feed) {}

    // Each answers in the end. `name` is decoded.
    void list(server::exchange& on);
    void show(server::exchange& on, std::string const& name);
    // Its `by` stands in explanations and in the journal. In a cluster it is written to the shared
    // table first, unless the call comes from a gateway that has done so.
    void change(let_in const& given, queue::lane_wish const& wish);
    // Of a cluster: the first step, done by the gateway that was called. Tells the line by which
    // the others know what the table says; an empty one where this gateway has no such destination.
    void write(queue::lane_wish const& wish, call::cluster_question::go_on tell);
    void list_accounts(server::exchange& on);
    // The configuration in force, as TOML without secrets. Refusal: 403 without an admin token, as
    // numbers stand in it.
    call::checked<void> show_configuration(server::exchange& on);

  private:
    std::string url_of(queue::lane_id lane) const;
    bool is_listed(destination_sample const& sample) const;
    void answer(server::exchange& on, destination_sample const& sample);
    // Calls `take(core, lane, tell)` on the core's thread where there is such a destination; the
    // answer is the destination as `tell(ec, sample)` has it.
    template <class Take>
    void answer_with(server::exchange& on, std::string const& name, Take take);
    using written = std::function<void(call::checked<std::optional<queue::lane_stand>>)>;
    void write_if_known(queue::lane_wish const& wish, written tell);
    void follow(server::exchange& on, queue::lane_stand const& stand);

    context& with_;
    event_feed const& feed_;
};

} // namespace sluice::gateway::admin
