#include "gateway/outbound/outbound_batch.hpp"

#include "codecs/json_scan.hpp"
#include "gateway/call/call_hash.hpp"
#include "gateway/call/times.hpp"

#include <fmt/format.h>

#include <charconv>
#include <unordered_map>
#include <unordered_set>

namespace sluice::gateway::outbound {

namespace {

constexpr std::string_view client_identifier = "client-identifier";

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
    if (at < begin || at > end || end - at < call::local_time_length) return false;
    out.replace(first + at - begin, call::local_time_length,
                call::local_time(part.rendered_at, part.time_zone));
    return true;
}

} // namespace

std::uint64_t travel_key(std::string_view security_id, std::string_view flow_id) {
    return call::number_of(call::hash_of({"travel", security_id, flow_id}));
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

std::string client_identifier_of(std::string_view body) {
    auto const calls = codecs::json_member_value(body, "calls");
    codecs::json_member call;
    if (!calls || !codecs::json_cursor(*calls).next(call)) return {};
    auto const name = codecs::json_member_value(call.value, client_identifier);
    return name ? codecs::json_text(*name) : std::string();
}

std::vector<std::optional<std::string_view>> entries_of(std::span<std::string_view const> details,
                                                        std::span<std::string const> clients) {
    std::vector<std::optional<std::string_view>> own(clients.size());
    std::unordered_map<std::string, std::string_view> by_client;
    for (auto const detail : details) {
        auto const name = codecs::json_member_value(detail, client_identifier);
        if (!name || codecs::json_text(*name).empty()) break;
        by_client.emplace(codecs::json_text(*name), detail);
    }
    std::unordered_set<std::string_view> const distinct(clients.begin(), clients.end());
    bool const is_named =
        !details.empty() && by_client.size() == details.size() && distinct.size() == clients.size();
    for (std::size_t i = 0; i < own.size(); ++i) {
        if (is_named) {
            auto const found = by_client.find(clients[i]);
            if (found != by_client.end()) own[i] = found->second;
        } else if (details.size() == clients.size()) {
            own[i] = details[i];
        }
    }
    return own;
}

std::string batch_name(std::uint64_t batch) {
    return fmt::format("batch_{:016x}", batch);
}

std::optional<std::uint64_t> parse_batch_name(std::string_view name) {
    constexpr std::string_view prefix = "batch_";
    if (!name.starts_with(prefix)) return std::nullopt;
    std::uint64_t batch = 0;
    auto const end = name.data() + name.size();
    auto const [stop, ec] = std::from_chars(name.data() + prefix.size(), end, batch, 16);
    if (ec != std::errc() || stop != end || batch_name(batch) != name) return std::nullopt;
    return batch;
}

} // namespace sluice::gateway::outbound
