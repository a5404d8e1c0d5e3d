// Destinations: how each is doing at all gateways together.
#include "codecs/json_scan.hpp"
#include "codecs/json_string.hpp"
#include "gateway/cluster/join_answers.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace sluice::gateway::cluster {

namespace {

// One destination at one gateway.
struct local_state {
    std::string_view gateway;
    std::string_view json;

    std::string_view raw(std::string_view name) const {
        return codecs::json_member_value(json, name).value_or(std::string_view("null"));
    }
};
using local_states = std::vector<local_state>;

// The states from the one that holds the most. Whether it is paused at one gateway only, the list
// of gateways shows.
constexpr std::array<std::string_view, 5> states{
    R"("disabled")", R"("paused")", R"("breaker_open")", R"("open")", R"("not_configured")"};

std::string_view worst_state(local_states const& all) {
    auto const rank = [](local_state const& one) {
        return std::ranges::find(states, one.raw("state")) - states.begin();
    };
    return std::ranges::min_element(all, {}, rank)->raw("state");
}

std::string_view any_true(local_states const& all, std::string_view name) {
    bool const is_any =
        std::ranges::any_of(all, [name](auto const& one) { return one.raw(name) == "true"; });
    return is_any ? "true" : "false";
}

std::string_view first_said(local_states const& all, std::string_view name) {
    for (auto const& one : all) {
        if (one.raw(name) != "null") return one.raw(name);
    }
    return "null";
}

// Instants of one format are in the order of their texts, and behind none.
std::string_view last_said(local_states const& all, std::string_view name) {
    std::string_view last = "null";
    for (auto const& one : all) {
        auto const said = one.raw(name);
        if (said != "null" && (last == "null" || said > last)) last = said;
    }
    return last;
}

std::vector<std::string_view> objects_of(local_states const& all, std::string_view name) {
    std::vector<std::string_view> objects;
    for (auto const& one : all) {
        if (one.raw(name).starts_with('{')) objects.push_back(one.raw(name));
    }
    return objects;
}

// The one that came last.
std::string_view last_error(local_states const& all) {
    auto const errors = objects_of(all, "last_error");
    auto const time_of = [](std::string_view error) {
        return codecs::json_member_value(error, "at").value_or(std::string_view());
    };
    return errors.empty() ? "null" : *std::ranges::max_element(errors, {}, time_of);
}

void append_sums_or_null(std::string& out, std::vector<std::string_view> const& objects,
                         std::vector<std::string_view> const& summed) {
    if (objects.empty()) {
        out += "null";
    } else {
        append_sums(out, objects, summed);
    }
}

void append_joint(std::string& out, local_states const& all, std::string_view name) {
    constexpr std::array<std::string_view, 3> flags{"paused", "disabled", "breaker_open"};
    constexpr std::array<std::string_view, 2> texts{"by", "breaker_by"};
    constexpr std::array<std::string_view, 2> times{"breaker_until", "retry_after_until"};
    if (name == "state") {
        out += worst_state(all);
    } else if (std::ranges::find(flags, name) != flags.end()) {
        out += any_true(all, name);
    } else if (std::ranges::find(texts, name) != texts.end()) {
        out += first_said(all, name);
    } else if (std::ranges::find(times, name) != times.end()) {
        out += last_said(all, name);
    } else if (name == "tasks") {
        append_sums(out, objects_of(all, name));
    } else if (name == "last_minute") {
        append_sums_or_null(out, objects_of(all, name), {});
    } else if (name == "last_error") {
        out += last_error(all);
    } else if (name == "rate") {
        append_sums_or_null(out, objects_of(all, name), {"tokens"});
    } else if (name == "concurrency") {
        append_sums_or_null(out, objects_of(all, name), {"limit", "in_flight"});
    } else if (name == "retry_budget") {
        append_sums_or_null(out, objects_of(all, name),
                            {"least", "attempts", "retries", "available", "held"});
    } else if (name == "held") {
        append_sums_or_null(out, objects_of(all, name), {});
    } else {
        out += all.front().raw(name);
    }
}

void append_destination_of_all(std::string& out, local_states const& all) {
    out += '{';
    for (auto const& member : codecs::json_members(all.front().json)) {
        if (out.back() != '{') out += ',';
        out += '"';
        out += member.raw_name;
        out += "\":";
        append_joint(out, all, member.raw_name);
    }
    out += ",\"gateways\":[";
    for (auto const& one : all) {
        if (&one != &all.front()) out += ',';
        out += "{\"name\":";
        codecs::append_json_string(out, one.gateway);
        out += ",\"state\":";
        out += one.raw("state");
        out += ",\"tasks\":";
        out += one.raw("tasks");
        out += '}';
    }
    out += ']';
}

} // namespace

joint_answer join_destinations(answer_parts const& parts, std::vector<std::string> const& missing) {
    std::map<std::string, local_states> by_name;
    for (auto const& part : parts) {
        auto const list = codecs::json_member_value(part.json, "destinations");
        for (auto const one : codecs::json_elements(list.value_or(std::string_view()))) {
            local_state const here{part.name, one};
            by_name[codecs::json_text(here.raw("name"))].push_back(here);
        }
    }
    joint_answer answer;
    answer.body = "{\"destinations\":[";
    for (auto const& [name, all] : by_name) {
        if (answer.body.back() != '[') answer.body += ',';
        append_destination_of_all(answer.body, all);
        answer.body += '}';
    }
    answer.body += ']';
    append_missing(answer.body, missing);
    answer.body += '}';
    return answer;
}

joint_answer join_destination(answer_parts const& parts, std::vector<std::string> const& missing) {
    local_states all;
    for (auto const& part : parts)
        all.push_back({part.name, part.json});
    joint_answer answer;
    append_destination_of_all(answer.body, all);
    append_missing(answer.body, missing);
    answer.body += '}';
    return answer;
}

} // namespace sluice::gateway::cluster
