// The files of deploy/ that name parts of the program: each name is real.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deploy_files_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

std::string read_deployed(std::string const& name) {
    std::ifstream file(std::filesystem::path(SLUICE_DEPLOY_DIRECTORY) / name);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    BOOST_REQUIRE_MESSAGE(!text.empty(), name << " is missing or empty");
    return text;
}

// Every word that begins with sluice_.
std::set<std::string> metrics_in(std::string const& text) {
    constexpr char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    std::set<std::string> names;
    for (auto at = text.find("sluice_"); at != text.npos; at = text.find("sluice_", at)) {
        auto const end = std::min(text.find_first_not_of(letters, at), text.size());
        names.insert(text.substr(at, end - at));
        at = end;
    }
    return names;
}

// Whether /metrics has a series of exactly this name, of a counter, a gauge or a histogram.
bool is_rendered(std::string const& page, std::string const& name) {
    return page.find("\n" + name + " ") != page.npos || page.find("\n" + name + "{") != page.npos;
}

// Whether a series of this name on the page has this label.
bool has_label(std::string const& page, std::string const& name, std::string const& label) {
    for (auto at = page.find("\n" + name + "{"); at != page.npos;
         at = page.find("\n" + name + "{", at + 1)) {
        auto const end = page.find('\n', at + 1);
        auto const line = page.substr(at, end - at);
        if (line.find("{" + label + "=\"") != line.npos) return true;
        if (line.find("," + label + "=\"") != line.npos) return true;
    }
    return false;
}

// The words that one of `ends` follows, outside quotes.
std::vector<std::string> words_in(std::string_view text, std::string_view ends) {
    std::vector<std::string> words;
    std::string word;
    bool is_quoted = false;
    for (char const c : text) {
        if (c == '"') is_quoted = !is_quoted;
        if (is_quoted) continue;
        if (ends.find(c) != ends.npos) {
            words.push_back(std::exchange(word, {}));
        } else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
            word += c;
        } else if (c == ',') {
            word.clear();
        }
    }
    return words;
}

// Every label that an expression selects by or groups by is there. `text` has expressions in it.
void check_labels(std::string const& page, std::string const& text, std::string const& file) {
    for (auto const& name : metrics_in(text)) {
        if (name.starts_with("sluice_cluster_")) continue; // only in a cluster
        for (auto at = text.find(name + "{"); at != text.npos; at = text.find(name + "{", at + 1)) {
            auto const begin = at + name.size() + 1;
            auto const selector = text.substr(begin, text.find('}', begin) - begin);
            for (auto const& label : words_in(selector, "=!"))
                BOOST_TEST((label.empty() || has_label(page, name, label)),
                           name << " has no label " << label << ", " << file);
        }
    }
    constexpr std::string_view grouping = " by (";
    for (auto at = text.find(grouping); at != text.npos; at = text.find(grouping, at + 1)) {
        auto const begin = at + grouping.size();
        auto const end = text.find(')', begin);
        // A function may stand between: the name is the next one.
        auto const named = text.find("sluice_", end);
        auto const name_end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", named);
        auto const name = text.substr(named, name_end - named);
        for (auto const& label : words_in(text.substr(begin, end - begin) + ";", ",;"))
            BOOST_TEST((name.starts_with("sluice_cluster_") || has_label(page, name, label)),
                       name << " has no label " << label << ", " << file);
    }
}

gateway_settings with_rate() {
    gateway_settings settings;
    settings.crm = "rate = 1000\n";
    return settings;
}

struct deploy_fixture : gateway_under_test {
    deploy_fixture()
        : gateway_under_test(with_rate()) {}
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(deploy_files, deploy_fixture)

BOOST_AUTO_TEST_CASE(dashboard_and_alerts_name_only_metrics_that_are_rendered) {
    auto const taken = client().post("/in/crm", {}, "x");
    BOOST_TEST(wait_for_state(json_at(taken.body, "/request-id"), "delivered"));
    client().post("/v1/webhooks/shortURL", {{"Content-Type", "application/json"}}, "{}");
    auto const page = "\n" + admin().get("/metrics").body;
    for (auto const* file : {"grafana/dashboard.json", "alerts/sluice.rules.yaml"}) {
        auto const names = metrics_in(read_deployed(file));
        BOOST_TEST(names.size() >= 10U, file);
        for (auto const& name : names) {
            // Only in a cluster; tests/gateway/serve/cluster_metrics_test.cpp has them.
            if (name.starts_with("sluice_cluster_")) continue;
            BOOST_TEST(is_rendered(page, name), name << " of " << file << " is not on /metrics");
        }
    }
    BOOST_TEST(!is_rendered(page, "sluice_no_such_metric"));
    BOOST_TEST(has_label(page, "sluice_queue_tasks", "state"));
    BOOST_TEST(!has_label(page, "sluice_queue_tasks", "route"));
}

BOOST_AUTO_TEST_CASE(every_expression_goes_by_labels_that_are_rendered) {
    auto const taken = client().post("/in/crm", {}, "x");
    BOOST_TEST(wait_for_state(json_at(taken.body, "/request-id"), "delivered"));
    client().post("/v1/webhooks/shortURL", {{"Content-Type", "application/json"}}, "{}");
    auto const page = "\n" + admin().get("/metrics").body;
    check_labels(page, read_deployed("alerts/sluice.rules.yaml"), "alerts");
    auto const board = boost::json::parse(read_deployed("grafana/dashboard.json"));
    for (auto const& panel : board.at("panels").as_array()) {
        for (auto const& target : panel.at("targets").as_array())
            check_labels(page, std::string(target.at("expr").as_string()) + "\n", "dashboard");
    }
}

// As Prometheus reads them, where it is installed.
BOOST_AUTO_TEST_CASE(promtool_takes_the_alerts_and_the_metrics) {
    std::string const tool = "/usr/bin/promtool";
    if (!std::filesystem::exists(tool)) {
        BOOST_TEST_MESSAGE("promtool is not installed");
        return;
    }
    temporary_directory directory;
    auto const page = (directory / "metrics").string();
    write_whole(page, admin().get("/metrics").body);
    auto const rules = std::string(SLUICE_DEPLOY_DIRECTORY) + "/alerts/sluice.rules.yaml";
    for (auto const& line :
         {tool + " check rules '" + rules + "'", tool + " check metrics <'" + page + "'"}) {
        process_options options;
        options.arguments = {"/bin/sh", "-c", line};
        auto const checked = run_process(options, std::chrono::seconds(30));
        BOOST_TEST(checked.exit_code == 0, checked.output << checked.errors);
    }
}

BOOST_AUTO_TEST_CASE(the_dashboard_can_be_narrowed_to_a_destination) {
    auto const text = read_deployed("grafana/dashboard.json");
    auto const board = boost::json::parse(text);
    bool has_variable = false;
    for (auto const& variable : board.at("templating").at("list").as_array())
        has_variable |= variable.at("name").as_string() == "destination";
    BOOST_TEST(has_variable);
    BOOST_TEST(text.find("destination=~\\\"$destination\\\"") != text.npos);
}

// systemd runs them in order and stops at the first that fails.
BOOST_AUTO_TEST_CASE(a_reload_by_the_unit_checks_the_file_first) {
    auto const unit = read_deployed("systemd/sluice.service");
    auto const check = unit.find("ExecReload=/usr/local/bin/sluice check ");
    auto const signal = unit.find("ExecReload=/bin/kill -HUP ");
    BOOST_TEST(check != unit.npos);
    BOOST_TEST(signal != unit.npos);
    BOOST_TEST(check < signal);
}

BOOST_AUTO_TEST_CASE(the_dashboard_is_json_with_panels_that_ask_something) {
    auto const board = boost::json::parse(read_deployed("grafana/dashboard.json"));
    auto const& panels = board.at("panels").as_array();
    BOOST_TEST(panels.size() >= 10U);
    for (auto const& panel : panels)
        BOOST_TEST(!panel.at("targets").as_array().empty());
}

// "## SluiceLate" is what "#sluicelate" leads to.
BOOST_AUTO_TEST_CASE(every_alert_leads_to_what_is_to_be_done) {
    auto const alerts = read_deployed("alerts/sluice.rules.yaml");
    auto const pages = read_deployed("../docs/operations.md");
    std::size_t count = 0;
    constexpr std::string_view begin = "- alert: ";
    for (auto at = alerts.find(begin); at != alerts.npos; at = alerts.find(begin, at + 1)) {
        auto const end = alerts.find('\n', at);
        auto const name = alerts.substr(at + begin.size(), end - at - begin.size());
        BOOST_TEST(pages.find("\n### " + name + "\n") != pages.npos, name);
        std::string anchor;
        for (char const c : name)
            anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        auto const next = std::min(alerts.find(begin, end), alerts.size());
        auto const link = "runbook_url: \"docs/operations.md#" + anchor + "\"";
        BOOST_TEST(alerts.substr(end, next - end).find(link) != alerts.npos, name);
        ++count;
    }
    BOOST_TEST(count > 10U);
}

BOOST_AUTO_TEST_CASE(the_alert_for_refusals_names_reasons_that_are_rendered) {
    auto const text = read_deployed("alerts/sluice.rules.yaml");
    constexpr std::string_view opening = "{reason=~\"";
    auto at = text.find(opening);
    BOOST_REQUIRE(at != text.npos);
    at += opening.size();
    auto const page = admin().get("/metrics").body;
    int reasons = 0;
    for (auto const end = text.find('"', at); at < end; ++reasons) {
        auto const next = std::min(text.find('|', at), end);
        auto const reason = text.substr(at, next - at);
        BOOST_TEST(page.find("sluice_calls_refused_total{reason=\"" + reason + "\"}") != page.npos,
                   reason);
        at = next + 1;
    }
    BOOST_TEST(reasons == 5);
}

BOOST_AUTO_TEST_CASE(the_bill_of_materials_names_the_libraries_and_their_versions) {
    process_options options;
    options.arguments = {std::string(SLUICE_DEPLOY_DIRECTORY) + "/sbom"};
    auto const made = run_process(options);
    BOOST_REQUIRE_EQUAL(made.exit_code, 0);
    auto const document = boost::json::parse(made.output);
    std::set<std::string> named;
    for (auto const& one : document.at("components").as_array()) {
        BOOST_TEST(!one.at("version").as_string().empty());
        named.emplace(one.at("name").as_string());
    }
    for (auto const* name : {"libssl-dev", "libboost-json1.81-dev", "libsqlite3-dev"})
        BOOST_TEST(named.contains(name), name);
}

BOOST_AUTO_TEST_CASE(the_unit_leaves_the_system_little_to_fear) {
    std::string const tool = "/usr/bin/systemd-analyze";
    if (!std::filesystem::exists(tool)) {
        BOOST_TEST_MESSAGE("skipped: systemd-analyze is not there");
        return;
    }
    process_options options;
    options.arguments = {tool,
                         "security",
                         "--offline=yes",
                         "--threshold=15",
                         "--no-pager",
                         std::string(SLUICE_DEPLOY_DIRECTORY) + "/systemd/sluice.service"};
    auto const judged = run_process(options);
    BOOST_TEST(judged.exit_code == 0, judged.output << judged.errors);
}

BOOST_AUTO_TEST_CASE(the_configurations_are_accepted_by_check) {
    for (auto const* file : {"demo.toml", "compose.toml", "sluice.example.toml"}) {
        auto const path = std::filesystem::path(SLUICE_DEPLOY_DIRECTORY) / file;
        auto const checked = run_sluice({"check", path.string()});
        BOOST_TEST(checked.exit_code == 0, file << ": " << checked.output << checked.errors);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace deploy_files_test
