#include "codecs/unescaped_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace unescaped_text_test {

using sluice::codecs::unescaped_text;

namespace {

// After so many layers.
std::string peeled(std::string_view raw, int layers = 1) {
    unescaped_text text(raw);
    for (int i = 0; i < layers; ++i)
        text.peel();
    return std::string(text.text());
}

} // namespace

BOOST_AUTO_TEST_SUITE(unescaped_text_suite)

BOOST_AUTO_TEST_CASE(escapes_of_every_kind_are_taken_away) {
    BOOST_TEST(peeled(R"(a\"b\\c\/d\ne\u0041\u00e9)") == "a\"b\\c/d\ne"
                                                         "A\xC3\xA9");
    BOOST_TEST(peeled(R"(\ud83d\ude00)") == "\xF0\x9F\x98\x80");
    BOOST_TEST(peeled("a%20b%7Bc") == "a b{c");
    BOOST_TEST(peeled("&lt;a&gt;&amp;&quot;&apos;&#65;&#x42;") == "<a>&\"'AB");
}

BOOST_AUTO_TEST_CASE(what_is_no_whole_escape_stays) {
    for (auto const* text : {"", "plain", "\\x\\u12", "\\", "100%", "%zz", "a&b&&c;", "&#;", "&#x;",
                             "&#99999999999;", "&nbsp;"}) {
        unescaped_text kept(text);
        BOOST_TEST(!kept.peel(), text);
        BOOST_TEST(kept.text() == text);
    }
}

BOOST_AUTO_TEST_CASE(layers_come_away_one_by_one) {
    BOOST_TEST(peeled(R"(\\u0041)", 1) == R"(\u0041)");
    BOOST_TEST(peeled(R"(\\u0041)", 2) == "A");
    BOOST_TEST(peeled("%2525", 2) == "%");
    BOOST_TEST(peeled("&amp;amp;x%2541", 2) == "&xA");
}

BOOST_AUTO_TEST_CASE(each_byte_knows_where_it_stood) {
    std::string const raw = R"(ab\u0041c%2541d&amp;e)";
    unescaped_text text(raw);
    auto const place = [&](char c) { return text.place_of(text.text().find(c)); };
    for (int layer = 0; layer < 3; ++layer) {
        BOOST_TEST(place('b') == raw.find('b'), layer);
        BOOST_TEST(place('c') == raw.find('c'), layer);
        BOOST_TEST(place('d') == raw.find('d'), layer);
        BOOST_TEST(place('e') == raw.rfind('e'), layer);
        BOOST_TEST(text.place_of(text.text().size()) == raw.size(), layer);
        text.peel();
    }
    BOOST_TEST(text.text() == "abAcAd&e");
    BOOST_TEST(place('A') == raw.find('\\'));
    BOOST_TEST(text.place_of(4) == raw.find('%'));
    BOOST_TEST(place('&') == raw.find('&'));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace unescaped_text_test
