#include "gateway/cli/journal_text.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::journal_text_test {

BOOST_AUTO_TEST_SUITE(journal_text_test)

BOOST_AUTO_TEST_CASE(json_strings_are_escaped_and_always_utf_8) {
    BOOST_TEST(gateway::cli::json_string("a\"b\\c\n") == R"("a\"b\\c\n")");
    BOOST_TEST(gateway::cli::json_string("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
               "\"\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
    // Alone, overlong, a surrogate, beyond the last, cut short.
    for (auto const* bad :
         {"\x80", "\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
        auto const text = gateway::cli::json_string(bad);
        BOOST_TEST(text.starts_with("\"\xEF\xBF\xBD"), bad);
    }
}

BOOST_AUTO_TEST_CASE(contents_are_shown_by_their_length_only) {
    BOOST_TEST(gateway::cli::without_contents("dest", "crm") == "crm");
    BOOST_TEST(gateway::cli::without_contents("result", "{secret}") == "[8]");
    BOOST_TEST(gateway::cli::without_contents("note", "1,1764,7,500,answered,why,the%20answer") ==
               "1,1764,7,500,answered,why,[12]");
    BOOST_TEST(gateway::cli::without_contents("last", "1,1764,7,0,refused,why,") ==
               "1,1764,7,0,refused,why,");
    BOOST_TEST(gateway::cli::without_contents("idem", "aa,bb,an answer") == "aa,bb,[9]");
    BOOST_TEST(gateway::cli::without_contents("content", "aa,600000,an answer") == "aa,600000,[9]");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_text_test
