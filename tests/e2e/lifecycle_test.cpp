// Start, stop and refusal to start: exit codes, drain, and what is left for the next start.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace lifecycle_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

std::string address(std::uint16_t port) {
    return "127.0.0.1:" + std::to_string(port);
}

// `sluice serve` with a configuration text of its own; for starts that must fail.
finished_process serve_text(std::string const& text) {
    temporary_directory directory;
    write_whole(directory / "broken.toml", text);
    return run_sluice({"serve", "--config", (directory / "broken.toml").string(), "--data",
                       (directory / "data").string(), "--listen", address(free_port()), "--admin",
                       address(free_port())});
}

// A gateway whose configuration is a pipe: it does not get further than reading it before somebody
// writes there.
struct held_start {
    held_start() {
        BOOST_REQUIRE(::mkfifo(file().c_str(), 0600) == 0);
        process_options options;
        options.arguments = {program_path(), "serve", "--config", file()};
        gateway.emplace(options);
        auto const status = "/proc/" + std::to_string(gateway->pid()) + "/status";
        // SIGHUP is 1, SIGINT 2, SIGTERM 15: all of them are held.
        BOOST_REQUIRE(wait_until([&] {
            auto const text = read_whole(status);
            auto const at = text.find("SigBlk:");
            return at != text.npos && text.substr(at + 8, 16).ends_with("4003");
        }));
    }
    std::string file() const { return (directory / "sluice.toml").string(); }
    // Lets it go on. Whoever reads the configuration after that finds a file with the same.
    void go_on() const {
        auto const text = "listen = \"" + address(free_port()) + "\"\nadmin = \"" + address(admin) +
                          "\"\ndata = \"" + (directory / "data").string() + "\"\n";
        int pipe = -1;
        BOOST_REQUIRE(wait_until(
            [&] { return (pipe = ::open(file().c_str(), O_WRONLY | O_NONBLOCK)) >= 0; }));
        write_whole(file(), text);
        BOOST_TEST(::write(pipe, text.data(), text.size()) == std::ssize(text));
        ::close(pipe);
    }

    temporary_directory directory;
    std::uint16_t const admin = free_port();
    std::optional<child_process> gateway;
};

} // namespace

BOOST_AUTO_TEST_SUITE(lifecycle)

BOOST_AUTO_TEST_CASE(sigterm_drains_and_ends_with_0) {
    gateway_under_test gateway;
    gateway.destination().answer_with([](http_request const&, std::size_t) {
        destination_answer answer;
        answer.delay = std::chrono::milliseconds(500);
        return answer;
    });
    auto const answer =
        gateway.client().post("/v1/tasks", json_bearer(), R"({"destination":"crm"})");
    BOOST_REQUIRE(gateway.destination().wait_for(1));
    BOOST_TEST(gateway.stop() == 0);
    gateway.start();
    // The attempt in flight ended and its outcome was kept: it is not sent again.
    BOOST_TEST(json_at(gateway.task(json_at(answer.body, "/id")).body, "/state") == "delivered");
    BOOST_TEST(gateway.destination().count() == 1U);
}

BOOST_AUTO_TEST_CASE(a_data_directory_in_use_is_73_and_says_by_whom) {
    gateway_under_test gateway;
    auto const second =
        run_sluice({"serve", "--config", gateway.configuration_file().string(), "--listen",
                    address(free_port()), "--admin", address(free_port())});
    BOOST_TEST(second.exit_code == 73);
    auto const said = second.output + second.errors;
    auto const holder = "in use by pid " + std::to_string(gateway.process().pid());
    BOOST_TEST(said.find(holder) != std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(a_directory_with_files_of_others_is_no_data_directory) {
    temporary_directory directory;
    write_whole(directory / "letter.txt", "x");
    auto const started = run_sluice({"serve", "--data", directory.path().string(), "--listen",
                                     address(free_port()), "--admin", address(free_port())});
    BOOST_TEST(started.exit_code == 78);
    auto const said = started.output + started.errors;
    BOOST_TEST(said.find("letter.txt") != std::string::npos, said);
    BOOST_TEST(said.find("somebody else's") != std::string::npos, said);
    BOOST_TEST(!std::filesystem::exists(directory / "lock"));
}

BOOST_AUTO_TEST_CASE(sigint_ends_it_as_sigterm_does) {
    gateway_under_test gateway;
    gateway.process().signal(SIGINT);
    BOOST_TEST(gateway.process().wait() == 0);
}

BOOST_AUTO_TEST_CASE(who_stops_it_before_it_has_started_is_obeyed_at_once) {
    for (int const number : {SIGTERM, SIGINT}) {
        held_start start;
        start.gateway->signal(number);
        BOOST_TEST(start.gateway->wait(std::chrono::seconds(5)) == 0);
        auto const said = start.gateway->errors();
        BOOST_TEST(said.find("stopped before the start was over") != said.npos, said);
    }
}

BOOST_AUTO_TEST_CASE(a_reload_that_is_asked_for_before_the_configuration_is_read_ends_nothing) {
    held_start start;
    start.gateway->signal(SIGHUP);
    start.go_on();
    auto const is_up = [&] {
        auto const answer = http_client(start.admin).try_request("GET", "/readyz");
        return answer && answer->status == 200;
    };
    BOOST_TEST(wait_until(is_up));
    BOOST_TEST(wait_until([&] {
        return start.gateway->errors().find("configuration reloaded") != std::string::npos;
    }));
    start.gateway->signal(SIGTERM);
    BOOST_TEST(start.gateway->wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_second_sigterm_stops_at_once_and_loses_nothing) {
    gateway_under_test gateway;
    gateway.destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer answer;
        answer.delay = std::chrono::milliseconds(n == 1 ? 4000 : 0);
        return answer;
    });
    BOOST_TEST(gateway.client().post("/in/crm", {}, "x").status == 202);
    BOOST_REQUIRE(gateway.destination().wait_for(1));
    auto const begin = std::chrono::steady_clock::now();
    gateway.process().signal(SIGTERM);
    // It has noticed the first one when it accepts no connection any more.
    BOOST_REQUIRE(wait_until([&] { return !gateway.client().try_request("GET", "/nowhere"); }));
    gateway.process().signal(SIGTERM);
    gateway.process().wait();
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(3)));
    gateway.start();
    BOOST_TEST(gateway.destination().wait_for(2));
}

BOOST_AUTO_TEST_CASE(what_waits_is_delivered_after_the_next_start) {
    gateway_settings settings;
    settings.crm = R"(retry = { schedule = ["1s"], jitter = 0.0, max_attempts = 20 })";
    gateway_under_test gateway(settings);
    gateway.destination().answer_with([](http_request const&, std::size_t n) {
        destination_answer answer;
        answer.status = n == 1 ? 500 : 200;
        return answer;
    });
    auto const answer =
        gateway.client().post("/v1/tasks", json_bearer(), R"({"destination":"crm"})");
    auto const id = json_at(answer.body, "/id");
    BOOST_REQUIRE(gateway.wait_for_state(id, "retry_wait"));
    BOOST_TEST(gateway.stop() == 0);
    gateway.start();
    BOOST_REQUIRE(gateway.wait_for_state(id, "delivered"));
    BOOST_TEST(json_at(gateway.task(id).body, "/attempts/0/status") == "500");
    BOOST_TEST(json_at(gateway.task(id).body, "/attempts/1/n") == "2");
}

BOOST_AUTO_TEST_CASE(a_data_directory_in_use_is_refused_with_73) {
    gateway_under_test gateway;
    auto const second =
        run_sluice({"serve", "--config", gateway.configuration_file().string(), "--listen",
                    address(free_port()), "--admin", address(free_port())});
    BOOST_TEST(second.exit_code == 73, second.output << second.errors);
    BOOST_TEST((second.output + second.errors).find(gateway.data_directory().string()) !=
               std::string::npos);
    BOOST_TEST(gateway.client().post("/in/crm", {}, "x").status == 202);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_by_another_gateway_is_refused_with_69) {
    gateway_under_test gateway;
    temporary_directory other;
    auto const second =
        run_sluice({"serve", "--config", gateway.configuration_file().string(), "--data",
                    (other / "data").string(), "--admin", address(free_port())});
    BOOST_TEST(second.exit_code == 69, second.output << second.errors);
    BOOST_TEST(
        (second.output + second.errors).find(std::to_string(gateway.ports().public_listener)) !=
        std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_by_anyone_is_refused_with_69) {
    gateway_under_test gateway;
    temporary_directory other;
    auto const second =
        run_sluice({"serve", "--config", gateway.configuration_file().string(), "--data",
                    (other / "data").string(), "--listen", address(gateway.destination().port()),
                    "--admin", address(free_port())});
    BOOST_TEST(second.exit_code == 69, second.output << second.errors);
}

BOOST_AUTO_TEST_CASE(a_broken_configuration_is_refused_with_78_and_its_place) {
    auto const syntax = serve_text("threads = 2\nlisten = \n");
    BOOST_TEST(syntax.exit_code == 78);
    BOOST_TEST((syntax.output + syntax.errors).find("broken.toml:2:") != std::string::npos);
    auto const unknown = serve_text("threads = 2\n\nlisen = \"127.0.0.1:1\"\n");
    BOOST_TEST(unknown.exit_code == 78);
    BOOST_TEST((unknown.output + unknown.errors).find("broken.toml:3:1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_configuration_that_is_not_there_is_refused_with_78) {
    BOOST_TEST(run_sluice({"serve", "--config", "/nowhere/sluice.toml"}).exit_code == 78);
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_refused_with_64) {
    BOOST_TEST(run_sluice({"serve", "--nonsense"}).exit_code == 64);
    BOOST_TEST(run_sluice({"serve", "--config"}).exit_code == 64);
}

BOOST_AUTO_TEST_CASE(a_word_that_is_no_command_is_named) {
    auto const one = run_sluice({"frobnicate"});
    BOOST_TEST(one.exit_code == 64);
    BOOST_TEST(one.errors.find("\"frobnicate\"") != std::string::npos, one.errors);
    auto const two = run_sluice({"journal", "frobnicate", "."});
    BOOST_TEST(two.exit_code == 64);
    BOOST_TEST(two.errors.find("\"journal frobnicate\"") != std::string::npos, two.errors);
    BOOST_TEST(run_sluice({}).exit_code == 64);
}

// The same mistake is wrong usage in a flag and a wrong configuration elsewhere.
BOOST_AUTO_TEST_CASE(a_wrong_value_of_a_flag_is_64_and_of_a_variable_78) {
    constexpr std::array<std::pair<char const*, char const*>, 6> settings{{
        {"--threads", "SLUICE_THREADS"},
        {"--listen", "SLUICE_LISTEN"},
        {"--admin", "SLUICE_ADMIN"},
        {"--durability", "SLUICE_DURABILITY"},
        {"--log-level", "SLUICE_LOG_LEVEL"},
        {"--log-format", "SLUICE_LOG_FORMAT"},
    }};
    for (auto const& [flag, variable] : settings) {
        auto const by_flag = run_sluice({"serve", flag, "x"});
        BOOST_TEST(by_flag.exit_code == 64, flag << ": " << by_flag.errors);
        BOOST_TEST(by_flag.errors.find(flag) != std::string::npos, by_flag.errors);
        auto const by_variable = run_sluice({"serve"}, {{variable, "x"}});
        BOOST_TEST(by_variable.exit_code == 78, variable << ": " << by_variable.errors);
    }
}

BOOST_AUTO_TEST_CASE(help_names_every_exit_code) {
    auto const help = run_sluice({"--help"});
    BOOST_TEST(help.exit_code == 0);
    for (auto const* code : {" 0  ", " 1  ", " 64  ", " 65  ", " 69  ", " 70  ", " 73  ", " 78  "})
        BOOST_TEST(help.output.find(code) != std::string::npos, code);
}

BOOST_AUTO_TEST_CASE(flags_override_the_environment_and_that_the_file) {
    gateway_under_test gateway;
    temporary_directory other;
    auto const from_environment = free_port();
    auto const from_flag = free_port();
    process_options options;
    options.arguments = {program_path(), "serve",
                         "--config",     gateway.configuration_file().string(),
                         "--listen",     address(from_flag)};
    options.environment = {{"SLUICE_LISTEN", address(from_environment)},
                           {"SLUICE_ADMIN", address(free_port())},
                           {"SLUICE_DATA", (other / "data").string()}};
    child_process second(options);
    http_client client(from_flag);
    BOOST_TEST(wait_until([&] {
        auto const answer = client.try_request("GET", "/nowhere");
        return answer && answer->status == 404;
    }));
    BOOST_TEST(!is_port_taken(from_environment));
    BOOST_TEST(std::filesystem::exists(other / "data"));
    second.signal(SIGTERM);
    BOOST_TEST(second.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace lifecycle_test
