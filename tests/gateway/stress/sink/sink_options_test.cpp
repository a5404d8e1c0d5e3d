#include "gateway/stress/sink/sink_options.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace sink_options_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

template <class T>
std::string error_of(parsed<T> const& result) {
    return result ? "no error" : result.error().message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sink_options)

BOOST_AUTO_TEST_CASE(times_are_read_with_their_unit) {
    struct {
        std::string_view text;
        std::chrono::microseconds expected;
    } const cases[] = {{"0", 0us},    {"500us", 500us}, {"5ms", 5ms},      {"2s", 2s},  {"1m", 60s},
                       {"1h", 3600s}, {"1.5", 1500ms},  {"0.25ms", 250us}, {"24h", 24h}};
    for (auto const& c : cases) {
        auto const time = parse_time(c.text);
        BOOST_REQUIRE_MESSAGE(time.has_value(), c.text << ": " << error_of(time));
        BOOST_TEST(time->count() == c.expected.count(), c.text);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_time_is_quoted) {
    for (auto const* text : {"", "ms", "5 ms", "5mss", "x", "1e400", "nan", "inf"})
        BOOST_TEST(error_of(parse_time(text)) ==
                   "time \"" + std::string(text) +
                       "\": expected a number and us, ms, s, m or h, as in 5ms");
    BOOST_TEST(error_of(parse_time("-1s")) == "time \"-1s\": expected 0 to 24 h");
    BOOST_TEST(error_of(parse_time("25h")) == "time \"25h\": expected 0 to 24 h");
}

BOOST_AUTO_TEST_CASE(statuses_have_weights) {
    auto const one = parse_statuses("204");
    BOOST_REQUIRE(one.has_value());
    BOOST_TEST((*one == std::vector<weighted_status>{{204, 1}}));
    auto const two = parse_statuses("200:90,503:0.5");
    BOOST_REQUIRE(two.has_value());
    BOOST_TEST((*two == std::vector<weighted_status>{{200, 90}, {503, 0.5}}));
}

BOOST_AUTO_TEST_CASE(statuses_that_cannot_be_are_refused) {
    for (auto const* text : {"", "199", "600", "abc", "200,", "200;503", "20 0"})
        BOOST_TEST(error_of(parse_statuses(text)).find("expected a status from 200 to 599") !=
                       std::string::npos,
                   text);
    for (auto const* text : {"200:0", "200:-1", "200:", "200:x"})
        BOOST_TEST(error_of(parse_statuses(text)).find("the weight must be above 0") !=
                       std::string::npos,
                   text);
}

BOOST_AUTO_TEST_CASE(latencies_have_four_shapes) {
    using kind = latency_model::kind;
    struct {
        std::string_view text;
        latency_model expected;
    } const cases[] = {{"5ms", {kind::constant, {5ms}}},
                       {"10ms,20ms", {kind::choice, {10ms, 20ms}}},
                       {"normal:20ms,5ms", {kind::normal, {20ms, 5ms}}},
                       {"lognormal:20ms,80ms", {kind::log_normal, {20ms, 80ms}}}};
    for (auto const& c : cases) {
        auto const model = parse_latency(c.text);
        BOOST_REQUIRE_MESSAGE(model.has_value(), error_of(model));
        BOOST_TEST((*model == c.expected), c.text);
        BOOST_TEST(to_string(*model) == c.text);
    }
}

BOOST_AUTO_TEST_CASE(latencies_that_cannot_be_are_refused) {
    for (auto const* text : {"", "normal:5ms", "normal:5ms,0", "normal:1,2,3", "lognormal:0,5ms",
                             "lognormal:20ms,20ms", "gamma:1,2", "5ms,,6ms"})
        BOOST_TEST(error_of(parse_latency(text)) != "no error", text);
}

BOOST_AUTO_TEST_CASE(rates_are_shares) {
    for (auto const* text : {"0.1", "10%"})
        BOOST_TEST(parse_rate(text).value() == 0.1);
    BOOST_TEST(parse_rate("0").value() == 0.0);
    BOOST_TEST(parse_rate("1").value() == 1.0);
    for (auto const* text : {"", "1.1", "-0.1", "101%", "x", "%"})
        BOOST_TEST(error_of(parse_rate(text)) ==
                   "rate \"" + std::string(text) + "\": expected 0 to 1, or 0% to 100%");
}

BOOST_AUTO_TEST_CASE(addresses_are_literal) {
    struct {
        std::string_view text;
        listen_address expected;
    } const cases[] = {{"127.0.0.1:9000", {"127.0.0.1", 9000}},
                       {"0.0.0.0:0", {"0.0.0.0", 0}},
                       {"[::1]:80", {"::1", 80}},
                       {"localhost:1", {"127.0.0.1", 1}},
                       {":65535", {"127.0.0.1", 65535}}};
    for (auto const& c : cases) {
        auto const address = parse_listen(c.text);
        BOOST_REQUIRE_MESSAGE(address.has_value(), error_of(address));
        BOOST_TEST((*address == c.expected), c.text);
    }
    for (auto const* text : {"", "9000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                             "[127.0.0.1]:80", "example.com:80", "1.2.3.4:8x"})
        BOOST_TEST(error_of(parse_listen(text)).starts_with("address \""), text);
}

BOOST_AUTO_TEST_CASE(a_body_is_text_or_a_file) {
    BOOST_TEST(parse_body("{\"ok\":1}").value() == "{\"ok\":1}");
    BOOST_TEST(error_of(parse_body("@/nonexistent/file")) ==
               "body \"@/nonexistent/file\": no such file");
    auto const path = std::filesystem::temp_directory_path() /
                      ("sink_options_test." + std::to_string(::getpid()));
    std::ofstream(path) << "from a file";
    BOOST_TEST(parse_body("@" + path.string()).value() == "from a file");
    BOOST_TEST(parse_body(path.string()).value() == "from a file");
    std::filesystem::resize_file(path, 1024 * 1024 + 1);
    BOOST_TEST(error_of(parse_body(path.string())).ends_with("the file is above 1 MiB"));
    std::filesystem::remove(path);
}

BOOST_AUTO_TEST_CASE(sizes_have_units_and_an_end) {
    BOOST_TEST(parse_bytes("0").value() == 0u);
    BOOST_TEST(parse_bytes("1000").value() == 1000u);
    BOOST_TEST(parse_bytes("12B").value() == 12u);
    BOOST_TEST(parse_bytes("64KiB").value() == 65'536u);
    BOOST_TEST(parse_bytes("64MiB").value() == largest_answer);
    for (auto const* wrong : {"", "x", "-1", "65MiB", "1GiB", "KiB"})
        BOOST_TEST(parse_bytes(wrong).has_error(), wrong);
}

BOOST_AUTO_TEST_CASE(statuses_are_written_as_they_are_read) {
    BOOST_TEST(to_string({{200, 90}, {503, 0.5}}) == "200:90,503:0.5");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_options_test
