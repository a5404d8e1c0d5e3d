// What every verb prints: all of it arrives, or the verb says that it did not; with --json it is
// JSON and nothing else. The verbs are those of the manual page, so that none is forgotten.
#include "tests/e2e/operator_fixture.hpp"
#include "tests/e2e/running_sink.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace cli_outputs_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

// The commands by the headings of sluice(1).
std::set<std::string> commands_of_the_manual() {
    std::istringstream page(run_sluice({"help", "--man"}).output);
    constexpr std::string_view heading = ".SS \\fBsluice ";
    std::set<std::string> all;
    std::string line;
    while (std::getline(page, line)) {
        if (!line.starts_with(heading)) continue;
        line.erase(0, heading.size());
        all.insert(line.substr(0, line.find("\\fR")));
    }
    return all;
}

// Of the store: they need a database, and are tried beside one.
bool needs_a_database(std::string const& command) {
    return command.starts_with("store ") || command.starts_with("cluster ");
}

struct every_verb : operator_fixture {
    std::string waiting = accept_later();
    std::string other = accept_later();
    std::string third = accept_later();
    std::string delivered = accept_delivered();
    std::string dead = accept_dead();
    std::string second_dead = accept_dead();
    std::string third_dead = accept_dead();
    std::string data = data_directory().string();
    running_sink sink;
    std::string code, job;

    every_verb() {
        command({"agents", "add", "--account", "163", "919879964801", "919879964802"});
        auto const made = client().post("/v1/webhooks/shortURL", json_bearer(),
                                        R"({"custToken":"abcd1234","longUrl":"https://e.com/"})");
        auto const url = json_at(made.body, "/shortUrl");
        code = url.substr(url.rfind('/') + 1);
        client().post("/v1/webhooks/updateUserPreferences", {{"Content-Type", "application/json"}},
                      R"({"accountID":"163","contactNumber":"9879964805","city":"Pune"})");
        auto const begun = command({"dead", "redrive", "--reason", "of no task", "--json"});
        job = json_at(begun.output, "/id");
        BOOST_REQUIRE(!job.empty());
    }

    // What follows each command's name so that it prints something.
    std::map<std::string, std::string> lines() const {
        auto const agent = std::string("--account 163 919879964801");
        auto const target = "http://127.0.0.1:" + std::to_string(sink.port) + "/";
        return {{"serve", "--print-config"},
                {"check", SLUICE_EXAMPLE_CONFIGURATION},
                {"status", ""},
                {"top", "--interval 100ms"},
                {"tasks list", ""},
                {"tasks search", "--text x"},
                {"tasks show", waiting},
                {"tasks explain", waiting},
                {"tasks cancel", "--dry-run " + waiting},
                {"tasks replay", "--dry-run " + delivered},
                {"dead list", ""},
                {"dead groups", ""},
                {"dead show", second_dead},
                {"dead redrive", "--dry-run --all"},
                {"dead purge", "--dry-run --all"},
                {"destinations list", ""},
                {"destinations show", "crm"},
                {"destinations pause", "--dry-run crm"},
                {"destinations resume", "crm"},
                {"destinations purge", "--dry-run crm"},
                {"jobs list", ""},
                {"jobs show", job},
                {"jobs wait", job},
                {"jobs stop", "--dry-run " + job},
                {"accounts list", ""},
                {"accounts show", "163"},
                {"agents list", ""},
                {"agents show", agent},
                {"agents add", agent},
                {"agents remove", "--dry-run " + agent},
                {"agents break", agent},
                {"agents back", agent},
                {"links list", ""},
                {"links show", "--account 163 " + code},
                {"users list", ""},
                {"users show", "--account 163 919879964805"},
                {"journal cat", data},
                {"journal check", data},
                {"journal stats", data},
                {"journal export", data},
                {"sink", "--listen 127.0.0.1:0 --duration 100ms"},
                {"load", "--rate 10 --duration 1s --quiet " + target},
                {"stress", "--rate 50 --duration 1s --settle 100ms"},
                {"help", "tasks list"},
                {"completion", "bash"},
                {"version", ""}};
    }

    finished_process in_shell(std::string const& line) {
        process_options options;
        options.arguments = {"/bin/sh", "-c", program_path() + " " + line};
        options.environment = {
            {"SLUICE_ADMIN", "http://127.0.0.1:" + std::to_string(ports().admin_listener)},
            {"SLUICE_ADMIN_TOKEN", admin_token}};
        // Whoever serves takes the variable for its own listener.
        if (line.starts_with("serve") || line.starts_with("stress")) options.environment.clear();
        return run_process(options);
    }
};

// Every line of it.
bool is_json(std::string const& output) {
    std::istringstream lines(output);
    std::string line;
    bool has_any = false;
    while (std::getline(lines, line)) {
        boost::system::error_code ec;
        boost::json::parse(line, ec);
        if (ec) return false;
        has_any = true;
    }
    return has_any;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(cli_outputs, every_verb)

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_73_whatever_wrote_it) {
    auto missing = commands_of_the_manual();
    BOOST_TEST(missing.size() >= 45U);
    for (auto const& [name, rest] : lines()) {
        BOOST_TEST(missing.erase(name) == 1U, name << " is not in the manual");
        auto const line = name + " " + rest;
        auto const well = in_shell(line);
        BOOST_TEST(well.exit_code == 0, line << ": " << well.errors);
        BOOST_TEST(!well.output.empty(), line << " prints nothing");
        auto const said = in_shell(line + " >/dev/full");
        BOOST_TEST(said.exit_code == 73, line << ": " << said.exit_code << said.errors);
        BOOST_TEST(said.errors.find("cannot write the output: No space left on device") !=
                       std::string::npos,
                   line << ": " << said.errors);
    }
    for (auto const& name : missing)
        BOOST_TEST(needs_a_database(name), name << " is not tried");
}

BOOST_AUTO_TEST_CASE(json_is_all_that_is_printed_where_it_is_asked_for) {
    std::size_t count = 0;
    for (auto const& [name, rest] : lines()) {
        auto const flags = in_shell(name + " --help").output;
        // Of the load test it is a file.
        if (flags.find("--json ") == std::string::npos || name == "load" || name == "stress")
            continue;
        auto const said = in_shell(name + " --json " + rest);
        BOOST_TEST(said.exit_code == 0, name << ": " << said.errors);
        BOOST_TEST(is_json(said.output), name << " prints " << said.output);
        BOOST_TEST(said.errors.empty(), name << ": " << said.errors);
        ++count;
    }
    BOOST_TEST(count >= 35U);
}

BOOST_AUTO_TEST_CASE(a_reader_that_has_seen_enough_is_no_error_to_be_told) {
    for (auto const* line : {"tasks list", "help", "completion bash", "journal cat"}) {
        auto const rest = std::string(line) == "journal cat" ? " " + data : std::string();
        auto const said = in_shell(line + rest + " | head -1");
        BOOST_TEST(said.exit_code == 0);
        BOOST_TEST(std::ranges::count(said.output, '\n') == 1);
        BOOST_TEST(said.errors.empty(), said.errors);
    }
}

BOOST_AUTO_TEST_CASE(a_limit_is_a_number_that_there_can_be) {
    for (auto const* list :
         {"tasks list", "tasks search --text x", "dead list", "links list", "users list"}) {
        for (auto const* limit : {"0", "-1", "1000001", "99999999999999999999", "1.5", "ten"}) {
            auto const said = in_shell(std::string(list) + " --limit=" + limit);
            BOOST_TEST(said.exit_code == 64, list << " --limit " << limit);
            BOOST_TEST(said.errors.find("--limit") != std::string::npos, said.errors);
            BOOST_TEST(said.output.empty(), said.output);
        }
        auto const said = in_shell(std::string(list) + " --limit 1000");
        BOOST_TEST(said.exit_code == 0, said.errors);
    }
    BOOST_TEST(in_shell("links list --limit 1001").exit_code == 64);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cli_outputs_test
