// The console in a real browser: it shows what is there, and its scripts report no error. Needs
// Chromium, so ./test --all runs it.
#include "tests/e2e/operator_fixture.hpp"

#include <filesystem>
#include <fstream>

namespace console_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

std::string browser_path() {
    for (auto const* path : {"/usr/bin/chromium", "/usr/bin/chromium-browser"}) {
        if (std::filesystem::exists(path)) return path;
    }
    return {};
}

struct console_fixture : operator_fixture {
    // Runs the browser on a page until its scripts have nothing to do; `more` are its flags.
    finished_process browse(std::string const& url, std::vector<std::string> const& more) {
        process_options options;
        options.arguments = {browser_path(),
                             "--headless",
                             "--no-sandbox",
                             "--disable-gpu",
                             "--disable-quic",
                             "--no-first-run",
                             "--disable-background-networking",
                             "--disable-component-update",
                             "--disable-sync",
                             "--disable-dev-shm-usage",
                             "--enable-logging=stderr",
                             "--window-size=1280,1000",
                             "--virtual-time-budget=6000",
                             "--user-data-dir=" + (profile.path() / "profile").string()};
        options.arguments.insert(options.arguments.end(), more.begin(), more.end());
        options.arguments.push_back(url);
        return run_process(options, std::chrono::seconds(120));
    }
    // One of tests/browser. Its packages come by npm; without them the case says so and passes.
    // False: there is no Node, or not what the script needs, which it says.
    bool check_by_script(std::string const& name, std::vector<std::string> const& more) {
        constexpr int skipped = 77;
        constexpr int not_found = 127;
        process_options options;
        options.arguments = {"/usr/bin/env", "node",    SLUICE_BROWSER_DIRECTORY "/" + name,
                             url(),          "--token", admin_token};
        options.arguments.insert(options.arguments.end(), more.begin(), more.end());
        auto const checked = run_process(options, std::chrono::minutes(10));
        if (checked.exit_code == skipped || checked.exit_code == not_found) {
            BOOST_TEST_MESSAGE(checked.output);
            return false;
        }
        BOOST_TEST(checked.exit_code == 0, checked.output << checked.errors);
        return true;
    }
    std::string url(std::string const& rest = {}) const {
        return "http://127.0.0.1:" + std::to_string(ports().admin_listener) + "/" + rest;
    }
    // Without a token the console needs none to look.
    void open_for_looking() {
        auto text = read_whole(configuration_file());
        auto const begin = text.find("admin_token = ");
        text.erase(begin, text.find('\n', begin) - begin);
        write_whole(configuration_file(), text);
        BOOST_TEST(stop() == 0);
        start();
    }

    temporary_directory profile;
};

// What a script answers that knows the console's own functions, in a zone of the earth.
std::string evaluate(console_fixture& in, std::string const& zone, std::string const& script) {
    auto const page = in.profile.path() / "page.html";
    write_whole(page, "<body><script src=\"file://" SLUICE_CONSOLE_DIRECTORY
                      "/console.js\"></script><script src=\"file://" SLUICE_CONSOLE_DIRECTORY
                      "/charts.js\"></script><script>document.body.textContent = \"[\" + (" +
                          script + ") + \"]\";</script>");
    ::setenv("TZ", zone.c_str(), 1);
    auto const seen = in.browse("file://" + page.string(), {"--dump-dom"}).output;
    ::unsetenv("TZ");
    auto const begin = seen.find('[');
    return begin == seen.npos ? seen : seen.substr(begin + 1, seen.find(']', begin) - begin - 1);
}

// Lines in which the page complains.
std::string complaints(std::string const& log) {
    std::string found;
    for (std::size_t at = 0; at < log.size();) {
        auto const end = std::min(log.find('\n', at), log.size());
        auto const line = log.substr(at, end - at);
        if (line.find("CONSOLE") != line.npos) found += line + "\n";
        at = end + 1;
    }
    return found;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(console, console_fixture)

BOOST_AUTO_TEST_CASE(each_view_shows_what_is_there_without_an_error) {
    BOOST_REQUIRE_MESSAGE(!browser_path().empty(), "Chromium is not installed");
    auto const delivered = accept_delivered();
    auto const dead = accept_dead();
    open_for_looking();
    std::pair<std::string, std::vector<std::string>> const views[] = {
        {"", {">ready<", "accepted a second", "Tasks a second"}},
        {"#/destinations", {"<strong>crm</strong>", "flowing"}},
        {"#/tasks", {delivered, dead}},
        {"#/tasks?state=dead", {dead}},
        {"#/task/" + dead, {dead, "Attempt 1", "HTTP 404", "/v1/tasks", "rendered again"}},
        {"#/dead", {dead, "1 dead letter in 1 group", "Redrive"}},
        {"#/jobs", {"No job was begun"}},
        {"#/agents", {"9******05", "available"}},
        {"#/accounts", {"<strong>163</strong>", "Asia/Kolkata"}},
        {"#/configuration", {"shown to whoever has the admin token"}},
        {"#/members", {"This gateway is alone"}},
        {"#/events", {"journal batches"}}};
    for (auto const& [view, texts] : views) {
        auto const seen = browse(url(view), {"--dump-dom"});
        BOOST_TEST(seen.exit_code == 0);
        for (auto const& text : texts)
            BOOST_TEST((seen.output.find(text) != std::string::npos), view << ": " << text);
        BOOST_TEST(complaints(seen.errors) == "", view);
    }
}

BOOST_AUTO_TEST_CASE(it_stands_below_a_base_path_too) {
    BOOST_REQUIRE_MESSAGE(!browser_path().empty(), "Chromium is not installed");
    auto text = read_whole(configuration_file());
    text.insert(text.find("admin_token"), "admin_base_path = \"/sluice\"\n");
    write_whole(configuration_file(), text);
    BOOST_TEST(stop() == 0);
    start();
    open_for_looking();
    auto const seen = browse(url("sluice#/destinations"), {"--dump-dom"}); // without its last slash
    BOOST_TEST(seen.output.find("<strong>crm</strong>") != std::string::npos);
    BOOST_TEST(complaints(seen.errors) == "");
    BOOST_TEST(admin().get("/v1/destinations", token()).status == 404);
    BOOST_TEST(admin().get("/sluice/v1/destinations", token()).status == 200);
    BOOST_TEST(admin().get("/livez").status == 200);
}

BOOST_AUTO_TEST_CASE(every_view_can_be_used_by_keyboard_and_screen_reader) {
    auto const dead = accept_dead();
    accept_later();
    check_by_script("check_console.mjs", {"--task", dead});
}

BOOST_AUTO_TEST_CASE(what_is_done_by_clicks_is_done_once_and_to_what_was_shown) {
    auto const one = accept_later();
    auto const other = accept_later();
    if (!check_by_script("check_actions.mjs", {"--destination", "crm"})) return;
    for (auto const& id : {one, other})
        BOOST_TEST(json_at(seen("/v1/tasks/" + id), "/state") == "cancelled");
}

BOOST_AUTO_TEST_CASE(rows_and_dialogs_are_used_by_keys_and_give_the_focus_back) {
    auto const waiting = accept_later();
    auto const dead = accept_dead();
    if (!check_by_script("check_keyboard.mjs", {"--destination", "crm", "--task", dead})) return;
    BOOST_TEST(json_at(seen("/v1/tasks/" + waiting), "/state") == "cancelled");
}

BOOST_AUTO_TEST_CASE(it_asks_for_the_token_and_can_be_pictured) {
    BOOST_REQUIRE_MESSAGE(!browser_path().empty(), "Chromium is not installed");
    auto const asked = browse(url(), {"--dump-dom"});
    auto const tag = asked.output.substr(
        std::min(asked.output.find("<dialog id=\"ask-token\""), asked.output.size()));
    BOOST_TEST(tag.substr(0, tag.find('>')).find(" open") != std::string::npos, tag.substr(0, 200));
    auto const picture = profile.path() / "console.png";
    auto const drawn = browse(url(), {"--screenshot=" + picture.string()});
    BOOST_TEST(drawn.exit_code == 0);
    BOOST_TEST(std::filesystem::exists(picture));
    BOOST_TEST(std::filesystem::file_size(picture) > 10'000U);
}

BOOST_AUTO_TEST_CASE(date_and_time_are_those_of_one_zone_east_and_west_of_greenwich) {
    BOOST_REQUIRE_MESSAGE(!browser_path().empty(), "Chromium is not installed");
    std::pair<char const*, char const*> const shown[] = {
        {"Asia/Kolkata", "2026-03-02 02:00:00"},
        {"Pacific/Kiritimati", "2026-03-02 10:30:00"},
        {"America/New_York", "2026-03-01 15:30:00"},
        {"Pacific/Pago_Pago", "2026-03-01 09:30:00"},
        {"Europe/Berlin", "2026-03-01 21:30:00"}};
    for (auto const& [zone, text] : shown) {
        BOOST_TEST(evaluate(*this, zone, R"(when("2026-03-01T20:30:00Z"))") == text, zone);
        BOOST_TEST(evaluate(*this, zone, "instant(\"" + std::string(text) + "\")") ==
                       "2026-03-01T20:30:00.000Z",
                   zone);
    }
    BOOST_TEST(evaluate(*this, "Asia/Kolkata",
                        R"((isUtc = true, when("2026-03-01T20:30:00Z") + " " + zone()))") ==
               "2026-03-01 20:30:00 UTC");
}

// Half past in Greenwich is the full hour in Kolkata.
BOOST_AUTO_TEST_CASE(a_chart_names_round_times_and_round_durations) {
    BOOST_REQUIRE_MESSAGE(!browser_path().empty(), "Chromium is not installed");
    auto const times = [&](char const* zone, char const* span, int most) {
        return evaluate(*this, zone,
                        "roundTimes(Date.parse('2026-03-01T20:31:10Z') - " + std::string(span) +
                            ", Date.parse('2026-03-01T20:31:10Z'), " + std::to_string(most) +
                            ").map(clockText).join(' ')");
    };
    BOOST_TEST(times("Europe/Berlin", "15 * 60000", 5) == "21:20 21:25 21:30");
    BOOST_TEST(times("Asia/Kolkata", "6 * 3600000", 3) == "22:00 00:00 02:00");
    BOOST_TEST(times("Asia/Kolkata", "24 * 3600000", 5) == "06:00 12:00 18:00 00:00");
    BOOST_TEST(
        evaluate(*this, "UTC",
                 "[3, 600, 59000, 200000, 4000000].map(niceDuration)"
                 ".map((top) => milliseconds(top) + ' ' + milliseconds(top / 2)).join(', ')") ==
        "5 ms 2.5 ms, 1.0 s 500 ms, 1 min 30 s, 4 min 2 min, 2 h 1 h");
    // What was before the first reading is left out, but for two minutes.
    auto const drawn = [&](int before, int known) {
        return evaluate(*this, "UTC",
                        "(({waiting, dead}) => waiting.length + ' ' + dead.length)(sinceFirst("
                        "{waiting: [...Array(" +
                            std::to_string(before) + ").fill(null), ...Array(" +
                            std::to_string(known) + ").fill(1)], dead: Array(" +
                            std::to_string(before + known) + ").fill(2)}))");
    };
    BOOST_TEST(drawn(177, 3) == "24 24");
    BOOST_TEST(drawn(100, 80) == "80 80");
    BOOST_TEST(drawn(0, 180) == "180 180");
    BOOST_TEST(drawn(180, 0) == "180 180");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace console_test
