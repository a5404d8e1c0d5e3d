// Dead letters of all gateways, counted by destination and reason.
#include "codecs/json_scan.hpp"
#include "gateway/cluster/join_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace sluice::gateway::cluster {

namespace {

struct joint_group {
    std::string_view destination; // raw, as all the others
    std::string_view reason;
    std::string_view oldest;
    std::string_view newest;
    std::uint64_t count = 0;
};

std::string_view raw(std::string_view object, std::string_view name) {
    return codecs::json_member_value(object, name).value_or(std::string_view("null"));
}

std::uint64_t sum(answer_parts const& parts, std::string_view name) {
    std::uint64_t all = 0;
    for (auto const& part : parts)
        all += codecs::json_member_number(part.json, name).value_or(0);
    return all;
}

} // namespace

joint_answer join_dead_groups(answer_parts const& parts, std::vector<std::string> const& missing) {
    std::map<std::pair<std::string_view, std::string_view>, joint_group> by_kind;
    for (auto const& part : parts) {
        for (auto const one : codecs::json_elements(raw(part.json, "groups"))) {
            auto& to = by_kind[{raw(one, "destination"), raw(one, "reason")}];
            auto const oldest = raw(one, "oldest");
            auto const newest = raw(one, "newest");
            // Instants of one format are in the order of their texts.
            if (to.count == 0 || oldest < to.oldest) to.oldest = oldest;
            if (to.count == 0 || newest > to.newest) to.newest = newest;
            to.destination = raw(one, "destination");
            to.reason = raw(one, "reason");
            to.count += codecs::json_member_number(one, "count").value_or(0);
        }
    }
    std::vector<joint_group> groups;
    for (auto const& [kind, group] : by_kind)
        groups.push_back(group);
    std::ranges::stable_sort(groups, std::ranges::greater(), &joint_group::count);
    joint_answer answer;
    auto& body = answer.body;
    auto to = std::back_inserter(body);
    body = "{\"groups\":[";
    for (auto const& each : groups) {
        if (body.back() != '[') body += ',';
        fmt::format_to(to, R"({{"destination":{},"reason":{},"count":{},"oldest":{},"newest":{}}})",
                       each.destination, each.reason, each.count, each.oldest, each.newest);
    }
    fmt::format_to(to, R"(],"total":{},"others":{})", sum(parts, "total"), sum(parts, "others"));
    append_last_look(body, parts);
    append_missing(body, missing);
    body += '}';
    return answer;
}

} // namespace sluice::gateway::cluster
