#include "gateway/admin/event_hub.hpp"

#include <fmt/format.h>

#include <array>

namespace sluice::gateway::admin {

namespace {

constexpr std::string_view stream_type = "text/event-stream; charset=utf-8";
constexpr std::string_view still_here = ": still here\n\n";

} // namespace

// A comment first, so that the client sees the head at once; and how long it waits to come again.
event_hub::event_hub(interest_handler interest, std::string_view gateway)
    : interest_(std::move(interest))
    , hello_(gateway.empty()
                 ? ": listening\n"
                 : fmt::format(": listening to {} alone, not to the whole cluster\n", gateway)) {
    hello_ += "retry: 2000\n\n";
}

bool event_hub::subscribe(server::exchange& on, wish const& what,
                          std::vector<event> const& recent) {
    if (listeners_.size() >= most_listeners) drop_ended();
    if (listeners_.size() >= most_listeners) return false;
    std::array<server::header_field, 2> const headers{
        server::header_field{"Cache-Control", "no-store"},
        server::header_field{"X-Accel-Buffering", "no"}};
    server::answer head;
    head.content_type = stream_type;
    head.headers = headers;
    head.body = hello_;
    on.begin_stream(head);
    listener made{&on, what};
    std::string told;
    auto left = what.recent;
    for (auto at = recent.rbegin(); at != recent.rend() && left > 0; ++at) {
        if (!is_wanted(made, *at)) continue;
        told.insert(0, at->frame);
        --left;
    }
    if (!recent.empty()) made.behind = recent.back().number;
    if (!told.empty()) on.stream(told);
    listeners_.push_back(made);
    if (listeners_.size() == 1) interest_(true);
    return true;
}

bool event_hub::is_wanted(listener const& by, event const& what) const {
    if (!by.what.kinds.has(what.kind)) return false;
    if (what.number != 0 && what.number <= by.behind) return false;
    return !by.what.lane || !what.lane || *by.what.lane == *what.lane;
}

// Calls `send_to(listener)` for each, and drops those for which it says false.
template <class Send>
void event_hub::send(Send&& send_to) {
    if (listeners_.empty()) return;
    std::erase_if(listeners_, [&](listener const& each) {
        if (send_to(each)) return false;
        each.on->end_stream();
        ++dropped_;
        return true;
    });
    if (listeners_.empty()) interest_(false);
}

// A page that is left closes its connection; the next beat would find that out seconds later.
void event_hub::drop_ended() {
    send([](listener const& each) { return !each.on->peer_ended(); });
}

void event_hub::publish(std::vector<event> const& events) {
    send([&](listener const& each) {
        for (auto const& one : events) {
            if (is_wanted(each, one) && !each.on->stream(one.frame)) return false;
        }
        return true;
    });
}

void event_hub::publish_missed(std::uint64_t count) {
    auto const frame = fmt::format("event: missed\ndata: {{\"count\":{}}}\n\n", count);
    send([&](listener const& each) { return each.on->stream(frame); });
}

void event_hub::beat() {
    send([](listener const& each) { return !each.on->peer_gone() && each.on->stream(still_here); });
}

void event_hub::close() {
    send([](listener const&) { return false; });
}

} // namespace sluice::gateway::admin
