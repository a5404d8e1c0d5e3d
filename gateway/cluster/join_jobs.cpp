// Jobs: the parts of one job at several gateways have one number.
#include "codecs/json_scan.hpp"
#include "gateway/cluster/join_answers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::cluster {

namespace {

using raw_jobs = std::vector<std::string_view>;

// One job as the gateways of these names have it.
struct joint_job {
    raw_jobs parts;
    std::vector<std::string_view> gateways;
    void add(std::string_view gateway, std::string_view part) {
        parts.push_back(part);
        gateways.push_back(gateway);
    }
};

std::string_view raw_member(std::string_view job, std::string_view name) {
    return codecs::json_member_value(job, name).value_or(std::string_view("null"));
}

std::uint64_t number_of(std::string_view job, std::string_view name) {
    return codecs::json_member_number(job, name).value_or(0);
}

std::uint64_t sum_of(raw_jobs const& parts, std::string_view name) {
    std::uint64_t sum = 0;
    for (auto const part : parts)
        sum += number_of(part, name);
    return sum;
}

// It runs while a part runs; a part that was stopped says that not everything was done.
std::string_view state_of(raw_jobs const& parts) {
    constexpr std::array<std::string_view, 2> stronger{R"("running")", R"("stopped")"};
    for (auto const state : stronger) {
        auto const has_state = [state](auto part) { return raw_member(part, "state") == state; };
        if (std::ranges::any_of(parts, has_state)) return state;
    }
    return raw_member(parts.front(), "state");
}

// Instants of one format are in the order of their texts.
std::string_view last_end(raw_jobs const& parts) {
    auto const end = [](std::string_view part) { return raw_member(part, "ended_at"); };
    if (std::ranges::any_of(parts, [end](auto part) { return end(part) == "null"; })) return "null";
    return end(*std::ranges::max_element(parts, {}, end));
}

std::string_view first_start(raw_jobs const& parts) {
    auto const start = [](std::string_view part) { return raw_member(part, "started_at"); };
    return start(*std::ranges::min_element(parts, {}, start));
}

// All members but the closing brace. `named`: how many tasks the job was given by id; those that
// are nowhere were refused.
void append_joint_job(std::string& out, raw_jobs const& parts, std::uint64_t named) {
    auto const matched = sum_of(parts, "matched");
    auto const done = sum_of(parts, "done");
    auto const unknown = sum_of(parts, "unknown");
    bool const has_ended = last_end(parts) != "null";
    auto const refused =
        named > 0 && has_ended ? named - std::min(named, done + unknown) : sum_of(parts, "refused");
    auto const rate = sum_of(parts, "rate");
    fmt::format_to(std::back_inserter(out),
                   R"({{"id":{},"action":{},"by":{},"destination":{},"account":{},"state":{},)"
                   R"("rate":{},"matched":{},"done":{},"refused":{},)",
                   raw_member(parts.front(), "id"), raw_member(parts.front(), "action"),
                   raw_member(parts.front(), "by"), raw_member(parts.front(), "destination"),
                   raw_member(parts.front(), "account"), state_of(parts),
                   rate == 0 ? std::string("null") : std::to_string(rate), std::max(matched, named),
                   done, refused);
    // Each part was told how many all of them are.
    auto const expected = number_of(parts.front(), "expected");
    if (expected > 0) fmt::format_to(std::back_inserter(out), R"("expected":{},)", expected);
    if (unknown > 0) fmt::format_to(std::back_inserter(out), R"("unknown":{},)", unknown);
    fmt::format_to(std::back_inserter(out), R"("started_at":{},"ended_at":{})", first_start(parts),
                   last_end(parts));
    auto const beside =
        std::ranges::find_if(parts, [](auto part) { return raw_member(part, "beside") != "null"; });
    if (beside != parts.end()) out += fmt::format(R"(,"beside":{})", raw_member(*beside, "beside"));
    if (raw_member(parts.front(), "action") == R"("replay")")
        fmt::format_to(std::back_inserter(out), R"(,"job":{})", raw_member(parts.front(), "id"));
}

// Nothing was done: how many there are.
bool is_count(std::string_view part) {
    return !codecs::json_member_value(part, "id").has_value();
}

// Gateways that had a part of the job and do not say what became of it: they died, or have started
// anew. `silent`: those that did not answer now.
std::vector<std::string> lost_parts(joint_job const& job, std::vector<std::string> silent) {
    for (auto const part : job.parts) {
        for (auto const name : codecs::json_elements(raw_member(part, "gateways"))) {
            auto text = codecs::json_text(name);
            if (std::ranges::find(job.gateways, text) != job.gateways.end()) continue;
            silent.push_back(std::move(text));
        }
    }
    std::ranges::sort(silent);
    auto const twice = std::ranges::unique(silent);
    silent.erase(twice.begin(), twice.end());
    return silent;
}

} // namespace

joint_answer join_job(joint_question const& what, answer_parts const& parts,
                      std::vector<std::string> const& missing) {
    joint_job job;
    for (auto const& part : parts)
        job.add(part.name, part.json);
    auto const& jobs = job.parts;
    joint_answer answer;
    if (is_count(jobs.front())) {
        // Where one gateway takes over from another both may know a task.
        auto const counted = sum_of(jobs, "matched");
        auto const matched =
            what.named_tasks > 0 ? std::min<std::uint64_t>(counted, what.named_tasks) : counted;
        answer.body = fmt::format(R"({{"matched":{},"job":null)", matched);
        append_missing(answer.body, missing);
        answer.body += '}';
        return answer;
    }
    append_joint_job(answer.body, jobs, what.named_tasks);
    // Whoever has ended already refuses to be stopped and tells nothing.
    bool const is_stop = what.how == call::spread::job && what.changes;
    append_missing(answer.body, is_stop ? missing : lost_parts(job, missing));
    answer.body += '}';
    if (what.how == call::spread::bulk && state_of(jobs) == R"("running")") {
        answer.status = 202;
        answer.location = "/v1/jobs/" + codecs::json_text(raw_member(jobs.front(), "id"));
    }
    return answer;
}

joint_answer join_jobs(answer_parts const& parts, std::vector<std::string> const& missing) {
    std::vector<std::pair<std::string_view, joint_job>> by_id; // in the order of the first parts
    for (auto const& part : parts) {
        auto const list = codecs::json_member_value(part.json, "jobs");
        for (auto const job : codecs::json_elements(list.value_or(std::string_view()))) {
            auto const id = raw_member(job, "id");
            auto found =
                std::ranges::find(by_id, id, &std::pair<std::string_view, joint_job>::first);
            if (found == by_id.end()) found = by_id.insert(by_id.end(), {id, {}});
            found->second.add(part.name, job);
        }
    }
    std::ranges::stable_sort(by_id, {},
                             [](auto const& one) { return first_start(one.second.parts); });
    joint_answer answer;
    answer.body = "{\"jobs\":[";
    for (auto const& [id, job] : by_id) {
        if (answer.body.back() != '[') answer.body += ',';
        append_joint_job(answer.body, job.parts, 0);
        append_missing(answer.body, lost_parts(job, {}));
        answer.body += '}';
    }
    answer.body += ']';
    append_missing(answer.body, missing);
    answer.body += '}';
    return answer;
}

} // namespace sluice::gateway::cluster
