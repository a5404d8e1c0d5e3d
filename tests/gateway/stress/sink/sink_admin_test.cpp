#include "gateway/stress/sink/sink_admin.hpp"
#include "gateway/stress/sink/sink_state.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace sink_admin_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

struct fixture {
    sink_state state{{}, {}};

    fixture() { state.recorder = sink_recorder::open("", 5).value(); }

    admin_answer call(std::string_view method, std::string_view target,
                      std::string_view body = {}) {
        sink_request request;
        request.method = method;
        request.target = target;
        request.body = body;
        return answer_admin(request, state, std::chrono::steady_clock::time_point(100s));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sink_admin, fixture)

BOOST_AUTO_TEST_CASE(stats_are_json) {
    state.stats.on_request("/", "", 0, 200);
    auto const answer = call("GET", "/__sink/stats");
    BOOST_TEST(answer.status == 200u);
    BOOST_TEST(boost::json::parse(answer.body).at("requests").to_number<int>() == 1);
}

BOOST_AUTO_TEST_CASE(a_configuration_changes_what_it_names_and_starts_fail_for_anew) {
    state.current.fail_rate = 0.5;
    auto const answer = call("POST", "/__sink/config",
                             R"({"status":"200:9,503:1","latency":"10ms,20ms","fail_for":"10s",)"
                             R"("retry_after":3,"hang_rate":"1%","reset_rate":0.25,"body":"hi"})");
    BOOST_TEST(answer.status == 200u, answer.body);
    BOOST_TEST((state.current.statuses == std::vector<weighted_status>{{200, 9}, {503, 1}}));
    BOOST_TEST((state.current.latency.shape == latency_model::kind::choice));
    BOOST_TEST(state.current.fail_rate == 0.5);
    BOOST_TEST((state.current.fail_for == 10s));
    BOOST_TEST((state.current.retry_after == 3s));
    BOOST_TEST(state.current.hang_rate == 0.01);
    BOOST_TEST(state.current.reset_rate == 0.25);
    BOOST_TEST((state.current.body == "hi"));
    BOOST_TEST(state.generation == 1u);
    BOOST_TEST((state.since == std::chrono::steady_clock::time_point(100s)));
}

BOOST_AUTO_TEST_CASE(what_is_shown_can_be_sent_back) {
    state.current.statuses = {{503, 1}};
    state.current.retry_after = 7s;
    state.current.fail_for = 1500ms;
    state.current.half_close_rate = 0.25;
    state.current.slow_body = 1200ms;
    state.current.answer_bytes = 5000;
    auto const before = state.current;
    auto const shown = call("GET", "/__sink/config");
    state.current = {};
    BOOST_TEST(call("POST", "/__sink/config", shown.body).status == 200u);
    BOOST_TEST((state.current == before));
}

BOOST_AUTO_TEST_CASE(null_takes_a_setting_back_and_a_number_is_a_status) {
    state.current.body = "x";
    state.current.retry_after = 3s;
    call("POST", "/__sink/config", R"({"body":null,"retry_after":null,"status":503})");
    BOOST_TEST(!state.current.body.has_value());
    BOOST_TEST(!state.current.retry_after.has_value());
    BOOST_TEST(state.current.statuses.front().status == 503u);
}

BOOST_AUTO_TEST_CASE(a_wrong_configuration_changes_nothing) {
    for (auto const* body :
         {"", "[]", "{", R"({"status":"200","nonsense":1})", R"({"fail_rate":0.5,"latency":"x"})",
          R"({"fail_rate":2})", R"({"fail_for":"x"})", R"({"retry_after":"x"})"}) {
        auto const answer = call("POST", "/__sink/config", body);
        BOOST_TEST(answer.status == 422u, body);
        BOOST_TEST(!boost::json::parse(answer.body).at("error").as_string().empty());
    }
    BOOST_TEST((state.current == behaviour_options{}));
    BOOST_TEST(state.generation == 0u);
}

BOOST_AUTO_TEST_CASE(reset_forgets_counts_and_requests) {
    state.stats.on_request("/", "", 0, 200);
    state.recorder->add({}, {}, 200);
    BOOST_TEST(call("POST", "/__sink/reset").status == 200u);
    BOOST_TEST(state.stats.totals().requests == 0u);
    BOOST_TEST(state.recorder->kept().empty());
}

BOOST_AUTO_TEST_CASE(other_paths_and_methods_are_refused) {
    BOOST_TEST(call("GET", "/__sink/unknown").status == 404u);
    BOOST_TEST(call("GET", "/__sink/").status == 404u);
    BOOST_TEST(call("POST", "/__sink/stats").status == 405u);
    BOOST_TEST(call("GET", "/__sink/reset").status == 405u);
    BOOST_TEST(call("DELETE", "/__sink/config").status == 405u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_admin_test
