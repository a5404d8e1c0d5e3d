#include "codecs/percent.hpp"
#include "tests/codecs/printing.hpp"
#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::percent_test {

BOOST_AUTO_TEST_SUITE(percent)

BOOST_AUTO_TEST_CASE(only_unreserved_characters_stay) {
    std::string out = "/";
    append_percent_encoded(out, "aZ09-._~ /?#%&=+é\n");
    BOOST_TEST(out == "/aZ09-._~%20%2F%3F%23%25%26%3D%2B%C3%A9%0A");
}

BOOST_AUTO_TEST_CASE(dot_segments_are_seen_through_their_encodings) {
    for (auto const* const yes : {".", "..", "%2e", "%2E%2e", ".%2e", "%2E."}) {
        BOOST_TEST(is_dot_segment(yes), yes);
    }
    for (auto const* const no : {"", "...", "a", ".a", "%2f", "%2", "%252e", "%2e%2e%2e"}) {
        BOOST_TEST(!is_dot_segment(no), no);
    }
}

BOOST_AUTO_TEST_CASE(decoding_is_strict) {
    BOOST_TEST(*percent_decode("a+b%20%C3%a9") == "a+b é");
    struct {
        std::string_view text;
        errc code;
        std::size_t column;
    } const cases[]{{"a%", errc::syntax, 2},
                    {"a%2", errc::syntax, 2},
                    {"ab%zz", errc::syntax, 3},
                    {"%FF", errc::invalid_encoding, 0}};
    for (auto const& [text, code, column] : cases) {
        auto const decoded = percent_decode(text);
        BOOST_REQUIRE(decoded.has_error());
        BOOST_TEST(decoded.error().code == code);
        BOOST_TEST(decoded.error().where.column == column);
    }
}

BOOST_AUTO_TEST_CASE(any_text_survives_encoding) {
    test::random_source random(3);
    BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed()) {
        for (int i = 0; i < 1000; ++i) {
            auto const text = random.hostile_text(10);
            std::string encoded;
            append_percent_encoded(encoded, text);
            BOOST_REQUIRE(*percent_decode(encoded) == text);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::percent_test
