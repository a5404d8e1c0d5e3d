#include "gateway/delivery/outbound_batch.hpp"

#include "codecs/json_scan.hpp"
#include "gateway/api/call_hash.hpp"
#include "gateway/api/times.hpp"

#include <fmt/format.h>

namespace sluice::gateway::delivery {

namespace {

struct pieces {
    std::string_view head;  // up to the first call
    std::string_view calls; // without the brackets around them
    std::string_view tail;
};

std::optional<pieces> take_apart(std::string_view body) {
    auto const calls = codecs::json_member_value(body, "calls");
    if (!calls || calls->size() < 3 || calls->front() != '[' || calls->back() != ']') {
        return std::nullopt;
    }
    auto const begin = static_cast<std::size_t>(calls->data() - body.data()) + 1;
    auto const size = calls->size() - 2;
    return pieces{body.substr(0, begin), body.substr(begin, size), body.substr(begin + size)};
}

// Appends the calls of a part, with the start time in its place.
bool append_calls(std::string& out, pieces const& from, outbound_part const& part) {
    auto const first = out.size();
    out += from.calls;
    if (!part.start_time) return true;
    auto const begin = from.head.size();
    auto const end = begin + from.calls.size();
    auto const at = *part.start_time;
    if (at < begin || at > end || end - at < api::local_time_length) return false;
    out.replace(first + at - begin, api::local_time_length,
                api::local_time(part.rendered_at, part.time_zone));
    return true;
}

} // namespace

std::uint64_t travel_key(std::string_view security_id, std::string_view flow_id) {
    return api::number_of(api::hash_of({"travel", security_id, flow_id}));
}

std::optional<std::string> join_outbound(std::span<outbound_part const> parts) {
    std::string out;
    std::optional<pieces> first;
    for (auto const& part : parts) {
        auto const from = take_apart(part.body);
        if (!from) return std::nullopt;
        if (!first) {
            first = from;
            out = from->head;
        } else {
            if (from->head != first->head || from->tail != first->tail) return std::nullopt;
            out += ',';
        }
        if (!append_calls(out, *from, part)) return std::nullopt;
    }
    if (!first) return std::nullopt;
    out += first->tail;
    return out;
}

std::string batch_name(std::uint64_t batch) {
    return fmt::format("batch_{:016x}", batch);
}

} // namespace sluice::gateway::delivery
