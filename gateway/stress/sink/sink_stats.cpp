#include "gateway/stress/sink/sink_stats.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <iterator>

namespace sluice::gateway::stress {

namespace {

namespace json = boost::json;

constexpr std::string_view other_path = "other";

// FNV-1a, then mixed: two ids in four million meet by chance once in two million runs.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325u;
    for (auto const c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    hash ^= hash >> 32;
    return hash * 0x9E3779B97F4A7C15u;
}

} // namespace

std::string to_json(sink_totals const& t) {
    json::object by_status;
    for (auto const& [status, count] : t.by_status)
        by_status[fmt::to_string(status)] = count;
    json::object by_path;
    for (auto const& [path, count] : t.by_path)
        by_path[path] = count;
    json::object all{{"requests", t.requests},
                     {"answered", t.answered},
                     {"hung", t.hung},
                     {"half_closed", t.half_closed},
                     {"reset", t.reset},
                     {"malformed", t.malformed},
                     {"bytes", t.bytes},
                     {"connections", t.connections},
                     {"by_status", std::move(by_status)},
                     {"by_path", std::move(by_path)},
                     {"unique_webhook_ids", t.unique_webhook_ids},
                     {"duplicates", t.duplicates},
                     {"ids_are_complete", t.ids_are_complete}};
    return json::serialize(all);
}

std::string to_text(sink_totals const& t) {
    std::string text;
    auto const to = std::back_inserter(text);
    fmt::format_to(to, "{} requests on {} connections, {} bytes\n", t.requests, t.connections,
                   t.bytes);
    for (auto const& [status, count] : t.by_status)
        fmt::format_to(to, "  answered {}: {}\n", status, count);
    if (t.hung > 0) fmt::format_to(to, "  left hanging: {}\n", t.hung);
    if (t.half_closed > 0) fmt::format_to(to, "  half-closed: {}\n", t.half_closed);
    if (t.reset > 0) fmt::format_to(to, "  reset: {}\n", t.reset);
    if (t.malformed > 0) fmt::format_to(to, "  malformed: {}\n", t.malformed);
    fmt::format_to(to, "  webhook-ids: {}, repeated: {}{}\n", t.unique_webhook_ids, t.duplicates,
                   t.ids_are_complete ? "" : " (more came than are remembered)");
    return text;
}

std::size_t sink_stats::text_hash::operator()(std::string_view text) const {
    return hash_of(text);
}

sink_stats::sink_stats(sink_limits const& limits)
    : limits_(limits) {}

void sink_stats::on_connection() {
    std::lock_guard lock(mutex_);
    ++totals_.connections;
}

void sink_stats::on_malformed() {
    std::lock_guard lock(mutex_);
    ++totals_.malformed;
}

void sink_stats::on_request(std::string_view path, std::string_view webhook_id,
                            std::size_t body_bytes, unsigned status, unanswered left) {
    std::lock_guard lock(mutex_);
    ++totals_.requests;
    totals_.bytes += body_bytes;
    if (status < statuses_.size() && status > 0) {
        ++totals_.answered;
        ++statuses_[status];
    } else {
        ++(left == unanswered::reset         ? totals_.reset
           : left == unanswered::half_closed ? totals_.half_closed
                                             : totals_.hung);
    }
    count_path(path);
    if (!webhook_id.empty()) count_webhook_id(webhook_id);
}

void sink_stats::count_path(std::string_view path) {
    auto found = paths_.find(path);
    if (found == paths_.end()) {
        auto const key = paths_.size() < limits_.paths ? path : other_path;
        found = paths_.try_emplace(std::string(key), 0).first;
    }
    ++found->second;
}

void sink_stats::count_webhook_id(std::string_view id) {
    auto const hash = hash_of(id);
    if (ids_.contains(hash)) {
        ++totals_.duplicates;
    } else if (ids_.size() < limits_.webhook_ids) {
        ids_.insert(hash);
    } else {
        totals_.ids_are_complete = false;
    }
}

void sink_stats::clear() {
    std::lock_guard lock(mutex_);
    totals_ = {};
    statuses_ = {};
    paths_.clear();
    ids_.clear();
}

sink_totals sink_stats::totals() const {
    std::lock_guard lock(mutex_);
    auto copy = totals_;
    for (unsigned status = 0; status < statuses_.size(); ++status) {
        if (statuses_[status] > 0) copy.by_status[status] = statuses_[status];
    }
    for (auto const& [path, count] : paths_)
        copy.by_path[path] = count;
    copy.unique_webhook_ids = ids_.size();
    return copy;
}

} // namespace sluice::gateway::stress
