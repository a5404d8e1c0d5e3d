// `sluice load`: the open loop against a real sink, what it says of a target that stalls and of
// itself, and everything it writes.
#include "tests/e2e/running_sink.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <set>

namespace load_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
namespace json = boost::json;

struct fixture {
    temporary_directory files;

    std::string path(std::string const& name) const { return (files / name).string(); }

    finished_process load(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "load");
        arguments.insert(arguments.end(), {"--json", path("out.json")});
        return run_sluice(std::move(arguments));
    }

    static process_options options_of(std::vector<std::string> arguments) {
        process_options options;
        options.arguments = std::move(arguments);
        options.arguments.insert(options.arguments.begin(), program_path());
        return options;
    }

    double figure(std::string const& pointer, std::string const& file = "out.json") const {
        auto const text = json_at(read_whole(path(file)), pointer);
        BOOST_REQUIRE_MESSAGE(!text.empty() && text != "null", pointer);
        return std::stod(text);
    }
};

bool has(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(load, fixture)

BOOST_AUTO_TEST_CASE(every_planned_request_is_sent_and_counted) {
    running_sink const sink({"--status", "200:3,503:1"});
    auto const done = load({sink.url(), "--rate", "200", "--duration", "2s", "--data", "{}"});
    BOOST_TEST(done.exit_code == 0, done.errors);
    BOOST_TEST(figure("/generator/planned") == 400);
    BOOST_TEST(figure("/answered") == 400);
    BOOST_TEST(figure("/statuses/200") + figure("/statuses/503") == 400);
    BOOST_TEST(figure("/accepted") == figure("/statuses/200"));
    BOOST_TEST(figure("/errors") == figure("/statuses/503"));
    BOOST_TEST(figure("/timeline/0/started") > 0);
    BOOST_TEST(has(done.output, "400 planned, 400 started, 400 answered"), done.output);
    BOOST_TEST(done.errors.empty(), done.errors); // no progress without a terminal
}

// The target stalls for a second of four. Only the few requests that are under way meet that
// (service); but a quarter of all were due in that second, and waited (latency).
BOOST_AUTO_TEST_CASE(a_stall_of_the_target_is_not_omitted) {
    running_sink sink;
    child_process running(
        options_of({"load", sink.url(), "--rate", "200", "--duration", "4s", "--connections", "4",
                    "--data", "{}", "--json", path("out.json")}));
    http_client asking(sink.port);
    BOOST_REQUIRE(wait_until([&] {
        auto const stats = asking.get("/__sink/stats").body;
        return std::stoi(json_at(stats, "/requests")) > 200;
    }));
    sink.process.signal(SIGSTOP);
    bool const ended_meanwhile =
        wait_until([&] { return !running.is_running(); }, std::chrono::seconds(1));
    sink.process.signal(SIGCONT);
    BOOST_TEST(!ended_meanwhile);
    BOOST_TEST(running.wait() == 0);
    BOOST_TEST(figure("/answered") == 800);
    BOOST_TEST(figure("/latency_ms/max") >= 950);
    BOOST_TEST(figure("/latency_ms/p90") >= 400); // 25 % of all waited up to a second
    BOOST_TEST(figure("/service_ms/p90") < 200);  // 4 of 800 met the stall itself
    BOOST_TEST(figure("/generator/waited_for_connection") >= 100);
    BOOST_TEST(figure("/latency_ms/p90") > 2 * figure("/service_ms/p90"));
}

// Nobody listens: each request ends at once, and no other process can be what is slow.
BOOST_AUTO_TEST_CASE(a_generator_that_cannot_keep_its_rate_blames_itself) {
    auto const url = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
    auto const done =
        load({url, "--rate", "3000000", "--duration", "1s", "--grace", "0", "--data", "{}"});
    BOOST_TEST(has(done.output, "The generator did NOT keep its rate"), done.output);
    BOOST_TEST(has(done.output, "% too few"));
    BOOST_TEST(has(done.output, "says nothing about the target"));
    BOOST_TEST(figure("/generator/unsent") > 0);
    BOOST_TEST(json_at(read_whole(path("out.json")), "/generator/is_at_its_limit") == "true");
}

BOOST_AUTO_TEST_CASE(objectives_decide_the_exit_code) {
    running_sink const sink({"--latency", "20ms"});
    std::vector<std::string> const run{sink.url(), "--rate", "50",    "--duration", "1s",
                                       "--data",   "{}",     "--slo", "errors=0",   "--slo"};
    auto with = [&](std::string const& objective) {
        auto arguments = run;
        arguments.push_back(objective);
        return load(arguments);
    };
    BOOST_TEST(with("p50<9s").exit_code == 0);
    auto const missed = with("p50<19ms");
    BOOST_TEST(missed.exit_code == 1);
    BOOST_TEST(has(missed.output, "met    errors=0"), missed.output);
    BOOST_TEST(has(missed.output, "MISSED p50<19ms"), missed.output);
    BOOST_TEST(json_at(read_whole(path("out.json")), "/objectives/1/met") == "false");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_understood_is_64) {
    std::string const url = "http://127.0.0.1:1/";
    std::vector<std::vector<std::string>> const all{{},
                                                    {"ftp://127.0.0.1:1/"},
                                                    {url, "--rate", "none"},
                                                    {url, "--slo", "p98<1s"},
                                                    {url, "--find-max"},
                                                    {url, "--ramp", "5"},
                                                    {url, "--duration", "0"},
                                                    {url, "--header", "Content-Length: 1"},
                                                    {url, "--body", path("none")}};
    for (auto const& wrong : all) {
        auto const done = load(wrong);
        BOOST_TEST(done.exit_code == 64);
        BOOST_TEST(!done.errors.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_target_that_nobody_listens_on_is_69) {
    auto const url = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
    auto const done = load({url, "--rate", "20", "--duration", "500ms"});
    BOOST_TEST(done.exit_code == 69);
    BOOST_TEST(figure("/failures/connect") == 10);
    BOOST_TEST(figure("/latency_ms/count") == 0);
}

BOOST_AUTO_TEST_CASE(of_nothing_there_are_no_times) {
    auto const url = "http://127.0.0.1:" + std::to_string(free_port()) + "/";
    load({url, "--rate", "20", "--duration", "500ms"});
    auto const text = read_whole(path("out.json"));
    for (auto const* name : {"p50", "p99", "max", "mean"}) {
        BOOST_TEST(json_at(text, std::string("/latency_ms/") + name) == "null", name);
        BOOST_TEST(json_at(text, std::string("/service_ms/") + name) == "null", name);
    }
    BOOST_TEST(json_at(text, "/timeline/0/p99_ms") == "null");
}

BOOST_AUTO_TEST_CASE(an_objective_that_cut_connections_missed_is_1) {
    running_sink const sink({"--reset-rate", "100%"});
    auto const cut = load(
        {sink.url(), "--rate", "20", "--duration", "500ms", "--data", "{}", "--slo", "p99<50ms"});
    BOOST_TEST(cut.exit_code == 1, cut.output << cut.errors);
    BOOST_TEST(json_at(read_whole(path("out.json")), "/objectives/0/measured") == "not measured");
}

BOOST_AUTO_TEST_CASE(a_host_of_the_callers_own_is_sent) {
    temporary_directory recorded;
    auto const file = (recorded / "record").string();
    running_sink sink({"--record", file});
    auto const done = load({sink.url(), "--rate", "10", "--duration", "500ms", "--data", "{}", "-H",
                            "Host: shop.example"});
    BOOST_TEST(done.exit_code == 0, done.output << done.errors);
    sink.process.signal(SIGTERM);
    sink.process.wait();
    auto const text = read_whole(file);
    BOOST_TEST(has(text, "shop.example"), text.substr(0, 500));
}

BOOST_AUTO_TEST_CASE(ctrl_c_prints_what_there_is) {
    running_sink const sink;
    child_process running(options_of({"load", sink.url(), "--rate", "100", "--duration", "1h",
                                      "--data", "{}", "--json", path("out.json")}));
    http_client asking(sink.port);
    BOOST_REQUIRE(wait_until(
        [&] { return std::stoi(json_at(asking.get("/__sink/stats").body, "/requests")) > 20; }));
    running.signal(SIGINT);
    BOOST_TEST(running.wait() == 0);
    BOOST_TEST(has(running.output(), "(interrupted)"), running.output());
    BOOST_TEST(figure("/accepted") > 20);
    BOOST_TEST(figure("/errors") == 0);
    BOOST_TEST(json_at(read_whole(path("out.json")), "/interrupted") == "true");
}

BOOST_AUTO_TEST_CASE(bodies_are_rendered_for_each_request) {
    running_sink sink({"--record", path("record.ndjson")});
    write_whole(path("body.xml"), "<t><n>{{counter:4}}</n><id>{{uuid}}</id></t>");
    auto const done =
        load({sink.url(), "--rate", "100", "--duration", "200ms", "--body-template",
              path("body.xml"), "--method", "PUT", "-H", "Content-Type: text/xml", "-H", "X-A: b"});
    BOOST_TEST(done.exit_code == 0, done.errors);
    auto const record = read_whole(path("record.ndjson"));
    std::set<std::string> bodies;
    for (std::size_t begin = 0; begin < record.size();) {
        auto const end = record.find('\n', begin);
        auto const line = json::parse(record.substr(begin, end - begin)).as_object();
        bodies.insert(std::string(line.at("body").as_string()));
        BOOST_TEST(line.at("method").as_string() == "PUT");
        BOOST_TEST(line.at("headers").as_object().at("content-type").as_string() == "text/xml");
        BOOST_TEST(line.at("headers").as_object().at("x-a").as_string() == "b");
        begin = end + 1;
    }
    BOOST_TEST(bodies.size() == 20u);
    BOOST_TEST(bodies.begin()->starts_with("<t><n>0001</n><id>"));
    BOOST_TEST(bodies.rbegin()->starts_with("<t><n>0020</n>"));
}

BOOST_AUTO_TEST_CASE(tls_is_verified_and_a_wrong_name_is_refused) {
    running_sink const right({"--tls", "127.0.0.1", "--certificate", path("right.pem")});
    auto const url = "https://127.0.0.1:" + std::to_string(right.port) + "/";
    std::vector<std::string> const run{"--rate", "20", "--duration", "500ms", "--ca"};
    auto const with = [&](std::string const& target, std::string const& certificate) {
        std::vector<std::string> arguments{target};
        arguments.insert(arguments.end(), run.begin(), run.end());
        arguments.push_back(path(certificate));
        return load(arguments);
    };
    BOOST_TEST(with(url, "right.pem").exit_code == 0);
    BOOST_TEST(figure("/accepted") == 10);
    running_sink const wrong({"--tls", "wrong.example", "--certificate", path("wrong.pem")});
    auto const wrong_url = "https://127.0.0.1:" + std::to_string(wrong.port) + "/";
    BOOST_TEST(with(wrong_url, "wrong.pem").exit_code == 69);
    BOOST_TEST(figure("/failures/tls") == 10);
}

BOOST_AUTO_TEST_CASE(targets_that_misbehave_are_counted_by_kind) {
    struct row {
        std::vector<std::string> flags;
        char const* counted;
    };
    row const rows[] = {{{"--half-close-rate", "1"}, "/failures/cut"},
                        {{"--reset-rate", "1"}, "/failures/cut"},
                        {{"--slow-body", "30s"}, "/timeouts"},
                        {{"--hang-rate", "1"}, "/timeouts"}};
    for (auto const& [flags, counted] : rows) {
        running_sink const sink(flags);
        auto const done = load({sink.url(), "--rate", "10", "--duration", "500ms", "--timeout",
                                "300ms", "--data", "{}"});
        BOOST_TEST_CONTEXT(flags.front() << '\n' << done.output)
        BOOST_TEST(figure(counted) == 5);
    }
    running_sink const large({"--answer-size", "200KiB"});
    BOOST_TEST(load({large.url(), "--rate", "10", "--duration", "500ms"}).exit_code == 0);
    BOOST_TEST(figure("/accepted") == 5);
}

// Two connections and 200 ms an answer: ten a second and hardly more. The objective leaves a slow
// machine as much again.
BOOST_AUTO_TEST_CASE(the_highest_rate_is_searched) {
    running_sink const sink({"--latency", "200ms"});
    auto const done = load({sink.url(), "--find-max", "--rate", "4", "--duration", "1s",
                            "--connections", "2", "--grace", "0", "--slo", "p99<390ms"});
    BOOST_TEST(done.exit_code == 0, done.errors);
    BOOST_TEST(has(done.output, "The highest rate that met the objectives: "), done.output);
    BOOST_TEST(figure("/planned_rate") <= 13);
    BOOST_TEST(figure("/planned_rate") >= 2);
}

BOOST_AUTO_TEST_CASE(results_are_written_and_compared) {
    running_sink const sink;
    std::vector<std::string> const run{"load",       sink.url(), "--rate", "50",
                                       "--duration", "500ms",    "--quiet"};
    for (auto const* name : {"a", "b"}) {
        auto arguments = run;
        arguments.insert(arguments.end(),
                         {"--json", path(std::string(name) + ".json"), "--percentiles",
                          path("out.hgrm"), "--html", path("out.html")});
        BOOST_TEST(run_sluice(arguments).exit_code == 0);
    }
    BOOST_TEST(read_whole(path("out.hgrm")).starts_with("       Value     Percentile"));
    BOOST_TEST(read_whole(path("out.html")).starts_with("<!doctype html>"));
    auto const compared = run_sluice({"load", "--compare", path("a.json"), path("b.json")});
    BOOST_TEST(compared.exit_code == 0);
    BOOST_TEST(has(compared.output, "latency p99 ms"), compared.output);
    BOOST_TEST(has(compared.output, "accepted"));
    BOOST_TEST(run_sluice({"load", "--compare", path("a.json"), path("none")}).exit_code == 69);
    auto arguments = run;
    arguments.insert(arguments.end(), {"--json", path("no/such/directory")});
    BOOST_TEST(run_sluice(arguments).exit_code == 73);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace load_test
