// How all gateways together did for a while: rates and what waits are summed, of ages and
// percentiles the worst is told.
#include "codecs/json_scan.hpp"
#include "gateway/cluster/join_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>

namespace sluice::gateway::cluster {

namespace {

using column = std::vector<std::optional<double>>;

// One gateway's figures; the last value of each column is that of `slot`.
struct member_figures {
    std::uint64_t slot = 0;
    std::string_view series; // a JSON object
};

column read_column(std::string_view list) {
    column values;
    for (auto const each : codecs::json_elements(list)) {
        double value = 0;
        auto const [stop, ec] = std::from_chars(each.data(), each.data() + each.size(), value);
        values.push_back(ec == std::errc() ? std::optional(value) : std::nullopt);
    }
    return values;
}

bool is_summed(std::string_view name) {
    return !name.ends_with("_ms") && !name.ends_with("_seconds");
}

// Clocks differ a little: columns are laid one on the other by their slots.
column join_columns(std::vector<member_figures> const& all, std::string_view name,
                    std::uint64_t slot) {
    column joint;
    for (auto const& each : all) {
        auto const list = codecs::json_member_value(each.series, name);
        auto const values = read_column(list.value_or(std::string_view("[]")));
        if (joint.empty()) joint.resize(values.size());
        auto const behind = static_cast<std::size_t>(slot - each.slot);
        for (std::size_t i = 0; i < values.size() && i + behind < joint.size(); ++i) {
            // From the end: the last value stands `behind` places before the last of all.
            auto const& value = values[values.size() - 1 - i];
            auto& to = joint[joint.size() - 1 - i - behind];
            if (!value) continue;
            to = !to ? *value : is_summed(name) ? *to + *value : std::max(*to, *value);
        }
    }
    return joint;
}

void append_column(std::string& out, column const& values) {
    out += '[';
    for (auto const& each : values) {
        if (out.back() != '[') out += ',';
        if (each) {
            fmt::format_to(std::back_inserter(out), "{:.4g}", *each);
        } else {
            out += "null";
        }
    }
    out += ']';
}

} // namespace

joint_answer join_figures(answer_parts const& parts, std::vector<std::string> const& missing) {
    std::vector<member_figures> all;
    std::uint64_t slot = 0;
    for (auto const& part : parts) {
        member_figures const one{
            codecs::json_member_number(part.json, "slot").value_or(0),
            codecs::json_member_value(part.json, "series").value_or(std::string_view("{}"))};
        slot = std::max(slot, one.slot);
        all.push_back(one);
    }
    joint_answer answer;
    auto const step = codecs::json_member_number(parts.front().json, "step_seconds").value_or(0);
    answer.body = fmt::format(R"({{"step_seconds":{},"slot":{},"series":{{)", step, slot);
    for (auto const& member : codecs::json_members(all.front().series)) {
        if (answer.body.back() != '{') answer.body += ',';
        answer.body.append("\"").append(member.raw_name).append("\":");
        append_column(answer.body, join_columns(all, member.raw_name, slot));
    }
    answer.body += '}';
    append_missing(answer.body, missing);
    answer.body += '}';
    return answer;
}

} // namespace sluice::gateway::cluster
