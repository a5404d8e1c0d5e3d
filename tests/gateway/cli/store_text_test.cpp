#include "gateway/cli/store_text.hpp"

#include <boost/test/unit_test.hpp>

namespace store_text_test {

using namespace sluice::gateway::cli;
using namespace sluice::queue::postgres;
using namespace std::chrono_literals;

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

schema_state good() {
    schema_state state;
    state.version = schema_version;
    state.cluster_id = "0c1a";
    state.server = "15.14";
    state.database = "sluice";
    state.role = "gateway";
    return state;
}

std::string text_of(schema_state const& state) {
    return schema_text(schema_json(state));
}

BOOST_AUTO_TEST_SUITE(store_text)

BOOST_AUTO_TEST_CASE(a_store_in_order_says_what_a_202_means) {
    auto state = good();
    auto const version = std::to_string(schema_version);
    BOOST_TEST(text_of(state) == "server   PostgreSQL 15.14, database sluice, role gateway\n"
                                 "schema   version " +
                                     version + " of " + version +
                                     ", cluster 0c1a\n"
                                     "standbys none is waited for: a 202 says \"postgres\"\n");
    state.standby_names = "ANY 1 (db2)";
    BOOST_TEST(has(text_of(state), "the role may not see them"));
    state.sees_standbys = true;
    BOOST_TEST(has(text_of(state), "ANY 1 (db2): a 202 says \"replicated\""));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_has_a_line_each) {
    auto state = good();
    state.is_fsync_on = false;
    state.is_read_only = true;
    state.version = schema_version + 1;
    state.missing_right = "CREATE on schema sluice";
    auto const text = text_of(state);
    BOOST_TEST(has(text, "wrong    fsync is off\n"));
    BOOST_TEST(has(text, "wrong    it is a standby"));
    BOOST_TEST(has(text, "wrong    the schema is of a newer program\n"));
    BOOST_TEST(has(text, "wrong    the role lacks CREATE on schema sluice\n"));
    state.version = 0;
    BOOST_TEST(has(text_of(state), "schema   none yet"));
}

BOOST_AUTO_TEST_CASE(members_and_logs_stand_on_lines) {
    store_report report;
    report.members = {{"gw-1", 1, false, false, 15s, 2s, "h/1", 42, "10.0.0.1:8082", "0.1",
                       "2026-11-29T10:00:00Z"},
                      {"gw-2", 2, false, false, 15s, 16s, "", 0, "", "", ""},
                      {"gw-3", 3, true, false, 15s, 60s, "", 0, "", "", ""},
                      {"gw-4", 4, false, true, 15s, 1s, "", 0, "", "", ""}};
    report.logs = {{1, 3, "gw-1", 2, 8192, {}, false}, {4, 2, "gw-1", 1, 0, 1U, false}};
    report.standbys = {{"db2", "streaming", "sync", 16}};
    report.bytes = 1000;
    auto const json = report_json(report);
    auto const members = members_text(json);
    BOOST_TEST(has(members, "gw-1  alive  log 1  at 10.0.0.1:8082  version 0.1  host h/1  lease "
                            "15000 ms, renewed 2000 ms ago\n"));
    BOOST_TEST(has(members, "gw-2  silent  log 2"));
    BOOST_TEST(has(members, "gw-3  stopped  log 3"));
    BOOST_TEST(has(members, "gw-4  adopted  log 4"));
    auto const logs = logs_text(json);
    BOOST_TEST(has(logs, "log 1  gw-1  epoch 3  segments 2  bytes 8192\n"));
    BOOST_TEST(has(logs, "log 4  gw-1  epoch 2  segments 1  bytes 0  adoption running by log 1\n"));
    BOOST_TEST(has(logs, "standby db2  streaming  sync  behind 16 bytes\n"));
    BOOST_TEST(members_text(report_json({})) == "no members\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace store_text_test
