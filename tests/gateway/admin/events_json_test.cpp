#include "gateway/admin/events_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

namespace events_json_test {

using namespace sluice::gateway::admin;
namespace queue = sluice::queue;
using namespace std::chrono_literals;

namespace {

constexpr queue::wall_time at{std::chrono::milliseconds{1'764'000'000'000}};
queue::task_id const id = *queue::parse_task_id("0193a2b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b");

// The text is JSON, and this is what it says.
void says(std::string const& text, std::string const& expected) {
    BOOST_TEST(boost::json::serialize(boost::json::parse(text)) ==
               boost::json::serialize(boost::json::parse(expected)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(events_json)

BOOST_AUTO_TEST_CASE(an_attempt_that_was_answered) {
    queue::outcome result;
    result.verdict = queue::verdict::delivered;
    result.status = 200;
    result.duration = 12'345us;
    std::string out;
    append_event(out, queue::observer::attempt_ended{id, {}, 2, result, 7ms}, {"crm"}, at);
    says(out, R"({"at":"2025-11-24T16:00:00.000Z","task":"0193a2b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b",
                  "destination":"crm","attempt":2,"verdict":"delivered","status":200,
                  "duration_ms":12,"late_ms":7})");
}

BOOST_AUTO_TEST_CASE(an_attempt_that_was_not_answered_hides_secrets) {
    queue::outcome result;
    result.cause = queue::cause::connect;
    result.detail = "refused for Bearer abcdef";
    std::string out;
    append_event(out, queue::observer::attempt_ended{id, {}, 1, result, 0ms}, {"crm"}, at);
    BOOST_TEST(out.find("abcdef") == std::string::npos);
    BOOST_TEST(out.find("refused for") != std::string::npos);
    BOOST_TEST(out.find("\"status\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_task) {
    queue::observer::task_finished end;
    end.id = id;
    end.state = queue::task_state::dead;
    end.attempts = 3;
    end.age = 42ms;
    end.reason = "HTTP 404\n\"quoted\"";
    std::string out;
    append_event(out, end, {"crm", "163"}, at);
    says(out, R"({"at":"2025-11-24T16:00:00.000Z","task":"0193a2b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b",
                  "destination":"crm","account":"163","state":"dead","attempts":3,"age_ms":42,
                  "reason":"HTTP 404\n\"quoted\""})");
}

BOOST_AUTO_TEST_CASE(what_happens_beside_the_tasks) {
    std::string out;
    append_destination_event(out, "crm", "paused", "anna", at);
    says(out, R"({"at":"2025-11-24T16:00:00.000Z","destination":"crm","change":"paused",
                  "by":"anna"})");
    out.clear();
    append_count_event(out, "by_ms", -1500, at);
    says(out, R"({"at":"2025-11-24T16:00:00.000Z","by_ms":-1500})");
    out.clear();
    append_event(out, queue::observer::batch_synced{3, 512, 900us}, at);
    says(out, R"({"at":"2025-11-24T16:00:00.000Z","records":3,"bytes":512,"duration_us":900})");
    out.clear();
    append_storage_event(out, "fdatasync", "I/O error", at);
    says(out, R"({"at":"2025-11-24T16:00:00.000Z","operation":"fdatasync","error":"I/O error"})");
}

BOOST_AUTO_TEST_CASE(a_frame_is_three_lines_and_an_empty_one) {
    BOOST_TEST(to_frame(event_kind::clock, 7, "{}") == "event: clock\nid: 7\ndata: {}\n\n");
}

BOOST_AUTO_TEST_CASE(every_kind_has_a_name_that_is_read_back) {
    for (std::size_t i = 0; i < event_kinds; ++i) {
        auto const kind = static_cast<event_kind>(i);
        BOOST_TEST((parse_event_kind(to_string(kind)) == kind));
        BOOST_TEST(event_set::all().has(kind));
    }
    BOOST_TEST(!parse_event_kind("other"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace events_json_test
