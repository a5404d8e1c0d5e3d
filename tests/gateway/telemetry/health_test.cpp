#include "gateway/telemetry/health.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>

namespace health_test {

using namespace sluice::gateway::telemetry;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(health)

BOOST_AUTO_TEST_CASE(a_gateway_that_takes_calls_is_ready) {
    health_inputs in;
    in.durability = "interval:50ms";
    in.queue_tasks = 3;
    in.queue_tasks_limit = 10;
    auto const report = readiness(in);
    BOOST_TEST(report.status() == 200u);
    BOOST_TEST(to_text(report, false) == "ok\n");
    BOOST_TEST(to_text(report, true) == "[+]core ok\n"
                                        "[+]start ok\n"
                                        "[+]journal ok: durability interval:50ms\n"
                                        "[+]disk ok\n"
                                        "[+]queue ok: 3 of 10 tasks\n"
                                        "[+]drain ok\n"
                                        "[+]destinations ok: 0 of 0 held\n"
                                        "readyz check passed\n");
}

BOOST_AUTO_TEST_CASE(a_member_of_a_cluster_says_how_it_stands) {
    health_inputs in;
    in.cluster = "gw-1, log 2, 3 members alive";
    BOOST_TEST(to_text(readiness(in), true).find("[+]cluster ok: gw-1, log 2, 3 members alive\n") !=
               std::string::npos);
    in.store_trouble = "the lease is over; nothing is sent until it is renewed";
    BOOST_TEST(to_text(readiness(in), true).find("[-]journal failed: the lease is over") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_reason_to_refuse_calls_fails_its_own_check) {
    struct {
        std::function<void(health_inputs&)> happen;
        std::string_view line;
    } const cases[] = {
        {[](auto& in) {
             in.has_storage_failed = true;
             in.storage_error = "fdatasync: Input/output error";
         },
         "[-]journal failed: fdatasync: Input/output error\n"},
        {[](auto& in) { in.is_disk_full = true; }, "[-]disk failed: no room for new tasks\n"},
        {[](auto& in) { in.is_queue_full = true; }, "[-]queue failed\n"},
        {[](auto& in) { in.is_draining = true; }, "[-]drain failed: the gateway is stopping\n"},
        {[](auto& in) { in.start_waits_for = "the journal is being read"; },
         "[-]start failed: the journal is being read\n"},
        {[](auto& in) { in.core_silent_for = 31s; }, "[-]core failed: no turn for 31 s\n"},
    };
    for (auto const& c : cases) {
        health_inputs in;
        c.happen(in);
        auto const report = readiness(in);
        BOOST_TEST(report.status() == 503u);
        BOOST_TEST(to_text(report, false) == "readyz check failed\n");
        auto const text = to_text(report, true);
        BOOST_TEST(text.find(c.line) != std::string::npos, text);
        BOOST_TEST(text.ends_with("readyz check failed\n"));
    }
}

BOOST_AUTO_TEST_CASE(held_destinations_do_not_end_readiness) {
    health_inputs in;
    in.destinations = 3;
    in.destinations_held = 3;
    BOOST_TEST(readiness(in).is_ok());
}

BOOST_AUTO_TEST_CASE(a_refused_reload_is_told_and_does_not_end_readiness) {
    health_inputs in;
    BOOST_TEST(to_text(readiness(in), true).find("configuration") == std::string::npos);
    in.is_reload_refused = true;
    BOOST_TEST(readiness(in).is_ok());
    BOOST_TEST(
        to_text(readiness(in), true).find("[+]configuration ok: the last reload was refused") !=
        std::string::npos);
}

BOOST_AUTO_TEST_CASE(tasks_of_destinations_that_are_not_configured_are_told) {
    health_inputs in;
    in.destinations = 9;
    in.unknown = {{"old", 7}};
    BOOST_TEST(to_text(readiness(in), true)
                   .find("[+]destinations ok: 0 of 9 held; not in the configuration: old (7 "
                         "tasks)\n") != std::string::npos);
    in.unknown.assign(7, {"x", 1});
    BOOST_TEST(to_text(readiness(in), true).find("x (1 tasks) and 2 more\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_what_a_restart_heals_ends_liveness) {
    health_inputs in;
    in.is_draining = in.is_disk_full = in.is_queue_full = true;
    in.start_waits_for = "the journal is being read";
    BOOST_TEST(liveness(in).is_ok());
    in.core_silent_for = core_silence_limit;
    BOOST_TEST(!liveness(in).is_ok());
    BOOST_TEST(to_text(liveness(in), true) == "[-]core failed: no turn for 30 s\n"
                                              "livez check failed\n");
}

BOOST_AUTO_TEST_CASE(json_holds_every_check_whatever_its_text) {
    health_inputs in;
    in.has_storage_failed = true;
    in.storage_error = "write: \"no\" \n space";
    auto const json = boost::json::parse(to_json(readiness(in))).as_object();
    BOOST_TEST(json.at("status").as_string() == "failed");
    auto const& checks = json.at("checks").as_array();
    BOOST_TEST(checks.size() == 7u);
    auto const& journal = checks.at(2).as_object();
    BOOST_TEST(journal.at("name").as_string() == "journal");
    BOOST_TEST(journal.at("status").as_string() == "failed");
    BOOST_TEST(journal.at("detail").as_string() == "write: \"no\" \n space");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace health_test
