#include "codecs/answer.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::answer_test {

BOOST_AUTO_TEST_SUITE(answer_)

BOOST_AUTO_TEST_CASE(the_body_is_read_by_its_content_type_or_its_first_character) {
    struct {
        std::string_view content_type, body;
        media_kind kind; // other: neither
    } const cases[]{
        {"application/json", "{}", media_kind::json},
        {"application/problem+json; charset=utf-8", " [1]", media_kind::json},
        {"application/json", "5", media_kind::json},
        {"application/json", "\xEF\xBB\xBF{}", media_kind::json},
        {"text/xml", "<a/>", media_kind::xml},
        {"text/html", "{}", media_kind::json},
        {"", " [1]", media_kind::json},
        {"not a type", "<a/>", media_kind::xml},
        {"application/json; charset=latin1", "{}", media_kind::json},
        {"text/plain", "5", media_kind::other},
        {"application/json", "<a/>", media_kind::xml},
        {"application/xml", "\n{}", media_kind::json},
        {"application/json", "\xEF\xBB\xBF<a/>", media_kind::xml},
        {"application/json", std::string_view("\xFF\xFE<\0a\0/\0>\0", 10), media_kind::xml},
        {"", "", media_kind::other},
    };
    for (auto const& [content_type, body, kind] : cases) {
        answer const from(200, content_type, body);
        BOOST_TEST(from.json().has_value() == (kind == media_kind::json), body);
        BOOST_TEST((from.xml() != nullptr) == (kind == media_kind::xml), body);
    }
}

BOOST_AUTO_TEST_CASE(what_only_strictness_would_refuse_is_read) {
    std::string const deep = std::string(200, '[') + std::string(200, ']');
    for (std::string const& body :
         {std::string(R"({"a":1,"a":2})"), std::string("{\"a\":\"\xE9\"}"), deep,
          std::string(R"({"a":1e400})")}) {
        BOOST_TEST(answer(200, "application/json", body).json().has_value(), body);
    }
    BOOST_TEST(answer(200, "", R"({"a":1,"b":3,"a":2})").json().value() == R"({"b":3,"a":2})");
    BOOST_TEST(answer(200, "", "{\"a\":\"\xE9\"}").json().value() == "{\"a\":\"\xEF\xBF\xBD\"}");
    BOOST_TEST((answer(200, "text/xml", "<!DOCTYPE a><a b='1'>x & y</a>").xml() != nullptr));
    answer const latin(200, "text/xml; charset=ISO-8859-1", "<a>caf\xE9</a>");
    BOOST_TEST(xml_own_text(latin.xml()->root()) == "café");
    answer const utf8(200, "text/xml; charset=utf-8",
                      "<?xml version='1.0' encoding='ISO-8859-1'?><a>café</a>");
    BOOST_TEST(xml_own_text(utf8.xml()->root()) == "café");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_says_why_and_where_to_whoever_looked) {
    struct {
        std::string_view type, body, why;
    } const cases[]{
        {"application/json", "{\"a\":1,\n\"b\":}", "line 2, column 5: unexpected \"}\""},
        {"text/xml", "<a>\n<b></a>", "line 2, column 4: expected </b>"},
        {"text/plain", "ERROR:14", "line 1, column 1: this is neither JSON nor XML"},
    };
    for (auto const& [type, body, why] : cases) {
        answer const from(200, type, body);
        BOOST_TEST(from.unreadable() == "", "nobody has looked");
        BOOST_TEST(!from.json().has_value());
        BOOST_TEST(from.unreadable().starts_with(why), from.unreadable());
    }
    answer const empty(204, "", "");
    BOOST_TEST(!empty.json().has_value());
    BOOST_TEST(empty.unreadable() == "");
    answer coded(200, "application/json", "\x1F\x8B");
    coded.cannot_be_decoded("its Content-Encoding is not known");
    BOOST_TEST(coded.unreadable() == "");
    BOOST_TEST(!coded.text().has_value());
    BOOST_TEST(coded.unreadable() == "its Content-Encoding is not known");
    BOOST_TEST(!coded.json().has_value());
    BOOST_TEST(coded.unreadable() == "its Content-Encoding is not known");
}

BOOST_AUTO_TEST_CASE(fields_are_found_in_any_case_and_joined) {
    answer const from(200, "", "", "X-Code: 5\r\nx-code:6 \r\nEmpty:\r\n");
    BOOST_TEST(from.header("X-CODE").value() == "5, 6");
    BOOST_TEST(from.header("empty").value() == "");
    BOOST_TEST(!from.header("code").has_value());
}

BOOST_AUTO_TEST_CASE(status_and_body_are_kept) {
    answer const from(503, "text/plain", "busy");
    BOOST_TEST(from.status() == 503);
    BOOST_TEST(from.body() == "busy");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::answer_test
