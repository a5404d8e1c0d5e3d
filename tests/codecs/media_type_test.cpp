#include "codecs/media_type.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace sluice::codecs::media_type_test {

BOOST_AUTO_TEST_SUITE(media_type_)

BOOST_AUTO_TEST_CASE(bodies_are_told_by_their_content_type) {
    struct {
        std::string_view content_type;
        media_kind kind;
    } const cases[]{
        {"", media_kind::none},
        {"application/json", media_kind::json},
        {"APPLICATION/JSON", media_kind::json},
        {" application/json ; charset=UTF-8 ", media_kind::json},
        {"application/json;charset=\"utf-8\"", media_kind::json},
        {"application/vnd.api+json", media_kind::json},
        {"application/xml", media_kind::xml},
        {"text/xml; charset=utf-16", media_kind::xml},
        {"application/soap+xml;action=\"a;b\"", media_kind::xml},
        {"application/x-www-form-urlencoded", media_kind::form},
        {"text/csv", media_kind::csv},
        {"text/plain; charset=us-ascii", media_kind::text},
        {"text/html;", media_kind::text},
        {"application/octet-stream; charset=latin1", media_kind::other},
        {"multipart/form-data; boundary=x", media_kind::other},
    };
    for (auto const& [content_type, kind] : cases) {
        auto const found = body_kind(content_type);
        BOOST_REQUIRE(found.has_value());
        BOOST_TEST(*found == kind, content_type);
    }
}

BOOST_AUTO_TEST_CASE(character_sets_that_are_not_read_are_refused) {
    for (auto const* const text :
         {"application/json; charset=iso-8859-1",
          "application/x-www-form-urlencoded; charset=utf-16", "text/plain;charset=windows-1252",
          "application/a+json;CHARSET=\"latin1\""}) {
        BOOST_TEST(body_kind(text).error().code == errc::unsupported_charset, text);
    }
}

BOOST_AUTO_TEST_CASE(malformed_content_types_are_refused) {
    for (auto const* const text :
         {"json", "application/", "/json", "application json", "application/json x",
          "application/json; charset", "application/json; charset=", "application/json;=x",
          "application/json; a=\"b", "application/json; a=1; A=2", "application/json, text/xml",
          "application/json; a = b", "é/x"}) {
        BOOST_TEST(body_kind(text).error().code == errc::syntax, text);
    }
}

BOOST_AUTO_TEST_CASE(parameters_are_unquoted) {
    auto const parsed = parse_media_type("Text/Plain; Format=Flowed ;x=\"a\\\"b, c\";;");
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->type == "text");
    BOOST_TEST(parsed->subtype == "plain");
    BOOST_REQUIRE(parsed->parameters.size() == 2U);
    BOOST_TEST(parsed->parameters[0].first == "format");
    BOOST_TEST(parsed->parameters[0].second == "Flowed");
    BOOST_TEST(parsed->parameters[1].second == "a\"b, c");
}

BOOST_AUTO_TEST_CASE(the_offer_that_is_liked_best_is_taken) {
    static constexpr std::array<std::string_view, 3> offers{"application/json", "application/xml",
                                                            "text/csv"};
    struct {
        std::string_view accept;
        int offer; // -1: none
    } const cases[]{
        {"", 0},
        {"*/*", 0},
        {"application/json", 0},
        {"application/xml", 1},
        {"Application/XML", 1},
        {"text/*", 2},
        {"text/csv;q=0.5, application/xml;q=0.4", 2},
        {"application/json;q=0.5, application/xml", 1},
        {"application/xml;q=0.9, */*;q=0.8", 1},
        {"text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", 1},
        {"application/*;q=0.5, application/json;q=0.1", 1},
        {"*/*, application/json;q=0", 1},
        {"*/*;q=0", -1},
        {"application/json;q=0", -1},
        {"image/png", -1},
        {"text/html", -1},
        {"*/*;q=0.1, application/xml", 1},
        {"application/xml, */*", 1},              // named exactly
        {"application/xml, application/json", 1}, // then the order of the field
        {",, application/xml ,", 1},
        {"application/xml;level=1;q=1.000", 1},
        {"application/xml;q=0.001,application/json;q=0.0", 1},
        {"nonsense", 0},                 // cannot be parsed: counts as empty
        {"application/xml;q=2", 0},      //
        {"application/xml;q=0.1234", 0}, //
        {"application/xml;q=", 0},       //
    };
    for (auto const& [accept, offer] : cases) {
        auto const chosen = negotiate_media_type(accept, offers);
        BOOST_TEST((chosen ? static_cast<int>(*chosen) : -1) == offer, accept);
    }
    BOOST_TEST(negotiate_media_type(std::nullopt, offers).value() == 0U);
    BOOST_TEST(!negotiate_media_type("*/*", {}).has_value());
}

BOOST_AUTO_TEST_CASE(answers_are_json_unless_xml_is_asked_or_given) {
    using field = std::optional<std::string_view>;
    struct {
        field accept;
        media_kind request;
        std::string_view content_type;
    } const cases[]{
        {std::nullopt, media_kind::json, "application/json"},
        {std::nullopt, media_kind::none, "application/json"},
        {std::nullopt, media_kind::form, "application/json"},
        {std::nullopt, media_kind::xml, "application/xml"},
        {"*/*", media_kind::json, "application/json"},
        {"*/*", media_kind::xml, "application/xml"},
        {"", media_kind::xml, "application/xml"},
        {"application/json", media_kind::xml, "application/json"},
        {"application/xml", media_kind::json, "application/xml"},
        {"text/xml", media_kind::json, "text/xml"},
        {"text/*", media_kind::json, "text/xml"},
        {"text/csv, */*;q=0.1", media_kind::json, "application/json"},
    };
    for (auto const& [accept, request, content_type] : cases) {
        auto const chosen = choose_reply_format(accept, request);
        BOOST_REQUIRE(chosen.has_value());
        BOOST_TEST(chosen->content_type == content_type);
        BOOST_TEST((chosen->kind == media_kind::xml) == content_type.ends_with("xml"));
    }
}

BOOST_AUTO_TEST_CASE(csv_is_offered_by_reports_only) {
    BOOST_TEST(choose_reply_format("text/csv", media_kind::json).error().code ==
               errc::not_acceptable);
    auto const chosen = choose_reply_format("text/csv", media_kind::json, csv_offer::yes);
    BOOST_TEST(chosen->content_type == "text/csv");
    BOOST_TEST(chosen->kind == media_kind::csv);
    BOOST_TEST(choose_reply_format("*/*", media_kind::none, csv_offer::yes)->content_type ==
               "application/json");
}

BOOST_AUTO_TEST_CASE(an_accept_that_cannot_be_met_says_what_can_be_had) {
    auto const refused = choose_reply_format("image/png", media_kind::json);
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST(refused.error().code == errc::not_acceptable);
    BOOST_TEST(refused.error().detail.find("application/json") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::media_type_test
