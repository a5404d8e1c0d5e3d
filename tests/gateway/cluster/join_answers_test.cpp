// What the answers of several gateways amount to.
#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "gateway/cluster/join_answers.hpp"

#include <boost/test/unit_test.hpp>

namespace join_answers_test {

using namespace sluice;
using namespace sluice::gateway::cluster;
using gateway::call::spread;

namespace {

using answers = std::vector<member_answer>;

member_answer said(std::string name, std::string body, unsigned status = 200) {
    return {std::move(name), 0, status, true, std::move(body)};
}
member_answer silent(std::string name, bool was_asked = false) {
    return {std::move(name), 0, 0, was_asked};
}
member_answer not_there(std::string name) {
    return said(std::move(name), R"({"status":404})", 404);
}

// "200 body lines", or "503 gw-2 gw-3".
std::string outcome(joint_question const& what, answers const& all) {
    auto const joint = join(what, all);
    if (joint) {
        if (joint->status < 400) BOOST_TEST(codecs::check_json(joint->body).has_value());
        auto text = std::to_string(joint->status) + " " + joint->body;
        if (!joint->location.empty()) text += " " + joint->location;
        return text;
    }
    auto text = std::to_string(joint.error().status);
    for (auto const& name : joint.error().missing)
        text += " " + name;
    return text;
}

joint_question about(spread how) {
    joint_question what;
    what.how = how;
    return what;
}

std::string job(std::string const& id, std::string const& state, int matched, int done, int refused,
                std::string const& rate = "null") {
    auto const* const ended = state == "running" ? "null" : R"("2026-01-01T00:00:02.000Z")";
    return R"({"id":")" + id +
           R"(","action":"purge","by":"anna","destination":"crm","account":null,"state":")" +
           state + R"(","rate":)" + rate + R"(,"matched":)" + std::to_string(matched) +
           R"(,"done":)" + std::to_string(done) + R"(,"refused":)" + std::to_string(refused) +
           R"(,"started_at":"2026-01-01T00:00:01.000Z","ended_at":)" + ended + "}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(join_answers)

BOOST_AUTO_TEST_CASE(of_one_task_the_answer_is_that_of_whoever_has_it) {
    auto const what = about(spread::task);
    BOOST_TEST(outcome(what, {not_there("b"), said("c", R"({"id":"x"})")}) == R"(200 {"id":"x"})");
    BOOST_TEST(outcome(what, {silent("b"), said("c", "{}")}) == "200 {}");
    BOOST_TEST(outcome(what, {not_there("b"), said("c", "{}", 409)}) == "409 {}");
    BOOST_TEST(outcome(what, {said("b", "{}", 500)}) == "500 {}");
}

BOOST_AUTO_TEST_CASE(a_replay_at_another_gateway_says_where_the_new_task_is) {
    BOOST_TEST(outcome(about(spread::task),
                       {not_there("b"), said("c", R"({"id":"x","replay_of":"y"})", 202)}) ==
               R"(202 {"id":"x","replay_of":"y"} /v1/tasks/x)");
}

BOOST_AUTO_TEST_CASE(a_task_is_unknown_only_when_all_have_answered) {
    auto what = about(spread::task);
    BOOST_TEST(outcome(what, {}) == "404");
    BOOST_TEST(outcome(what, {not_there("b"), not_there("c")}) == "404");
    BOOST_TEST(outcome(what, {not_there("b"), silent("c"), silent("a")}) == "503 a c");
    BOOST_TEST(outcome(what, {not_there("b"), said("c", "{}", 503)}) == "503 c");
    what.missing = {"dead"};
    BOOST_TEST(outcome(what, {not_there("b")}) == "503 dead");
    BOOST_TEST(join(what, {not_there("b")}).error().retry_after.has_value());
}

BOOST_AUTO_TEST_CASE(of_a_change_that_nobody_heard_the_end_of_the_outcome_is_unknown) {
    auto what = about(spread::task);
    what.changes = true;
    BOOST_TEST(outcome(what, {silent("b", true)}) == "500 b");
    BOOST_TEST(outcome(what, {silent("b", false)}) == "503 b");
    auto refused_for_now = said("b", "{}", 503);
    refused_for_now.was_asked = true;
    BOOST_TEST(outcome(what, {refused_for_now}) == "503 b");
}

BOOST_AUTO_TEST_CASE(a_group_is_put_together_in_the_order_of_its_call) {
    auto what = about(spread::group);
    what.id = queue::parse_task_id("019ab3de-4c00-7abc-8123-000002abcd00").value();
    auto const task = [&what](std::uint16_t n) {
        return "{\"id\":\"" + to_string(member_of(what.id, n)) + "\"}";
    };
    auto const list = [&](std::vector<std::uint16_t> const& members) {
        std::string body = "{\"tasks\":[";
        for (auto const n : members)
            body += (body.back() == '[' ? "" : ",") + task(n);
        return body + "]}";
    };
    BOOST_TEST(outcome(what, {said("b", list({1, 300})), said("c", list({0, 2}))}) ==
               "200 " + list({0, 1, 2, 300}));
    BOOST_TEST(outcome(what, {said("b", list({1})), said("c", list({0, 1}))}) ==
               "200 " + list({0, 1}));
    BOOST_TEST(outcome(what, {not_there("b"), said("c", list({0}))}) == "200 " + list({0}));
    BOOST_TEST(outcome(what, {not_there("b"), not_there("c")}) == "404");
    BOOST_TEST(outcome(what, {not_there("b"), silent("c")}) == "503 c");
    BOOST_TEST(outcome(what, {silent("b"), said("c", list({0}))}) ==
               "200 {\"tasks\":[" + task(0) + "],\"missing\":[\"b\"]}");
}

BOOST_AUTO_TEST_CASE(a_wrong_call_is_refused_as_the_gateways_refuse_it) {
    BOOST_TEST(outcome(about(spread::tasks), {said("b", "{\"status\":422}", 422), silent("c")}) ==
               "422 {\"status\":422}");
}

BOOST_AUTO_TEST_CASE(destinations_have_the_sums_of_all_and_the_state_that_holds_the_most) {
    auto const here = [](std::string const& state, int ready, std::string const& rate) {
        bool const is_paused = state == "paused";
        return R"({"destinations":[{"name":"crm","state":")" + state +
               R"(","url":"https://a/","paused":)" + (is_paused ? "true" : "false") + R"(,"by":)" +
               (is_paused ? "\"ops\"" : "null") + R"(,"tasks":{"ready":)" + std::to_string(ready) +
               R"(,"dead":1},"rate":)" + rate +
               R"(,"concurrency":{"limit":4,"most":8,"adaptive":false,"in_flight":2},)"
               R"("held":{"rate_parts":3000,"burst":4,"concurrency":2}}]})";
    };
    auto const rate = R"({"limit":50,"period_ms":1000,"burst":5,"tokens":2})";
    auto const what = about(spread::destinations);
    BOOST_TEST(
        outcome(what, {said("b", here("open", 3, rate)), said("c", here("paused", 4, rate))}) ==
        R"(200 {"destinations":[{"name":"crm","state":"paused","url":"https://a/","paused":true,)"
        R"("by":"ops","tasks":{"ready":7,"dead":2},)"
        R"("rate":{"limit":50,"period_ms":1000,"burst":5,"tokens":4},)"
        R"("concurrency":{"limit":8,"most":8,"adaptive":false,"in_flight":4},)"
        R"("held":{"rate_parts":6000,"burst":8,"concurrency":4},)"
        R"("gateways":[{"name":"b","state":"open","tasks":{"ready":3,"dead":1}},)"
        R"({"name":"c","state":"paused","tasks":{"ready":4,"dead":1}}]}]})");
    auto const alone = outcome(what, {said("b", here("open", 3, "null")), silent("c")});
    BOOST_TEST(alone.ends_with(R"(],"missing":["c"]})"));
    BOOST_TEST(alone.find(R"("rate":null)") != alone.npos);
}

// The table has it before anybody is asked: whoever does not answer reads it there.
BOOST_AUTO_TEST_CASE(a_change_of_a_destination_names_who_has_not_confirmed_it) {
    auto what = about(spread::lane_change);
    what.changes = true;
    auto const paused = R"({"name":"crm","state":"paused","paused":true,"tasks":{"ready":1}})";
    BOOST_TEST(outcome(what, {said("b", paused), said("c", paused)})
                   .starts_with(R"(200 {"name":"crm","state":"paused","paused":true,)"
                                R"("tasks":{"ready":2})"));
    BOOST_TEST(
        outcome(what, {said("b", paused), silent("c", true)}).ends_with(R"("missing":["c"]})"));
    BOOST_TEST(outcome(what, {silent("b"), not_there("c")}) == "503 b");
    what.is_done = true;
    BOOST_TEST(outcome(what, {silent("b"), not_there("c")}) == "500 b");
    what.is_done = false;
    BOOST_TEST(outcome(what, {not_there("b"), not_there("c")}) == "404");
    BOOST_TEST(outcome(what, {not_there("b"), said("c", paused)}).starts_with("200 "));
}

BOOST_AUTO_TEST_CASE(a_job_has_the_sums_of_its_parts) {
    auto const bulk = about(spread::bulk);
    auto const shown = about(spread::job);
    BOOST_TEST(outcome(bulk, {said("b", job("7", "ended", 3, 2, 1)),
                              said("c", job("7", "ended", 4, 4, 0))}) ==
               "200 " + job("7", "ended", 7, 6, 1));
    BOOST_TEST(outcome(bulk, {said("b", job("7", "running", 3, 2, 0, "5"), 202),
                              said("c", job("7", "ended", 4, 4, 0, "5"))}) ==
               "202 " + job("7", "running", 7, 6, 0, "10") + " /v1/jobs/7");
    // Jobs over the same tasks are named by whichever part met one.
    auto with_beside = job("7", "ended", 3, 2, 1);
    with_beside.insert(with_beside.size() - 1, R"(,"beside":["5"])");
    BOOST_TEST(outcome(bulk, {said("b", job("7", "ended", 4, 4, 0)), said("c", with_beside)})
                   .find(R"(,"beside":["5"])") != std::string::npos);
    auto const stopped = job("7", "stopped", 1, 1, 0);
    BOOST_TEST(outcome(shown, {not_there("b"), said("c", stopped)}) == "200 " + stopped);
    BOOST_TEST(outcome(shown, {not_there("b"), not_there("c")}) == "404");
    // One part had ended already when the job was stopped.
    BOOST_TEST(outcome(shown, {said("b", "{}", 409), said("c", stopped)}) == "200 " + stopped);
}

// Its tasks may be with others by then; what it had done of the job nobody knows.
BOOST_AUTO_TEST_CASE(a_gateway_that_had_a_part_of_a_job_and_died_is_named) {
    auto part = job("7", "ended", 3, 3, 0);
    part.back() = ',';
    part += R"("gateways":["b","c","d"]})";
    auto const shown = outcome(about(spread::job), {said("b", part), not_there("c"), silent("d")});
    BOOST_TEST(shown.ends_with(R"(,"missing":["c","d"]})"), shown);
    auto const listed =
        outcome(about(spread::jobs), {said("b", R"({"jobs":[)" + part + "]}"), said("c", part)});
    BOOST_TEST(listed.find(R"("missing":["c","d"]}]})") != listed.npos, listed);
    auto stop = about(spread::job);
    stop.changes = true;
    BOOST_TEST(outcome(stop, {said("b", part), said("c", "{}", 409)}).find("missing") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_last_gate_of_all_counts) {
    auto const with = [](std::string const& until) {
        return R"({"name":"crm","state":"open","tasks":{},"retry_after_until":)" + until + "}";
    };
    auto const all = outcome(about(spread::destination),
                             {said("b", with("null")), said("c", with("\"2026-01-01T00:00:02Z\"")),
                              said("d", with("\"2026-01-01T00:00:01Z\""))});
    BOOST_TEST(all.find(R"("retry_after_until":"2026-01-01T00:00:02Z")") != all.npos, all);
}

BOOST_AUTO_TEST_CASE(ids_that_are_nowhere_were_refused) {
    auto what = about(spread::bulk);
    what.named_tasks = 5;
    BOOST_TEST(outcome(what, {said("b", job("7", "ended", 2, 1, 1)),
                              said("c", job("7", "ended", 1, 1, 0))}) ==
               "200 " + job("7", "ended", 5, 2, 3));
}

BOOST_AUTO_TEST_CASE(a_job_begins_where_no_more_match_together_than_were_expected) {
    auto what = about(spread::bulk);
    what.changes = true;
    what.expected = 5;
    auto const counted = [&](answers const& all) {
        auto const may_begin = judge_counts(what, all);
        if (may_begin) return std::string("begins");
        auto text = std::to_string(may_begin.error().status);
        if (may_begin.error().matched) text += " " + std::to_string(*may_begin.error().matched);
        for (auto const& name : may_begin.error().missing)
            text += " " + name;
        return text;
    };
    auto const count = [](int n) { return R"({"matched":)" + std::to_string(n) + "}"; };
    BOOST_TEST(counted({said("b", count(2)), said("c", count(3))}) == "begins");
    BOOST_TEST(counted({said("b", count(3)), said("c", count(3))}) == "409 6");
    BOOST_TEST(counted({said("b", count(1)), silent("c", true)}) == "503 c"); // nothing was done
    BOOST_TEST(counted({said("b", "{}", 422), said("c", "{}", 422)}) == "begins");
}

BOOST_AUTO_TEST_CASE(jobs_are_listed_once_each) {
    auto const list = [](std::string const& jobs) { return "{\"jobs\":[" + jobs + "]}"; };
    auto const other = job("8", "ended", 1, 1, 0);
    BOOST_TEST(
        outcome(about(spread::jobs), {said("b", list(job("7", "ended", 1, 1, 0) + "," + other)),
                                      said("c", list(job("7", "ended", 2, 2, 0)))}) ==
        "200 " + list(job("7", "ended", 3, 3, 0) + "," + other));
    BOOST_TEST(outcome(about(spread::jobs), {said("b", list("")), silent("c")}) ==
               R"(200 {"jobs":[],"missing":["c"]})");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace join_answers_test
