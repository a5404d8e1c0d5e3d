// `sluice stress`: it finds nothing wrong where nothing is, also when the gateway is killed; and it
// finds a sink that loses, duplicates or reorders.
#include "tests/e2e/running_sink.hpp"

#include <boost/test/unit_test.hpp>

namespace stress_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

struct fixture {
    temporary_directory files;
    std::string const json = (files / "out.json").string();

    finished_process stress(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "stress");
        arguments.insert(arguments.end(), {"--json", json});
        // What is set for another gateway is not for the run's own.
        return run_sluice(std::move(arguments), {{"TMPDIR", files.path().string()},
                                                 {"SLUICE_ADMIN", "http://127.0.0.1:1"},
                                                 {"SLUICE_DATA", "/proc/none"}});
    }

    double figure(std::string const& pointer) const {
        auto const text = json_at(read_whole(json), pointer);
        BOOST_REQUIRE_MESSAGE(!text.empty() && text != "null", pointer);
        return std::stod(text);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stress, fixture)

BOOST_AUTO_TEST_CASE(everything_accepted_is_delivered_once) {
    auto const done = stress({"--rate", "300", "--duration", "2s", "--slo", "accepted>290/s"});
    BOOST_TEST(done.exit_code == 0, done.output << done.errors);
    BOOST_TEST(figure("/accepted") == 600);
    BOOST_TEST(figure("/delivered") == 600);
    for (auto const* name : {"/lost", "/duplicated", "/reordered", "/early", "/errors"})
        BOOST_TEST(figure(name) == 0, name);
    BOOST_TEST(figure("/accept_to_delivery_ms/count") == 600);
    BOOST_TEST(figure("/timeline/0/in_queue") >= 0);
    BOOST_TEST(done.errors.empty(), done.errors);
    // Nothing is left behind but the result.
    BOOST_TEST(std::distance(std::filesystem::directory_iterator(files.path()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_when_the_gateway_is_killed) {
    auto const done = stress({"--rate", "200", "--duration", "5s", "--kill-every", "1s"});
    BOOST_TEST(done.exit_code == 0, done.output << done.errors);
    BOOST_TEST(figure("/kills") >= 1); // as many as a slow machine has time for
    BOOST_TEST(figure("/lost") == 0);
    BOOST_TEST(figure("/accepted") > 0);
    BOOST_TEST(figure("/delivered") == figure("/accepted"));
}

BOOST_AUTO_TEST_CASE(failures_of_the_sink_are_tried_again_and_are_no_duplicates) {
    auto const done = stress({"--rate", "100", "--duration", "1s", "--sink-fail-rate", "20%"});
    BOOST_TEST(done.exit_code == 0, done.output << done.errors);
    BOOST_TEST(figure("/delivered") == 100);
    BOOST_TEST(figure("/attempts") > 100);
    BOOST_TEST(figure("/duplicated") == 0);
}

BOOST_AUTO_TEST_CASE(order_keys_are_kept) {
    auto const done =
        stress({"--rate", "200", "--duration", "1s", "--keys", "5", "--sink-fail-rate", "10%"});
    BOOST_TEST(done.exit_code == 0, done.output << done.errors);
    BOOST_TEST(figure("/delivered") == 200);
    BOOST_TEST(figure("/reordered") == 0);
}

BOOST_AUTO_TEST_CASE(delayed_tasks_are_never_early) {
    auto const done = stress({"--rate", "100", "--duration", "1s", "--delay", "800ms"});
    BOOST_TEST(done.exit_code == 0, done.output << done.errors);
    BOOST_TEST(figure("/delivered") == 100);
    BOOST_TEST(figure("/early") == 0);
    BOOST_TEST(figure("/lateness_ms/count") == 100);
}

BOOST_AUTO_TEST_CASE(a_sink_that_loses_is_found) {
    auto const done = stress(
        {"--rate", "300", "--duration", "1s", "--sabotage", "lose", "--drain-timeout", "1s"});
    BOOST_TEST(done.exit_code == 1, done.output << done.errors);
    BOOST_TEST(figure("/lost") == 3);
    BOOST_TEST(done.output.find("NOT EQUAL") != std::string::npos, done.output);
    BOOST_TEST(done.output.find("MISSED lost=0") != std::string::npos, done.output);
}

BOOST_AUTO_TEST_CASE(a_sink_that_duplicates_is_found) {
    auto const done = stress({"--rate", "300", "--duration", "1s", "--sabotage", "duplicate"});
    BOOST_TEST(done.exit_code == 1, done.output << done.errors);
    BOOST_TEST(figure("/duplicated") == 3);
    BOOST_TEST(figure("/lost") == 0);
}

BOOST_AUTO_TEST_CASE(a_sink_that_reorders_is_found) {
    auto const done =
        stress({"--rate", "300", "--duration", "1s", "--sabotage", "reorder", "--keys", "2"});
    BOOST_TEST(done.exit_code == 1, done.output << done.errors);
    BOOST_TEST(figure("/reordered") >= 1);
    BOOST_TEST(figure("/lost") == 0);
}

BOOST_AUTO_TEST_CASE(a_gateway_that_runs_already_is_taken) {
    auto const port = std::to_string(free_port());
    gateway_settings settings;
    settings.more = "[[destination]]\nname = \"stressed\"\nurl = \"http://127.0.0.1:" + port +
                    "/x\"\nallow_http = true\nallow_networks = [\"127.0.0.0/8\"]\n" +
                    route_table("/in/stressed", "\"stressed\"");
    gateway_under_test gateway(settings);
    auto const url = "http://127.0.0.1:" + std::to_string(gateway.ports().public_listener);
    auto const done = stress({"--gateway", url + "/in/stressed", "--sink-listen",
                              "127.0.0.1:" + port, "--rate", "100", "--duration", "1s"});
    BOOST_TEST(done.exit_code == 0, done.output << done.errors);
    BOOST_TEST(figure("/delivered") == 100);
}

BOOST_AUTO_TEST_CASE(a_sink_that_runs_already_is_read_by_its_record) {
    auto const record = (files / "record.ndjson").string();
    running_sink const sink({"--record", record});
    auto const done = stress(
        {"--sink", sink.url(), "--sink-record", record, "--rate", "100", "--duration", "1s"});
    BOOST_TEST(done.exit_code == 0, done.output << done.errors);
    BOOST_TEST(figure("/delivered") == 100);
    BOOST_TEST(figure("/accept_to_delivery_ms/max") < 60'000);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_64) {
    BOOST_TEST(stress({"--rate", "50000", "--duration", "1h"}).exit_code == 64);
    BOOST_TEST(stress({"--sabotage", "steal"}).exit_code == 64);
    BOOST_TEST(stress({"--sink", "http://127.0.0.1:1"}).exit_code == 64);
    BOOST_TEST(stress({"--gateway", "http://127.0.0.1:1/x", "--kill-every", "1s"}).exit_code == 64);
}

BOOST_AUTO_TEST_CASE(a_gateway_that_does_not_start_is_69_with_its_own_words) {
    auto const done = stress({"--durability", "hope"});
    BOOST_TEST(done.exit_code == 69);
    BOOST_TEST(done.errors.find("durability") != std::string::npos, done.errors);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stress_test
