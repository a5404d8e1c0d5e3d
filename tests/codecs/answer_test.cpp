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
        {"application/json", "<a/>", media_kind::other},
        {"application/xml", "{}", media_kind::other},
        {"", "", media_kind::other},
    };
    for (auto const& [content_type, body, kind] : cases) {
        answer const from(200, content_type, body);
        BOOST_TEST(from.json().has_value() == (kind == media_kind::json), body);
        BOOST_TEST((from.xml() != nullptr) == (kind == media_kind::xml), body);
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_says_why) {
    answer const broken(200, "application/json", "{\"a\":1,\"a\":2}");
    BOOST_REQUIRE(broken.error().has_value());
    BOOST_TEST(broken.error()->code == errc::duplicate_name);
    BOOST_TEST(!answer(200, "application/json", "{}").error().has_value());
    BOOST_TEST(answer(200, "text/xml", "<!DOCTYPE a><a/>").error()->code == errc::doctype);
    BOOST_TEST(!answer(200, "text/plain", "hello").error().has_value());
}

BOOST_AUTO_TEST_CASE(status_and_body_are_kept) {
    answer const from(503, "text/plain", "busy");
    BOOST_TEST(from.status() == 503);
    BOOST_TEST(from.body() == "busy");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::answer_test
