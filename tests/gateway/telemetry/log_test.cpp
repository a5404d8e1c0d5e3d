#include "gateway/telemetry/log.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <future>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace log_test {

using namespace sluice::gateway::telemetry;
using namespace std::chrono_literals;
namespace config = sluice::gateway::config;

namespace {

std::vector<std::string> lines_of(std::ostringstream const& out) {
    std::vector<std::string> lines;
    std::istringstream in(out.str());
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

// A log whose lines can be read once it is gone, under a clock that the test moves.
struct fixture {
    std::ostringstream out;
    std::chrono::steady_clock::time_point now{1000s};
    log_options options;

    fixture() {
        options.out = &out;
        options.format = config::log_format::json;
        options.clock = [this] { return now; };
    }

    template <class Write>
    std::vector<std::string> written_by(Write&& write) {
        {
            telemetry_log lines(options);
            write(lines);
        }
        return lines_of(out);
    }
    using telemetry_log = sluice::gateway::telemetry::log;
};

// A destination that does not take a byte until it is released.
class stuck_buffer : public std::stringbuf {
  public:
    std::promise<void> entered;
    std::promise<void> released;

  protected:
    std::streamsize xsputn(char const* text, std::streamsize size) override {
        std::call_once(once_, [this] {
            entered.set_value();
            released.get_future().wait();
        });
        return std::stringbuf::xsputn(text, size);
    }

  private:
    std::once_flag once_;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(log_, fixture)

BOOST_AUTO_TEST_CASE(a_line_is_one_json_object_with_time_and_level) {
    auto const lines = written_by([](telemetry_log& l) {
        l.warn("task is dead", {{"task", "0199"}, {"attempts", 7}});
    });
    BOOST_REQUIRE_EQUAL(lines.size(), 1u);
    auto const object = boost::json::parse(lines[0]).as_object();
    BOOST_TEST(object.at("level").as_string() == "warning");
    BOOST_TEST(object.at("message").as_string() == "task is dead");
    BOOST_TEST(object.at("task").as_string() == "0199");
    BOOST_TEST(object.at("attempts").as_int64() == 7);
    auto const time = object.at("time").as_string();
    BOOST_TEST(time.size() == std::string_view("2026-01-02T03:04:05.678Z").size());
    BOOST_TEST(time.back() == 'Z');
}

BOOST_AUTO_TEST_CASE(text_lines_name_level_message_and_fields) {
    options.format = config::log_format::text;
    auto const lines = written_by([](telemetry_log& l) {
        l.error("storage failed", {{"operation", "fdatasync"}});
    });
    BOOST_REQUIRE_EQUAL(lines.size(), 1u);
    BOOST_TEST(lines[0].ends_with("error   storage failed operation=fdatasync"));
}

BOOST_AUTO_TEST_CASE(automatic_format_follows_the_terminal) {
    BOOST_TEST(is_json(config::log_format::automatic, false));
    BOOST_TEST(!is_json(config::log_format::automatic, true));
    BOOST_TEST(is_json(config::log_format::json, true));
    BOOST_TEST(!is_json(config::log_format::text, false));
}

BOOST_AUTO_TEST_CASE(hostile_values_make_as_many_lines_as_events) {
    std::string all_bytes;
    for (int c = 0; c < 256; ++c)
        all_bytes += static_cast<char>(c);
    auto const lines = written_by([&](telemetry_log& l) {
        l.info("one", {{"value", all_bytes}});
        l.info("two", {{"value", "\"}\n{\"level\":\"error\"}\r\n"}});
        l.info("three", {{"value", "%v %l {} {0}"}});
    });
    BOOST_REQUIRE_EQUAL(lines.size(), 3u);
    for (auto const& line : lines)
        BOOST_TEST(boost::json::parse(line).as_object().at("level").as_string() == "info");
    BOOST_TEST(boost::json::parse(lines[2]).as_object().at("value").as_string() == "%v %l {} {0}");
}

BOOST_AUTO_TEST_CASE(what_is_recorded_is_never_thinned_out) {
    options.lines_per_second = 2;
    auto const lines = written_by([](telemetry_log& l) {
        for (int i = 0; i < 50; ++i)
            l.record(config::log_level::info, "an operator made a change");
        l.record(config::log_level::debug, "below the level");
    });
    BOOST_TEST(lines.size() == 50u);
}

BOOST_AUTO_TEST_CASE(lines_below_the_level_are_not_written) {
    auto const lines = written_by([](telemetry_log& l) {
        BOOST_TEST(!l.is_enabled(config::log_level::debug));
        l.debug("hidden");
        l.set_level(config::log_level::debug);
        l.debug("shown");
        l.set_level(config::log_level::error);
        l.warn("hidden too");
    });
    BOOST_REQUIRE_EQUAL(lines.size(), 1u);
    BOOST_TEST(lines[0].find("shown") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_rate_holds_back_is_told_once_the_second_is_over) {
    options.lines_per_second = 2;
    auto const lines = written_by([this](telemetry_log& l) {
        for (int i = 0; i < 5; ++i)
            l.warn("attempts fail");
        l.tick();
        BOOST_TEST(l.counts().written == 2u);
        now += 1s;
        l.tick();
        BOOST_TEST(l.counts().written == 3u);
        BOOST_TEST(l.counts().suppressed == 3u);
    });
    BOOST_REQUIRE_EQUAL(lines.size(), 3u);
    auto const told = boost::json::parse(lines[2]).as_object();
    BOOST_TEST(told.at("message").as_string() == "lines suppressed");
    BOOST_TEST(told.at("kind").as_string() == "attempts fail");
    BOOST_TEST(told.at("lines").as_int64() == 3);
}

BOOST_AUTO_TEST_CASE(the_end_tells_what_was_still_held_back) {
    options.lines_per_second = 1;
    auto const lines = written_by([](telemetry_log& l) {
        l.warn("again");
        l.warn("again");
    });
    BOOST_REQUIRE_EQUAL(lines.size(), 2u);
    BOOST_TEST(lines[1].find("\"lines\":1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(threads_write_whole_lines) {
    options.lines_per_second = 0;
    auto const lines = written_by([](telemetry_log& l) {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&l, t] {
                for (int i = 0; i < 200; ++i)
                    l.info("line", {{"thread", t}, {"number", i}});
            });
        }
    });
    BOOST_TEST(lines.size() == 800u);
    for (auto const& line : lines)
        BOOST_TEST(boost::json::parse(line).is_object());
}

BOOST_AUTO_TEST_CASE(a_stuck_destination_drops_the_oldest_lines_and_blocks_nobody) {
    stuck_buffer buffer;
    std::ostream stuck(&buffer);
    options.out = &stuck;
    options.queued_lines = 8;
    options.lines_per_second = 0;
    {
        telemetry_log l(options);
        l.info("first");
        buffer.entered.get_future().wait();
        for (int i = 0; i < 20; ++i)
            l.info("line", {{"number", i}});
        BOOST_TEST(l.counts().dropped == 12u);
        buffer.released.set_value();
    }
    auto const text = buffer.str();
    BOOST_TEST(text.find("\"number\":0}") == std::string::npos);
    BOOST_TEST(text.find("\"number\":19}") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace log_test
