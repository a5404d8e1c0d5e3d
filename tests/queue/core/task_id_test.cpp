// Ids: what stands in them, and what follows from them.
#include "queue/core/task_id.hpp"

#include <boost/test/unit_test.hpp>

#include <cctype>
#include <set>

namespace task_id_test {

using namespace sluice::queue;
using namespace std::chrono_literals;

namespace {

constexpr wall_time now{std::chrono::milliseconds{1'764'000'000'000}};

// How many of the bytes that may name a log differ between ids of one generator.
std::size_t distinct_logs(task_id_generator ids, std::size_t count) {
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < count; ++i)
        seen.insert(log_of(ids.next(now)));
    return seen.size();
}

} // namespace

BOOST_AUTO_TEST_SUITE(task_ids)

BOOST_AUTO_TEST_CASE(an_id_names_the_log_of_its_birth) {
    for (std::uint32_t const log : {1u, 2u, 255u, 256u, 65'536u, highest_log}) {
        task_id_generator ids(7, log);
        for (int i = 0; i < 100; ++i)
            BOOST_TEST(log_of(ids.next(now)) == log);
    }
}

BOOST_AUTO_TEST_CASE(without_a_log_the_bytes_are_random_as_ever) {
    BOOST_TEST(distinct_logs(task_id_generator(7), 1000) > 990);
    BOOST_TEST(distinct_logs(task_id_generator(7, 3), 1000) == 1);
    BOOST_TEST(to_string(task_id_generator(7).next(now)) ==
               to_string(task_id_generator(7, no_log).next(now)));
}

BOOST_AUTO_TEST_CASE(an_id_with_a_log_is_a_uuid_of_version_7_and_its_variant) {
    task_id_generator ids(7, highest_log);
    auto const id = ids.next(now);
    BOOST_TEST((id.bytes[6] >> 4) == 7);
    BOOST_TEST((id.bytes[8] >> 6) == 2);
    BOOST_TEST((time_of(id) == now));
    BOOST_TEST((parse_task_id(to_string(id)).value() == id));
}

BOOST_AUTO_TEST_CASE(ids_of_one_log_differ_and_grow) {
    task_id_generator ids(7, 5);
    task_id_generator others(8, 5);
    std::set<task_id> seen;
    task_id last;
    for (int i = 0; i < 20'000; ++i) {
        auto const id = ids.next(now);
        BOOST_REQUIRE((last < id));
        last = id;
        seen.insert(id);
        seen.insert(others.next(now));
    }
    BOOST_TEST(seen.size() == 40'000u);
}

BOOST_AUTO_TEST_CASE(members_and_reports_keep_the_log) {
    task_id_generator ids(7, 0xABCDEF);
    auto const group = ids.next(now);
    BOOST_TEST(log_of(member_of(group, 0)) == 0xABCDEFu);
    BOOST_TEST(log_of(member_of(group, 65'534)) == 0xABCDEFu);
    BOOST_TEST(log_of(report_of(group, now + 1h)) == 0xABCDEFu);
    BOOST_TEST(log_of(report_of(member_of(group, 300), now + 1h)) == 0xABCDEFu);
}

BOOST_AUTO_TEST_CASE(a_report_is_none_of_the_group) {
    task_id_generator ids(7, 9);
    auto const group = ids.next(now);
    std::set<task_id> seen{group};
    for (std::uint16_t n = 0; n < 1000; ++n) {
        seen.insert(member_of(group, n));
        seen.insert(report_of(member_of(group, n), time_of(group)));
    }
    BOOST_TEST(seen.size() == 2001u);
}

// The ids that are in journals: another way to make them sends a report twice.
BOOST_AUTO_TEST_CASE(the_report_of_before_is_known_from_that_of_now) {
    auto const task = parse_task_id("019ab3de-4c00-7abc-8123-456789abcdef").value();
    wall_time const ended{std::chrono::milliseconds{0x0123'4567'89AB}};
    auto const report = report_of(task, ended);
    BOOST_TEST(to_string(report) == "01234567-89ab-7abc-8123-456776abcdef");
    BOOST_TEST(to_string(other_report_of(report)) == "01234567-89ab-7abc-81dc-456789abcdef");
    BOOST_TEST((other_report_of(other_report_of(report)) == report));
}

BOOST_AUTO_TEST_CASE(every_digit_is_read_and_what_is_none_is_found_at_every_place) {
    std::string const lower = "01234567-89ab-cdef-fedc-ba9876543210";
    std::string const upper = "01234567-89AB-CDEF-FEDC-BA9876543210";
    auto const id = parse_task_id(lower).value();
    BOOST_TEST(to_string(id) == lower);
    BOOST_TEST((parse_task_id(upper).value() == id));
    for (std::size_t at = 0; at < lower.size(); ++at) {
        for (int c = 0; c < 256; ++c) {
            auto text = lower;
            text[at] = static_cast<char>(c);
            bool const is_good = lower[at] == '-' ? c == '-' : std::isxdigit(c) != 0;
            BOOST_REQUIRE_EQUAL(parse_task_id(text).has_value(), is_good);
            if (is_good) BOOST_REQUIRE(to_string(*parse_task_id(text))[at] == std::tolower(c));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace task_id_test
