#include "codecs/error.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace sluice::codecs::error_test {

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(every_code_has_a_sentence_of_its_own) {
    std::set<std::string> sentences;
    auto const last = static_cast<int>(errc::invalid_rule);
    for (int code = 1; code <= last; ++code) {
        auto const message = make_error_code(static_cast<errc>(code)).message();
        BOOST_TEST(message.ends_with('.'));
        BOOST_TEST(sentences.insert(message).second, message);
    }
    auto const unknown = make_error_code(static_cast<errc>(last + 1)).message();
    BOOST_TEST(!sentences.contains(unknown));
}

BOOST_AUTO_TEST_CASE(positions_count_lines_and_columns_from_one) {
    struct {
        std::size_t offset, line, column;
    } const cases[]{{0, 1, 1}, {2, 1, 3}, {3, 2, 1}, {4, 3, 1}, {6, 3, 3}, {99, 3, 3}};
    for (auto const& expected : cases) {
        auto const where = position_of("ab\n\ncd", expected.offset);
        BOOST_TEST(where.line == expected.line);
        BOOST_TEST(where.column == expected.column);
    }
}

BOOST_AUTO_TEST_CASE(a_message_names_the_place_when_it_is_known) {
    BOOST_TEST(error_at(errc::syntax, "a\nbc", 3, "no").message() == "line 2, column 2: no");
    BOOST_TEST((decode_error{errc::syntax, "no"}.message()) == "no");
}

BOOST_AUTO_TEST_CASE(an_excerpt_is_printable_short_and_whole_characters) {
    BOOST_TEST(quoted_excerpt("a\t\nb\x7F\xC2\x9B\xFF") ==
               "\"a\\u0009\\u000ab\\u007f\\u009b\xEF\xBF\xBD\"");
    BOOST_TEST(quoted_excerpt("\u202D12\u00A0\u202C") == R"("\u202d12\u00a0\u202c")");
    auto const cut = quoted_excerpt(std::string(63, 'a') + "é and more");
    BOOST_TEST(cut == "\"" + std::string(63, 'a') + "…\"");
}

BOOST_AUTO_TEST_CASE(an_unchecked_result_throws_its_error) {
    result<int> const failed = decode_error{errc::doctype, "no"};
    try {
        (void)failed.value();
        BOOST_TEST(false);
    } catch (boost::system::system_error const& error) {
        BOOST_TEST(error.code() == errc::doctype);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::error_test
