#include "gateway/call/order_homes.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace sluice::gateway::call {

std::string slots_text(std::vector<queue::held_slot> const& slots) {
    std::string text;
    for (auto const& one : slots)
        fmt::format_to(std::back_inserter(text), "{}{}:{}", text.empty() ? "" : ",", one.slot,
                       one.generation);
    return slots.empty() ? "-" : text;
}

std::optional<std::vector<queue::held_slot>> parse_slots(std::string_view text) {
    std::vector<queue::held_slot> slots;
    if (text == "-") return slots;
    auto const* at = text.data();
    auto const* const end = at + text.size();
    auto const read = [&](auto& number) {
        auto const [next, ec] = std::from_chars(at, end, number);
        at = next;
        return ec == std::errc();
    };
    while (at != end) {
        queue::held_slot one;
        if (!slots.empty() && *at++ != ',') return std::nullopt;
        if (!read(one.slot) || one.slot >= queue::order_slots) return std::nullopt;
        if (at == end || *at++ != ':' || !read(one.generation)) return std::nullopt;
        slots.push_back(one);
    }
    if (slots.empty()) return std::nullopt;
    return slots;
}

} // namespace sluice::gateway::call
