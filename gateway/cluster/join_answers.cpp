#include "gateway/cluster/join_answers.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/json_string.hpp"
#include "queue/core/error.hpp"

#include <algorithm>
#include <optional>

namespace sluice::gateway::cluster {

namespace {

using call::spread;
using names = std::vector<std::string>;

constexpr unsigned not_found = 404;
constexpr unsigned unavailable = 503; // too busy to say

// Deeper than what tasks hold; what a gateway of ours wrote.
constexpr codecs::json_limits answer_limits{.depth = 64};

// The answers by what they are good for.
struct sorted_answers {
    answer_parts good;
    member_answer const* refused = nullptr; // a 4xx that is not 404: all would say the same
    bool may_have_changed = false;          // somebody failed half-way, or was not heard again
    names missing;
};

sorted_answers sort(joint_question const& what, std::vector<member_answer> const& all) {
    sorted_answers by;
    by.missing = what.missing;
    by.may_have_changed = what.is_done;
    for (auto const& one : all) {
        bool const is_good = one.status >= 200 && one.status < 300 &&
                             codecs::check_json(one.body, answer_limits).has_value();
        if (is_good) {
            by.good.push_back({one.name, one.log, one.status, codecs::json_trim(one.body)});
        } else if (one.status == 0 || one.status == unavailable) {
            by.missing.push_back(one.name);
            // One that refuses for now has done nothing.
            by.may_have_changed |= what.changes && one.status == 0 && one.was_asked;
        } else if (one.status >= 500 || one.status < 400) {
            by.missing.push_back(one.name);
            by.may_have_changed |= what.changes;
        } else if (one.status != not_found && !by.refused) {
            by.refused = &one;
        }
    }
    std::ranges::sort(by.missing);
    return by;
}

std::string_view nothing_there(spread how) {
    switch (how) {
    case spread::destination:
    case spread::lane_change:
    case spread::bulk:
        return "There is no such destination.";
    case spread::job:
        return "There is no such job.";
    default:
        return "There is no such task.";
    }
}

call::refusal unanswered(sorted_answers&& by, std::string detail) {
    call::refusal why{.status = 503, .detail = std::move(detail)};
    if (by.may_have_changed) why = call::refused_by(queue::errc::outcome_unknown);
    why.missing = std::move(by.missing);
    why.retry_after = std::chrono::seconds(1);
    return why;
}

// Nobody has it, as far as is known.
call::refusal found_nowhere(spread how, sorted_answers&& by) {
    if (by.missing.empty()) return {.status = 404, .detail = std::string(nothing_there(how))};
    return unanswered(std::move(by),
                      "Not every gateway of the cluster has answered, and none that did has it.");
}

call::checked<joint_answer> join_task(joint_question const& what,
                                      std::vector<member_answer> const& all) {
    auto const found = std::ranges::find_if(all, is_final);
    if (found != all.end()) {
        joint_answer answer{found->status, found->body};
        // A replay: the new task is where the old one was.
        if (found->status == 202) {
            auto const id = codecs::json_member_value(codecs::json_trim(found->body), "id");
            if (id) answer.location = "/v1/tasks/" + codecs::json_text(*id);
        }
        return answer;
    }
    return found_nowhere(what.how, sort(what, all));
}

} // namespace

bool is_final(member_answer const& one) {
    return one.status != 0 && one.status != not_found && one.status != unavailable;
}

call::checked<joint_answer> join(joint_question const& what,
                                 std::vector<member_answer> const& all) {
    if (what.how == spread::task) return join_task(what, all);
    auto by = sort(what, all);
    if (by.good.empty() && by.refused) return joint_answer{by.refused->status, by.refused->body};
    // A page may begin where everybody is at the end.
    bool const is_empty_page = what.how == spread::tasks && by.missing.empty();
    if (by.good.empty() && !is_empty_page) return found_nowhere(what.how, std::move(by));
    switch (what.how) {
    case spread::group:
        return join_groups(what, by.good, by.missing);
    case spread::tasks:
        return join_pages(what, by.good, by.missing);
    case spread::destinations:
        return join_destinations(by.good, by.missing);
    case spread::lane_change:
    case spread::destination:
        return join_destination(by.good, by.missing);
    case spread::jobs:
        return join_jobs(by.good, by.missing);
    case spread::dead_groups:
        return join_dead_groups(by.good, by.missing);
    case spread::figures:
        return join_figures(by.good, by.missing);
    default:
        return join_job(what, by.good, by.missing);
    }
}

call::checked<void> judge_counts(joint_question const& what,
                                 std::vector<member_answer> const& all) {
    auto look = what;
    look.changes = false;
    auto by = sort(look, all);
    // What is wrong with the call itself all say again, in full, when it is made.
    if (by.refused) return {};
    if (!by.missing.empty()) {
        return unanswered(std::move(by), "Not every gateway of the cluster has counted its tasks: "
                                         "nothing was done.");
    }
    std::uint64_t matched = 0;
    for (auto const& part : by.good)
        matched += codecs::json_member_number(part.json, "matched").value_or(0);
    if (matched > *what.expected) return call::more_match(matched, *what.expected);
    return {};
}

void append_last_look(std::string& out, answer_parts const& parts) {
    std::string_view last;
    for (auto const& part : parts) {
        auto const at = codecs::json_member_value(part.json, "at");
        if (!at) return;
        last = std::max(last, *at); // instants of one format
    }
    if (!last.empty()) out.append(",\"at\":").append(last);
}

void append_missing(std::string& out, names const& missing) {
    if (missing.empty()) return;
    out += ",\"missing\":[";
    for (auto const& name : missing) {
        if (&name != &missing.front()) out += ',';
        codecs::append_json_string(out, name);
    }
    out += ']';
}

void append_sums(std::string& out, std::vector<std::string_view> const& objects,
                 std::vector<std::string_view> const& summed) {
    out += '{';
    if (objects.empty()) {
        out += '}';
        return;
    }
    for (auto const& member : codecs::json_members(objects.front())) {
        if (out.back() != '{') out += ',';
        out += '"';
        out += member.raw_name;
        out += "\":";
        bool const is_summed =
            codecs::json_kind_of(member.value) == codecs::json_kind::number &&
            (summed.empty() || std::ranges::find(summed, member.raw_name) != summed.end());
        if (!is_summed) {
            out += member.value;
            continue;
        }
        std::uint64_t sum = 0;
        for (auto const object : objects) {
            sum += codecs::json_member_number(object, member.raw_name).value_or(0);
        }
        out += std::to_string(sum);
    }
    out += '}';
}

} // namespace sluice::gateway::cluster
