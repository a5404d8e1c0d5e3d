// What the system allows the process: descriptors and the size of files.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <memory>
#include <sstream>

namespace process_limits_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

gateway_settings with_ulimit(std::string const& arguments) {
    gateway_settings settings;
    settings.ulimit = arguments;
    return settings;
}

// The soft and the hard limit of descriptors of a process, as the system shows them.
std::pair<std::string, std::string> descriptor_limits(pid_t of) {
    std::ifstream in("/proc/" + std::to_string(of) + "/limits");
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("Max open files")) continue;
        std::istringstream words(line.substr(14));
        std::string soft, hard;
        words >> soft >> hard;
        return {soft, hard};
    }
    return {};
}

} // namespace

BOOST_AUTO_TEST_SUITE(process_limits)

BOOST_AUTO_TEST_CASE(the_soft_limit_of_descriptors_is_raised_to_the_hard_one) {
    gateway_under_test gateway(with_ulimit("-Sn 128"));
    auto const [soft, hard] = descriptor_limits(gateway.process().pid());
    BOOST_TEST(soft == hard);
    BOOST_TEST(soft != "128");
}

BOOST_AUTO_TEST_CASE(limits_that_do_not_fit_are_a_warning_with_both_numbers) {
    gateway_under_test gateway(with_ulimit("-n 300"));
    auto const log = gateway.log();
    auto const at = log.find("fewer connections than limits.connections");
    BOOST_REQUIRE(at != log.npos);
    auto const line = log.substr(at, log.find('\n', at) - at);
    BOOST_TEST(line.find("10000") != line.npos, line);
    BOOST_TEST(line.find("300") != line.npos, line);
}

BOOST_AUTO_TEST_CASE(a_crowd_of_half_requests_takes_no_descriptor_of_health_and_deliveries) {
    gateway_under_test gateway(with_ulimit("-n 200"));
    auto const id = json_at(
        gateway.client()
            .post("/v1/tasks", json_bearer(), R"({"destination":"crm","delay":"1s","body":"x"})")
            .body,
        "/id");
    BOOST_REQUIRE(!id.empty());
    std::vector<std::unique_ptr<raw_client>> crowd;
    for (int i = 0; i < 400; ++i) {
        crowd.push_back(std::make_unique<raw_client>(gateway.ports().public_listener));
        crowd.back()->send("GET / HTTP/1.1\r\n");
    }
    BOOST_TEST(gateway.admin().get("/livez").status == 200);
    BOOST_REQUIRE(gateway.destination().wait_for(1));
    crowd.clear();
    BOOST_TEST(wait_until([&] { return gateway.client().try_request("GET", "/").has_value(); }));
    auto const task = gateway.task(id).body;
    BOOST_TEST(json_at(task, "/state") == "delivered");
    BOOST_TEST(json_at(task, "/attempts/0/status") == "200");
    BOOST_TEST(json_at(task, "/attempts/1") == "");
}

BOOST_AUTO_TEST_CASE(a_file_that_may_not_grow_is_told_and_no_sudden_end) {
    gateway_under_test gateway; // for a configuration that is complete
    gateway.stop();
    auto const file = gateway.configuration_file().string();
    auto const data = (gateway.data_directory().parent_path() / "other").string();
    process_options options;
    options.arguments = {"/bin/sh",  "-c",           "ulimit -f 64 && exec \"$@\"",
                         "sh",       program_path(), "serve",
                         "--config", file,           "--data",
                         data};
    auto const ended = run_process(options);
    BOOST_TEST(ended.exit_code == 73);
    BOOST_TEST((ended.output + ended.errors).find("cannot") != std::string::npos,
               ended.output + ended.errors);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace process_limits_test
