#include "gateway/telemetry/log_line.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace log_line_test {

using namespace sluice::gateway::telemetry;

namespace {

std::string json(std::string_view message, log_fields fields) {
    std::string out;
    append_json_members(out, message, fields);
    return out;
}

std::string text(std::string_view message, log_fields fields) {
    std::string out;
    append_text_line(out, message, fields);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(log_line)

BOOST_AUTO_TEST_CASE(fields_become_members_of_their_type) {
    auto const line = json("task is dead", {{"task", std::string("0199")},
                                            {"attempts", 7u},
                                            {"by_ms", -3600000},
                                            {"held", true},
                                            {"rate", 0.5}});
    BOOST_TEST(line == R"("message":"task is dead","task":"0199","attempts":7,)"
                       R"("by_ms":-3600000,"held":true,"rate":0.5)");
}

BOOST_AUTO_TEST_CASE(a_terminal_sees_key_equals_value) {
    BOOST_TEST(text("attempts fail", {{"destination", "crm"}, {"why", "timed out"}, {"n", 2}}) ==
               R"(attempts fail destination=crm why="timed out" n=2)");
}

BOOST_AUTO_TEST_CASE(plain_values_are_quoted_only_where_they_must) {
    struct {
        std::string_view value, shown;
    } const cases[] = {
        {"crm", "crm"},
        {"/in/crm?x", "/in/crm?x"},
        {"", R"("")"},
        {"two words", R"("two words")"},
        {"a=b", R"("a=b")"},
        {"x\ny", R"("x\ny")"},
        {"\x1B[31m", R"("\u001b[31m")"},
    };
    for (auto const& [value, shown] : cases)
        BOOST_TEST(text("m", {{"v", value}}) == "m v=" + std::string(shown));
}

BOOST_AUTO_TEST_CASE(the_largest_numbers_keep_every_digit) {
    BOOST_TEST(text("m", {{"n", std::numeric_limits<std::uint64_t>::max()}}) ==
               "m n=18446744073709551615");
    BOOST_TEST(text("m", {{"n", std::numeric_limits<std::int64_t>::min()}}) ==
               "m n=-9223372036854775808");
}

BOOST_AUTO_TEST_CASE(what_json_has_no_number_for_is_null) {
    BOOST_TEST(json("m", {{"n", std::numeric_limits<double>::infinity()}}) ==
               R"("message":"m","n":null)");
}

BOOST_AUTO_TEST_CASE(a_hostile_value_stays_inside_its_quotes) {
    BOOST_TEST(json("m", {{"v", "x\",\"level\":\"error\"\n{"}}) ==
               R"("message":"m","v":"x\",\"level\":\"error\"\n{")");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace log_line_test
