// What the answers of several gateways amount to. Pure: texts in, one answer out; any thread.
#pragma once

#include "gateway/call/cluster.hpp"
#include "gateway/call/refusal.hpp"
#include "gateway/cluster/joint_cursor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::cluster {

// What one gateway answered.
struct member_answer {
    std::string name;
    std::uint32_t log = 0;
    unsigned status = 0;    // 0: no answer came
    bool was_asked = false; // of status 0: it may have read the question
    std::string body = {};  // JSON
};

// What was asked, as far as the answer depends on it.
struct joint_question {
    call::spread how = call::spread::task;
    bool changes = false;        // it is no mere look
    queue::task_id id = {};      // of a group
    std::size_t limit = 50;      // of a page
    joint_cursor from = {};      // of a page
    std::size_t named_tasks = 0; // of a job: how many ids it names; 0: it has a filter
    std::optional<std::uint64_t> expected = {}; // of a job: more must not match at all together
    std::vector<std::string> missing = {};      // who could not be asked and may have a part
    bool is_done = false; // of a lane change: the shared table has it, whoever answers
};

struct joint_answer {
    unsigned status = 200;
    std::string body = {};     // a problem document from 400 on
    std::string location = {}; // a path of the listener; empty: none
};

// Whether this answer to spread::task ends the asking.
bool is_final(member_answer const& one);

// Refusals: 404 where all have answered and nobody has it; 503 with the names of those that did not
// answer where it may be theirs; 500 where a change may have been made all the same.
call::checked<joint_answer> join(joint_question const& what, std::vector<member_answer> const& all);

// Whether a job may begin whose tasks all have counted ({"matched":N}). Refusals: 409 where more
// match together than were expected; 503 where somebody has not answered.
call::checked<void> judge_counts(joint_question const& what, std::vector<member_answer> const& all);

// --- for join alone: one function for each kind of answer ----------------------------------------

// A good answer: a JSON object as it was written.
struct answer_part {
    std::string_view name;
    std::uint32_t log = 0;
    unsigned status = 200;
    std::string_view json;
};
using answer_parts = std::vector<answer_part>;

joint_answer join_pages(joint_question const& what, answer_parts const& parts,
                        std::vector<std::string> const& missing);
joint_answer join_groups(joint_question const& what, answer_parts const& parts,
                         std::vector<std::string> const& missing);
joint_answer join_destinations(answer_parts const& parts, std::vector<std::string> const& missing);
// One destination or the same job everywhere.
joint_answer join_destination(answer_parts const& parts, std::vector<std::string> const& missing);
joint_answer join_dead_groups(answer_parts const& parts, std::vector<std::string> const& missing);
joint_answer join_figures(answer_parts const& parts, std::vector<std::string> const& missing);
joint_answer join_jobs(answer_parts const& parts, std::vector<std::string> const& missing);
joint_answer join_job(joint_question const& what, answer_parts const& parts,
                      std::vector<std::string> const& missing);

// Appends `,"at":"…"`, when the last of them looked: what any of them has shown is from before.
// Nothing where somebody does not say.
void append_last_look(std::string& out, answer_parts const& parts);

// Appends `,"missing":["…"]`, or nothing where nobody is.
void append_missing(std::string& out, std::vector<std::string> const& missing);
// The objects as one: of the members that `summed` names, and of all where it is empty, the sums of
// their whole numbers; everything else as the first has it.
void append_sums(std::string& out, std::vector<std::string_view> const& objects,
                 std::vector<std::string_view> const& summed = {});

} // namespace sluice::gateway::cluster
