#include "gateway/stress/sink/sink_recorder.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sink_recorder_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

arrival const at{std::chrono::sys_time<std::chrono::milliseconds>(1'767'323'045'006ms),
                 123'456'789ns};

struct fixture {
    std::filesystem::path const path = std::filesystem::temp_directory_path() /
                                       ("sink_recorder_test." + std::to_string(::getpid()));
    ~fixture() { std::filesystem::remove(path); }

    static sink_request request(std::string_view body = "hello") {
        sink_request r;
        r.method = "POST";
        r.target = "/crm?x=1";
        r.header = "Host: a\r\nX-Twice: 1\r\nx-twice: 2\r\n";
        r.body = body;
        return r;
    }
    std::vector<boost::json::object> lines() const {
        std::vector<boost::json::object> all;
        std::ifstream in(path);
        for (std::string line; std::getline(in, line);)
            all.push_back(boost::json::parse(line).as_object());
        return all;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sink_recorder, fixture)

BOOST_AUTO_TEST_CASE(a_line_tells_the_whole_request) {
    std::string out;
    append_record_line(out, request(), at, 7, 202);
    BOOST_TEST(out == R"({"time":"2026-01-02T03:04:05.006Z","monotonic_ns":123456789,)"
                      R"("sequence":7,"method":"POST","path":"/crm?x=1",)"
                      R"("headers":{"host":"a","x-twice":"1, 2"},"body":"hello","status":202})"
                      "\n");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_utf8_is_base64) {
    std::string out;
    append_record_line(out, request("\xFF\xFE\x00"), at, 1, 200);
    auto const line = boost::json::parse(out).as_object();
    BOOST_TEST(line.at("body_base64").as_string() == "//4=");
    BOOST_TEST(!line.contains("body"));
}

BOOST_AUTO_TEST_CASE(a_body_stays_on_its_line) {
    std::string out;
    append_record_line(out, request("a\n\"b\"\r\n"), at, 1, 200);
    BOOST_TEST(out.find('\n') == out.size() - 1);
    BOOST_TEST(boost::json::parse(out).at("body").as_string() == "a\n\"b\"\r\n");
}

BOOST_AUTO_TEST_CASE(lines_are_in_the_file_at_once_and_numbered) {
    auto const recorder = sluice::gateway::stress::sink_recorder::open(path.string(), 0).value();
    BOOST_TEST(recorder->is_on());
    recorder->add(request(), at, 200);
    BOOST_REQUIRE_EQUAL(lines().size(), 1u);
    recorder->add(request(), at, 0);
    auto const all = lines();
    BOOST_REQUIRE_EQUAL(all.size(), 2u);
    BOOST_TEST(all[0].at("sequence").as_int64() == 1);
    BOOST_TEST(all[1].at("sequence").as_int64() == 2);
    BOOST_TEST(all[1].at("status").as_int64() == 0);
    BOOST_TEST(!recorder->write_error());
}

BOOST_AUTO_TEST_CASE(an_existing_file_is_appended_to) {
    using recorder_type = sluice::gateway::stress::sink_recorder;
    recorder_type::open(path.string(), 0).value()->add(request(), at, 200);
    recorder_type::open(path.string(), 0).value()->add(request(), at, 200);
    BOOST_TEST(lines().size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_newest_requests_are_kept) {
    auto const recorder = sluice::gateway::stress::sink_recorder::open("", 2).value();
    for (auto const* body : {"one", "two", "three"})
        recorder->add(request(body), at, 200);
    auto const kept = recorder->kept();
    BOOST_REQUIRE_EQUAL(kept.size(), 2u);
    BOOST_TEST(kept[0].body == "two");
    BOOST_TEST(kept[1].body == "three");
    BOOST_TEST(kept[1].sequence == 3u);
    BOOST_TEST(kept[1].header("host") == "a");
    BOOST_TEST(kept[1].header("absent").empty());
    recorder->clear();
    BOOST_TEST(recorder->kept().empty());
}

BOOST_AUTO_TEST_CASE(without_file_and_memory_it_is_off) {
    BOOST_TEST(!sluice::gateway::stress::sink_recorder::open("", 0).value()->is_on());
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_an_error) {
    auto const result = sluice::gateway::stress::sink_recorder::open("/nonexistent/file", 0);
    BOOST_REQUIRE(result.has_error());
    BOOST_TEST(result.error().value() == ENOENT);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_remembered_and_ends_the_file) {
    auto const recorder = sluice::gateway::stress::sink_recorder::open("/dev/full", 1).value();
    recorder->add(request(), at, 200);
    BOOST_TEST(recorder->write_error().value() == ENOSPC);
    recorder->add(request("two"), at, 200);
    BOOST_TEST(recorder->kept().front().body == "two");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_recorder_test
