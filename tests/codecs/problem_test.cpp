#include "codecs/json.hpp"
#include "codecs/problem.hpp"
#include "codecs/xml.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::problem_test {

BOOST_AUTO_TEST_SUITE(problem_)

namespace {

problem const full{422,
                   "https://example.com/invalid",
                   "",
                   "2 values are wrong",
                   {{"/flowID", "expected 8 characters"}, {"/a~1b", "<\"&>"}}};

} // namespace

BOOST_AUTO_TEST_CASE(json_has_the_members_of_rfc_9457) {
    std::string out;
    append_problem_json(out, full);
    BOOST_TEST(out == R"({"type":"https://example.com/invalid","title":"Unprocessable Content",)"
                      R"("status":422,"detail":"2 values are wrong","errors":[)"
                      R"({"pointer":"/flowID","detail":"expected 8 characters"},)"
                      R"({"pointer":"/a~1b","detail":"<\"&>"}]})");
    BOOST_TEST(check_json(out).has_value());
}

BOOST_AUTO_TEST_CASE(xml_has_the_namespace_and_items_of_rfc_9457) {
    std::string out;
    append_problem_xml(out, full);
    auto const parsed = parse_xml(out);
    BOOST_REQUIRE(parsed.has_value());
    auto const root = parsed->root();
    BOOST_TEST(root.name() == std::string_view("problem"));
    BOOST_TEST(root.attribute("xmlns").value() == std::string_view("urn:ietf:rfc:7807"));
    BOOST_TEST(root.child_value("title") == std::string_view("Unprocessable Content"));
    BOOST_TEST(root.child_value("status") == std::string_view("422"));
    auto const second = root.child("errors").last_child();
    BOOST_TEST(second.name() == std::string_view("i"));
    BOOST_TEST(second.child_value("detail") == std::string_view("<\"&>"));
}

BOOST_AUTO_TEST_CASE(what_is_empty_is_left_out) {
    std::string out;
    append_problem(out, media_kind::json, {.status = 404});
    BOOST_TEST(out == R"({"type":"about:blank","title":"Not Found","status":404})");
    out.clear();
    append_problem(out, media_kind::xml, {.status = 503, .title = "Full"});
    BOOST_TEST(out.ends_with("<type>about:blank</type><title>Full</title><status>503</status>"
                             "</problem>"));
}

BOOST_AUTO_TEST_CASE(those_that_did_not_answer_are_named) {
    problem from{.status = 503};
    from.missing = {"gw-2", "<gw\"3>"};
    std::string out;
    append_problem(out, media_kind::json, from);
    BOOST_TEST(out.ends_with(R"("status":503,"missing":["gw-2","<gw\"3>"]})"));
    out.clear();
    append_problem(out, media_kind::xml, from);
    auto const parsed = parse_xml(out);
    BOOST_REQUIRE(parsed.has_value());
    auto const missing = parsed->root().child("missing");
    BOOST_TEST(missing.first_child().child_value() == std::string_view("gw-2"));
    BOOST_TEST(missing.last_child().child_value() == std::string_view("<gw\"3>"));
}

BOOST_AUTO_TEST_CASE(the_content_type_follows_the_kind) {
    BOOST_TEST(problem_content_type(media_kind::xml) == "application/problem+xml");
    BOOST_TEST(problem_content_type(media_kind::json) == "application/problem+json");
    BOOST_TEST(problem_content_type(media_kind::csv) == "application/problem+json");
}

BOOST_AUTO_TEST_CASE(statuses_without_a_phrase_are_named_by_their_class) {
    BOOST_TEST(reason_phrase(202) == "Accepted");
    BOOST_TEST(reason_phrase(505) == "HTTP Version Not Supported");
    BOOST_TEST(reason_phrase(422) == "Unprocessable Content");
    BOOST_TEST(reason_phrase(499) == "Client Error");
    BOOST_TEST(reason_phrase(999) == "Unknown");
    BOOST_TEST(reason_phrase(299) == "Successful");
    BOOST_TEST(reason_phrase(599) == "Server Error");
}

BOOST_AUTO_TEST_CASE(hostile_details_stay_in_their_place) {
    problem const hostile{400, "about:blank", "", "\"}\n<x>\x01\xFF", {{"</i>", "]]>"}}};
    std::string json;
    append_problem_json(json, hostile);
    BOOST_TEST(check_json(json).has_value());
    std::string xml;
    append_problem_xml(xml, hostile);
    auto const parsed = parse_xml(xml);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->root().child_value("detail") ==
               std::string_view("\"}\n<x>\xEF\xBF\xBD\xEF\xBF\xBD"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::problem_test
