#include "gateway/stress/load/stress_message.hpp"
#include "gateway/stress/sink/sink_recorder.hpp"
#include "gateway/stress/verify/record_follower.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

namespace record_follower_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;

namespace {

struct fixture {
    sluice::tests::temporary_directory directory;
    std::string const file = (directory / "record.ndjson").string();
    ledger book;
    arrival_feed feed{book, "run1"};

    void append(std::string_view text) {
        std::ofstream(file, std::ios::binary | std::ios::app) << text;
    }
    // As the sink writes it.
    std::string line(std::uint64_t number, std::chrono::nanoseconds at, unsigned status) {
        std::string body, out;
        write_message(body, {number, 0, "run1"}, 50);
        sink_request request;
        request.method = "POST";
        request.target = "/stress";
        request.body = body;
        append_record_line(out, request,
                           {std::chrono::sys_time<std::chrono::milliseconds>(77'123ms), at}, 1,
                           status);
        return out;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(record_follower, fixture)

BOOST_AUTO_TEST_CASE(lines_are_taken_as_they_come_and_earlier_ones_are_not) {
    append(line(9, 1s, 200));
    sluice::gateway::stress::record_follower follower(file, feed);
    BOOST_REQUIRE(follower.is_open());
    BOOST_TEST(!follower.poll(100s));
    book.start(0, {});
    book.start(1, {});
    book.accept(0, 1s);
    book.accept(1, 1s);
    auto const second = line(1, 103s, 503);
    append(line(0, 102s, 200) + second.substr(0, 30));
    BOOST_TEST(follower.poll(100s));
    BOOST_TEST(book.arrivals() == 1u);
    append(second.substr(30));
    BOOST_TEST(follower.poll(100s));
    auto const found = book.check();
    BOOST_TEST(found.attempts == 2u);
    BOOST_TEST(found.delivered == 1u);
    BOOST_TEST(found.lost == 1u);
    BOOST_TEST(found.accept_to_delivery.max() == 1'000'000'000u);
    BOOST_TEST(follower.broken() == 0u);
}

BOOST_AUTO_TEST_CASE(lines_that_are_none_are_counted) {
    append("");
    sluice::gateway::stress::record_follower follower(file, feed);
    append("not json\n{\"status\":200}\n[]\n");
    follower.poll(0s);
    BOOST_TEST(follower.broken() == 3u);
    BOOST_TEST(book.arrivals() == 0u);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_said_to_be_so) {
    BOOST_TEST(!sluice::gateway::stress::record_follower(file + "x", feed).is_open());
}

BOOST_AUTO_TEST_CASE(times_are_read_as_the_sink_writes_them) {
    BOOST_TEST((parse_record_time("1970-01-02T00:01:17.123Z") == 86'477'123ms));
    BOOST_TEST((parse_record_time("2026-11-25T20:41:00.000Z") == 1'795'639'260'000ms));
    for (auto const* wrong :
         {"", "1970-01-02T00:01:17Z", "1970-13-02T00:01:17.123Z", "xxxx-01-02T00:01:17.123Z"})
        BOOST_TEST((parse_record_time(wrong) == 0ms), wrong);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace record_follower_test
