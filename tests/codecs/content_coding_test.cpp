#include "codecs/content_coding.hpp"
#include "tests/codecs/packing.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::content_coding_test {

namespace {

using test::packed;
using test::zipped;

constexpr inflate_limits usual{100'000, 100};
constexpr std::string_view text = R"({"flowID":"BEK4YYnx","contactNumbers":["8000374123"]})";

errc code_of(std::string_view coded, std::string_view coding,
             inflate_limits const& limits = usual) {
    auto const decoded = decode_content(coded, coding, limits);
    return decoded ? errc{} : decoded.error().code;
}

} // namespace

BOOST_AUTO_TEST_SUITE(content_coding)

BOOST_AUTO_TEST_CASE(every_known_coding_is_decoded) {
    struct {
        std::string coded;
        std::string_view coding;
    } const cases[]{
        {std::string(text), ""},
        {std::string(text), "identity"},
        {zipped(text, 15 + 16), "gzip"},
        {zipped(text, 15 + 16), "X-GZip"},
        {zipped(text, 15), "deflate"},
        {zipped(text, -15), "deflate"},
        {packed(text), "zstd"},
        {zipped(packed(text), 15 + 16), "zstd, identity, gzip"},
        {zipped(text.substr(0, 9), 15 + 16) + zipped(text.substr(9), 15 + 16), "gzip"},
        {packed(text.substr(0, 9)) + packed(text.substr(9)), "zstd"},
    };
    for (auto const& [coded, coding] : cases) {
        auto const decoded = decode_content(coded, coding, usual);
        BOOST_TEST_CONTEXT(coding) {
            BOOST_REQUIRE(decoded.has_value());
            BOOST_TEST(*decoded == text);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_none_says_so) {
    auto const gzip = zipped(text, 15 + 16);
    BOOST_TEST(code_of(gzip, "br") == errc::unsupported_media_type);
    BOOST_TEST(code_of(gzip, "gzip, gzip, gzip") == errc::unsupported_media_type);
    BOOST_TEST(code_of("", "gzip") == errc::incomplete);
    BOOST_TEST(code_of(gzip.substr(0, gzip.size() - 1), "gzip") == errc::incomplete);
    BOOST_TEST(code_of(gzip + "xy", "gzip") == errc::syntax);
    BOOST_TEST(code_of(text, "gzip") == errc::syntax);
    BOOST_TEST(code_of(text, "zstd") == errc::syntax);
    BOOST_TEST(code_of(packed(text).substr(0, 20), "zstd") == errc::incomplete);
    BOOST_TEST(code_of("", "zstd") == errc::incomplete);
    BOOST_TEST(decode_content(gzip, "br", usual).error().detail ==
               "the content coding \"br\" is not known");
}

BOOST_AUTO_TEST_CASE(bounds_hold_exactly) {
    std::string const many(40'000, 'a');
    for (auto const& [coded, coding] :
         {std::pair{zipped(many, 15 + 16), "gzip"}, std::pair{zipped(many, -15), "deflate"},
          std::pair{packed(many), "zstd"}}) {
        BOOST_TEST(code_of(coded, coding, {40'000, 10'000}) == errc{});
        BOOST_TEST(code_of(coded, coding, {39'999, 10'000}) == errc::too_large);
        BOOST_TEST(code_of(coded, coding, {40'000, 100}) == errc::too_large);
    }
    // A bomb in a bomb ends at the bound of the first.
    auto const bomb = zipped(zipped(std::string(50'000'000, 'a'), 15 + 16), 15 + 16);
    BOOST_TEST(code_of(bomb, "gzip, gzip", {1'000'000, 100}) == errc::too_large);
}

BOOST_AUTO_TEST_CASE(a_field_says_whether_a_body_is_coded) {
    for (auto const* const no : {"", "identity", "Identity, identity", " , "})
        BOOST_TEST(!is_coded(no), no);
    for (auto const* const yes : {"gzip", "identity, br"})
        BOOST_TEST(is_coded(yes), yes);
}

BOOST_AUTO_TEST_CASE(a_label_that_could_break_a_header_is_none) {
    BOOST_TEST(is_coding_list("gzip, x-own.2"));
    BOOST_TEST(!is_coding_list("gzip\r\nX: 1"));
    BOOST_TEST(!is_coding_list("gzip; q=\"1\""));
}

BOOST_AUTO_TEST_CASE(a_caller_says_what_it_takes) {
    for (auto const& [accept, coding] : {std::pair{"gzip", "gzip"},
                                         {"br;q=1, gzip;q=0.5", "gzip"},
                                         {"*", "zstd"},
                                         {"x-gzip", "gzip"},
                                         {"gzip, zstd", "zstd, gzip"},
                                         {"", ""},
                                         {"", "identity"},
                                         {"br", "br"}}) {
        BOOST_TEST(accepts_coding(accept, coding), accept << " / " << coding);
    }
    for (auto const& [accept, coding] : {std::pair{"", "gzip"},
                                         {"identity", "gzip"},
                                         {"gzip;q=0", "gzip"},
                                         {"gzip; q=0.000, *", "gzip"},
                                         {"*;q=0", "gzip"},
                                         {"gzip", "zstd, gzip"},
                                         {"deflate", "br"}}) {
        BOOST_TEST(!accepts_coding(accept, coding), accept << " / " << coding);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::content_coding_test
