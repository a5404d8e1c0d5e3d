#include "gateway/client/header_safety.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace sluice::gateway::client::header_safety_test {
namespace {

using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(header_safety)

BOOST_AUTO_TEST_CASE(names_are_tokens) {
    for (auto const name : {"X-Platform"sv, "a"sv, "x_y.z~1"sv})
        BOOST_TEST(is_valid_header_name(name), name);
    for (auto const name : {""sv, "X Platform"sv, "X:"sv, "X\r\n"sv, "X\0"sv, "Ü"sv, "(x)"sv})
        BOOST_TEST(!is_valid_header_name(name), name);
}

BOOST_AUTO_TEST_CASE(values_hold_no_line_ends_and_no_controls) {
    for (auto const value : {""sv, "plain"sv, "with space"sv, "tab\there"sv, "Grüße"sv})
        BOOST_TEST(is_valid_header_value(value), value);
    for (auto const value : {"a\r\nX-Injected: 1"sv, "a\rb"sv, "a\nb"sv, "a\0b"sv, "a\x7f"sv,
                             "\x1b[0m"sv, " a"sv, "a\t"sv})
        BOOST_TEST(!is_valid_header_value(value), value);
}

BOOST_AUTO_TEST_CASE(targets_have_no_spaces_and_no_fragment) {
    for (auto const target : {"/"sv, "/a?b=c&d=%0d%0a"sv, "/$x.(y)"sv})
        BOOST_TEST(is_valid_target(target), target);
    for (auto const target : {""sv, "a"sv, "/a b"sv, "/a\r\n"sv, "/a#b"sv, "/ü"sv, "*"sv})
        BOOST_TEST(!is_valid_target(target), target);
}

BOOST_AUTO_TEST_CASE(connection_fields_do_not_travel) {
    for (auto const name : {"Connection"sv, "keep-alive"sv, "TE"sv, "Transfer-Encoding"sv,
                            "Upgrade"sv, "Proxy-Connection"sv, "Trailer"sv})
        BOOST_TEST(is_hop_by_hop(name, {}), name);
    BOOST_TEST(!is_hop_by_hop("Content-Type", {}));
    BOOST_TEST(is_hop_by_hop("X-Local", "close, x-local ,te"));
    BOOST_TEST(!is_hop_by_hop("X-Loc", "close, x-local"));
}

BOOST_AUTO_TEST_CASE(an_invalid_line_is_not_appended_at_all) {
    std::string lines;
    BOOST_TEST(append_header_line(lines, "A", "1"));
    BOOST_TEST(!append_header_line(lines, "B", "1\r\nC: 2"));
    BOOST_TEST(!append_header_line(lines, "B\r\n", "1"));
    BOOST_TEST(lines == "A: 1\r\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::header_safety_test
