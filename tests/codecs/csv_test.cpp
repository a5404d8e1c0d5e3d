#include "codecs/csv.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace csv_test {

using sluice::codecs::append_csv_field;
using sluice::codecs::append_csv_record;

namespace {

std::string field(std::string_view text) {
    std::string out;
    append_csv_field(out, text);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(fields_are_quoted_only_where_they_need_it) {
    struct row {
        char const* text;
        char const* written;
    };
    for (auto const& [text, written] : {
             row{"", ""},
             row{"919879964805", "919879964805"},
             row{"two words ", "two words "},
             row{"it's", "it's"},
             row{"a,b", "\"a,b\""},
             row{"say \"yes\"", "\"say \"\"yes\"\"\""},
             row{"\"", "\"\"\"\""},
             row{"line\nend", "\"line\nend\""},
             row{"carriage\rreturn", "\"carriage\rreturn\""},
         }) {
        BOOST_TEST(field(text) == written);
    }
}

BOOST_AUTO_TEST_CASE(a_record_ends_with_crlf) {
    std::string out;
    append_csv_record(out, {"a", "", "b,c"});
    append_csv_record(out, {"d"});
    BOOST_TEST(out == "a,,\"b,c\"\r\nd\r\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace csv_test
