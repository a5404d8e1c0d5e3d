#include "gateway/cli/admin_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

namespace admin_text_test {

using namespace sluice::gateway::cli;
using boost::json::parse;

namespace {

// A destination with these members instead of the usual ones.
boost::json::value destination(std::string const& more) {
    auto value = parse(R"({"name":"crm","state":"open","paused":false,"disabled":false,
        "breaker_open":false,"by":null,"tasks":{"scheduled":1,"ready":2,"in_flight":3,
        "retry_wait":4,"dead":5},"rate":null,"concurrency":{"limit":64,"in_flight":3},
        "breaker_until":null,"retry_after_until":null})");
    auto const changes = parse(more);
    for (auto const& [name, held] : changes.as_object())
        value.as_object()[name] = held;
    return value;
}

} // namespace

BOOST_AUTO_TEST_SUITE(admin_text)

BOOST_AUTO_TEST_CASE(a_destination_is_one_line_that_says_what_holds_it) {
    BOOST_TEST(destination_line(destination("{}")) ==
               "crm  flowing  scheduled 1  ready 2  in flight 3  retry 4  dead 5");
    BOOST_TEST(destination_line(destination(R"({"paused":true,"by":"anna"})"))
                   .starts_with("crm  paused by anna  "));
    BOOST_TEST(destination_line(destination(R"({"disabled":true,"by":"HTTP 410"})"))
                   .starts_with("crm  disabled: HTTP 410  "));
    BOOST_TEST(destination_line(destination(R"({"breaker_open":true,"breaker_until":"T"})")) ==
               "crm  breaker open  scheduled 1  ready 2  in flight 3  retry 4  dead 5  probe at T");
    BOOST_TEST(destination_line(destination(R"({"paused":true,"breaker_open":true})"))
                   .starts_with("crm  paused, breaker open  "));
    BOOST_TEST(destination_line(destination(R"({"state":"not_configured"})"))
                   .starts_with("crm  not configured  "));
    BOOST_TEST(destination_line(destination(R"({"rate":{"tokens":3,"burst":50}})"))
                   .ends_with("tokens 3 of 50"));
}

BOOST_AUTO_TEST_CASE(who_did_it_stands_behind_what_he_did) {
    BOOST_TEST(held_text(destination(R"({"paused":true,"breaker_open":true,"by":"anna",
        "breaker_by":"HTTP 503"})")) == "paused by anna, breaker open: HTTP 503");
    BOOST_TEST(held_text(destination(R"({"paused":true,"disabled":true,"by":"anna"})")) ==
               "disabled, paused by anna");
    BOOST_TEST(held_text(destination(R"({"breaker_open":true,"breaker_by":"a\nb"})")) ==
               "breaker open: a b");
    BOOST_TEST(task_line(parse(R"({"id":"I","state":"cancelled","destination":"crm","account":"163",
        "attempts":[],"finished_at":"F","dead_reason":null,
        "cancelled_by":"an operator at 127.0.0.1"})")) ==
               "I  cancelled   crm  163  attempts 0  finished F  by an operator at 127.0.0.1");
}

BOOST_AUTO_TEST_CASE(a_whole_destination_has_its_state_in_the_words_of_the_lists) {
    auto const text =
        destination_text(destination(R"({"state":"paused","paused":true,"by":"anna"})"));
    BOOST_TEST(text.starts_with("name: crm\n"), text);
    BOOST_TEST(text.find("state: paused by anna\n") != text.npos, text);
    BOOST_TEST(text.find("breaker_open") == text.npos, text);
    BOOST_TEST(destination_text(destination("{}")).find("state: flowing\n") != text.npos, text);
}

BOOST_AUTO_TEST_CASE(a_task_is_one_line_with_its_id_first) {
    BOOST_TEST(task_line(parse(R"({"id":"I","state":"dead","destination":"crm","account":"163",
        "attempts":[{"n":1},{"n":2}],"next_attempt_at":null,"finished_at":"F",
        "dead_reason":"HTTP 404"})")) ==
               "I  dead        crm  163  attempts 2  finished F  HTTP 404");
}

BOOST_AUTO_TEST_CASE(of_a_task_that_is_held_the_gate_is_told_and_no_time_that_has_passed) {
    auto const held = [](std::string const& gates) {
        return parse(R"({"id":"I","state":"ready","destination":"crm","account":"163",
            "next_attempt_at":"P","attempts":[],"held":)" +
                     gates + "}");
    };
    auto const paused = held(R"([{"kind":"paused","until":null,"by":"anna"},
        {"kind":"rate","until":"U","by":null}])");
    BOOST_TEST(task_line(paused) == "I  ready       crm  163  attempts 0  held: paused by anna");
    auto const text = task_text(paused);
    BOOST_TEST(text.find("held: paused by anna\n") != text.npos, text);
    BOOST_TEST(text.find("next_attempt_at") == text.npos, text);
    BOOST_TEST(gates_text(held(R"([{"kind":"retry_after","until":"U","by":"answered 429"}])"),
                          {}) == "retry after until U");
    BOOST_TEST(gates_text(held(R"([{"kind":"order_key","until":null,"by":"J"}])"), {}) ==
               "order key, behind J");
    BOOST_TEST(gates_text(held(R"([{"kind":"disabled","until":null,"by":"answered 410"},
        {"kind":"breaker_open","until":null,"by":null}])"),
                          {}) == "disabled: answered 410, breaker open");
    BOOST_TEST(gates_text(parse(R"({"id":"I"})"), {}).empty());
}

BOOST_AUTO_TEST_CASE(a_task_that_waits_for_another_attempt_says_how_the_last_one_failed) {
    auto const task = [](std::string const& last, std::string const& state = "retry_wait") {
        return parse(R"({"id":"I","dead_reason":null,"state":")" + state +
                     R"(","attempts":[{"n":4,"status":200},)" + last + "]}");
    };
    BOOST_TEST(reason_text(task(R"({"n":6,"status":503})")) == "answered 503");
    BOOST_TEST(reason_text(task(R"({"n":6,"error":"no answer within 5s"})")) ==
               "no answer within 5s");
    BOOST_TEST(reason_text(task(R"({"n":6,"status":200,"detail":"code 205"})")) == "code 205");
    BOOST_TEST(reason_text(task(R"({"n":6,"status":200})", "delivered")).empty());
    BOOST_TEST(attempts_of(task(R"({"n":6,"status":503})")) == 6U);
    BOOST_TEST(attempts_of(parse(R"({"attempts":[]})")) == 0U);
}

BOOST_AUTO_TEST_CASE(what_others_wrote_cannot_move_the_cursor) {
    auto const line = task_line(parse(R"({"id":"I","dead_reason":"a\u001b[2Jb\nc\u007f"})"));
    BOOST_TEST(line.find('\x1b') == std::string::npos);
    BOOST_TEST(line.find('\n') == std::string::npos);
    BOOST_TEST(line.find('\x7f') == std::string::npos);
    BOOST_TEST(line.ends_with("a [2Jb c "));
}

BOOST_AUTO_TEST_CASE(a_whole_task_is_a_line_a_member_and_its_attempts) {
    BOOST_TEST(task_text(parse(R"({"id":"I","state":"delivered","result":null,"attempts":[
        {"n":1,"at":"A","status":503,"duration_ms":7,"response":"later"}]})")) ==
               "id: I\nstate: delivered\n"
               "  attempt 1  at A  status 503  took ms 7  response later\n");
}

BOOST_AUTO_TEST_CASE(what_came_and_what_went_stand_as_on_the_wire) {
    BOOST_TEST(task_text(parse(R"({"id":"I","received":{"method":"POST","url":"/in/crm?x=1",
        "headers":{"Content-Type":"text/plain","X-A":"b\u001b[2J"},"body":"one\ntwo\u001b\n\nthree",
        "size":68,"is_cut":true},"would_send":{"method":"GET","url":"https://e.com/","headers":{},
        "rendered_again":true,"batch":null,"body":""}})")) == "id: I\n"
                                                              "received:\n"
                                                              "    POST /in/crm?x=1\n"
                                                              "    Content-Type: text/plain\n"
                                                              "    X-A: b [2J\n"
                                                              "\n"
                                                              "    one\n"
                                                              "    two \n"
                                                              "    \n"
                                                              "    three\n"
                                                              "    … cut, of 68 bytes\n"
                                                              "would_send:\n"
                                                              "    GET https://e.com/\n"
                                                              "    (rendered_again: true)\n");
}

BOOST_AUTO_TEST_CASE(what_has_members_of_its_own_is_no_json_to_a_person) {
    BOOST_TEST(object_text(parse(R"({"name":"crm","tasks":{"scheduled":3,"ready":0,"x":null},
        "retry_budget":{"share":0.2,"least":10},"allow_from":["::1","10.0.0.0/8"],"none":null,
        "empty":[],"days":[{"date":"2026-11-29","clicks":3},
        {"date":"2026-11-30","clicks":1}]})")) == "name: crm\n"
                                                  "tasks: scheduled 3  ready 0\n"
                                                  "retry_budget: share 0.2  least 10\n"
                                                  "allow_from: ::1, 10.0.0.0/8\n"
                                                  "empty: \n"
                                                  "days:\n"
                                                  "    date 2026-11-29  clicks 3\n"
                                                  "    date 2026-11-30  clicks 1\n");
}

BOOST_AUTO_TEST_CASE(an_explanation_names_every_reason) {
    auto const text = explanation_text(parse(R"({"state":"ready","destination":"crm",
        "next_attempt_at":null,"ahead":3,"reasons":[{"kind":"paused","until":null,"by":"anna"},
        {"kind":"rate","until":"U","by":null}],"lane":{"in_flight":2,"limit":5,
        "rate":{"tokens":0,"burst":9}}})"));
    BOOST_TEST(text == "state: ready\ndestination: crm\nahead: 3\n"
                       "held: paused  by anna\nheld: rate  until U\n"
                       "lane: in flight 2 of 5  tokens 0 of 9\n");
    BOOST_TEST(explanation_text(parse(R"({"reasons":[]})")) == "held: by nothing\n");
    BOOST_TEST(explanation_text(parse(R"({"state":"dead","reasons":[]})")) ==
               "state: dead\nheld: no more, it has ended\n");
}

BOOST_AUTO_TEST_CASE(a_job_says_what_it_did_or_where_it_goes_on) {
    BOOST_TEST(job_text(parse(R"({"action":"redrive","matched":5,"done":4,"refused":1,
        "state":"ended"})")) == "redrive: 5 matched, 4 done, 1 refused");
    BOOST_TEST(job_text(parse(R"({"id":"3","action":"purge","matched":0,"done":0,"refused":0,
        "state":"running","rate":10})")) == "purge: goes on as job 3 at 10 a second");
    BOOST_TEST(job_text(parse(R"({"id":"3","action":"purge","matched":9,"done":5,"refused":0,
        "state":"running","rate":null})")) ==
               "purge: 9 matched, 5 done, 0 refused; goes on as job 3");
    BOOST_TEST(job_text(parse(R"({"id":"3","action":"purge","matched":0,"done":0,"refused":0,
        "state":"running","rate":10,"beside":["2"]})")) ==
               "purge: goes on as job 3 at 10 a second, beside job 2, which may have the same "
               "tasks");
}

// A paced job looks for its tasks as it goes: what it has found is not all there is.
BOOST_AUTO_TEST_CASE(a_job_that_runs_does_not_say_that_it_is_nearly_done) {
    auto const job = [](std::string const& more) {
        return job_progress(parse(R"({"action":"redrive","matched":5,"done":5,)" + more + "}"));
    };
    BOOST_TEST(job(R"("state":"running")") == "5 so far");
    BOOST_TEST(job(R"("state":"running","expected":90)") == "5 of 90");
    BOOST_TEST(job(R"("state":"ended")") == "5 of 5");
    BOOST_TEST(job(R"("state":"stopped","expected":90)") == "5 of 90");
    BOOST_TEST(job_progress(parse(R"({"action":"replay","state":"running","matched":9,
        "done":5})")) == "5 of 9");
}

BOOST_AUTO_TEST_CASE(gateways_that_did_not_answer_are_named) {
    BOOST_TEST(missing_text(parse(R"({"tasks":[],"missing":["gw-2","gw\u001b3"]})")) ==
               "no answer from gw-2, gw 3");
    BOOST_TEST(missing_text(parse(R"({"tasks":[]})")).empty());
    BOOST_TEST(missing_text(parse("[]")).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace admin_text_test
