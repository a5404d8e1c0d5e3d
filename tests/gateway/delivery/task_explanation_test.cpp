// The JSON of GET /v1/tasks/{id}/explain.
#include "gateway/call/task_json.hpp"

#include <boost/test/unit_test.hpp>

namespace task_explanation_test {

namespace {

using namespace sluice;
using namespace std::chrono_literals;

constexpr queue::wall_time noon{1'764'072'000'000ms};

std::string text_of(queue::explanation const& why) {
    std::string out;
    gateway::call::append_explanation(out, why, "crm");
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(task_explanation)

BOOST_AUTO_TEST_CASE(a_task_that_may_go_shows_an_open_lane) {
    queue::explanation why;
    why.state = queue::task_state::ready;
    why.next_attempt_at = noon;
    why.pace.limit = why.pace.concurrency = 64;
    why.pace.retry_share = 0.2;
    why.pace.least_retries = 10;
    why.pace.retries_left = 10;
    BOOST_TEST(text_of(why) ==
               R"({"state":"ready","destination":"crm",)"
               R"("next_attempt_at":"2025-11-25T12:00:00.000Z",)"
               R"("ahead":0,"reasons":[],"lane":{"in_flight":0,"limit":64,"concurrency":64,)"
               R"("adaptive":false,"rate":null,"breaker":null,"gate":null,)"
               R"("retry_budget":{"share":0.2,"least":10,"first_attempts":0,"retries":0,)"
               R"("available":10,"next_retry_at":null}}})");
}

BOOST_AUTO_TEST_CASE(everything_that_holds_it_is_told) {
    queue::explanation why;
    why.state = queue::task_state::retry_wait;
    why.ahead = 7;
    why.reasons = {{queue::hold_reason::paused, {}, "alice"},
                   {queue::hold_reason::retry_after, noon, "answered 429"},
                   {queue::hold_reason::retry_budget, noon, {}, 12}};
    why.pace.is_adaptive = true;
    why.pace.tokens = 0;
    why.pace.burst = 5;
    why.pace.next_token_at = noon;
    why.pace.breaker = queue::breaker_phase::open;
    why.pace.failures_in_a_row = 3;
    why.pace.probe_at = noon;
    why.pace.breaker_by = "3 failures in a row";
    why.pace.gate_until = noon;
    why.pace.gate_by = "answered 429";
    auto const text = text_of(why);
    for (std::string_view const part :
         {R"("next_attempt_at":null,"ahead":7)", R"({"kind":"paused","until":null,"by":"alice"})",
          R"({"kind":"retry_after","until":"2025-11-25T12:00:00.000Z","by":"answered 429"})",
          R"({"kind":"retry_budget","until":"2025-11-25T12:00:00.000Z","by":null,"ahead":12})",
          R"("adaptive":true)",
          R"("rate":{"tokens":0,"burst":5,"next_token_at":"2025-11-25T12:00:00.000Z"})",
          R"("breaker":{"state":"open","failures":3,"probe_at":"2025-11-25T12:00:00.000Z",)"
          R"("by":"3 failures in a row"})",
          R"("gate":{"until":"2025-11-25T12:00:00.000Z","by":"answered 429"})"}) {
        BOOST_TEST((text.find(part) != text.npos), part << " in " << text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace task_explanation_test
