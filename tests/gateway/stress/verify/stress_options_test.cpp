#include "gateway/stress/load/load_options.hpp"
#include "gateway/stress/load/request_parts.hpp"
#include "gateway/stress/verify/stress_configuration.hpp"
#include "gateway/stress/verify/stress_options.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

namespace stress_options_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

struct fixture {
    sluice::gateway::stress::stress_options options;
    fixture() { options.load.plan = constant_rate(1000, 10s); }

    std::string objectives() const {
        std::string text;
        for (auto const& one : all_objectives(options))
            text += one.text + ' ';
        return text;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stress_options, fixture)

BOOST_AUTO_TEST_CASE(a_run_that_needs_more_records_than_there_are_is_refused) {
    BOOST_TEST(problem_of(options) == "");
    options.load.plan = constant_rate(50'000, 100s);
    BOOST_TEST(problem_of(options).find("4000000 only") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_an_own_gateway_is_killed) {
    options.gateway.kill_every = 5s;
    BOOST_TEST(problem_of(options) == "");
    options.gateway_url = "http://127.0.0.1:1/in/x";
    BOOST_TEST(problem_of(options).find("--kill-every") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_sink_that_is_there_already_needs_its_record) {
    options.sink_url = "http://127.0.0.1:9000";
    BOOST_TEST(problem_of(options).find("--sink-record") != std::string::npos);
    options.sink_record = "r.ndjson";
    BOOST_TEST(problem_of(options) == "");
}

BOOST_AUTO_TEST_CASE(promises_are_objectives_unless_asked_otherwise) {
    BOOST_TEST(objectives() == "lost=0 reordered=0 early=0 duplicated=0 ");
    options.load.objectives = {parse_objective("lost<5").value()};
    BOOST_TEST(objectives() == "lost<5 reordered=0 early=0 duplicated=0 ");
}

BOOST_AUTO_TEST_CASE(duplicates_are_allowed_where_the_gateway_is_killed) {
    options.gateway.kill_every = 5s;
    BOOST_TEST(objectives() == "lost=0 reordered=0 early=0 ");
    options.load.objectives = {parse_objective("duplicated<100").value()};
    BOOST_TEST(objectives() == "duplicated<100 lost=0 reordered=0 early=0 ");
}

BOOST_AUTO_TEST_CASE(the_configuration_names_what_the_run_needs) {
    gateway_place place;
    place.port = 15001;
    place.admin_port = 15002;
    place.data = "/tmp/x";
    place.sink_url = "http://127.0.0.1:9/stress";
    place.secret = std::string(64, 'a');
    options.gateway.concurrency = 33;
    auto const text = gateway_configuration(options.gateway, place);
    for (auto const* part : {"listen = \"127.0.0.1:15001\"", "admin = \"127.0.0.1:15002\"",
                             "data = \"/tmp/x\"", "url = \"http://127.0.0.1:9/stress\"",
                             "concurrency = 33", "durability = \"fsync\"", "path = \"/in/stress\""})
        BOOST_TEST(text.find(part) != std::string::npos, part);
}

BOOST_AUTO_TEST_CASE(headers_and_methods_are_checked) {
    auto const header = parse_header("X-Key:  a b ").value();
    BOOST_TEST(header.first == "X-Key");
    BOOST_TEST(header.second == "a b");
    BOOST_TEST(parse_header("Host: x").value().second == "x");
    for (auto const* wrong :
         {"", "X-Key", ": a", "a b: c", "content-length: 1", "Connection: close", "X: a\r\nY: b"})
        BOOST_TEST(parse_header(wrong).has_error(), wrong);
    BOOST_TEST(parse_method("PATCH").value() == "PATCH");
    for (auto const* wrong : {"", "GET /", "PO\nST"})
        BOOST_TEST(parse_method(wrong).has_error(), wrong);
}

BOOST_AUTO_TEST_CASE(the_type_of_a_body_is_guessed_by_its_beginning) {
    BOOST_TEST(guess_content_type(" {\"a\":1}") == "application/json");
    BOOST_TEST(guess_content_type("[]") == "application/json");
    BOOST_TEST(guess_content_type("<a/>") == "application/xml");
    BOOST_TEST(guess_content_type("a=b") == "text/plain");
    BOOST_TEST(guess_content_type("") == "text/plain");
}

BOOST_AUTO_TEST_CASE(a_body_file_that_is_not_there_is_named) {
    auto const read = read_body("/nonexistent/file");
    BOOST_REQUIRE(read.has_error());
    BOOST_TEST(read.error().message == "body \"/nonexistent/file\": cannot be opened");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stress_options_test
