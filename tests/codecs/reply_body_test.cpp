#include "codecs/json.hpp"
#include "codecs/reply_body.hpp"
#include "codecs/xml.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace sluice::codecs::reply_body_test {

BOOST_AUTO_TEST_SUITE(reply_body_)

namespace {

constexpr std::array keys{reply_key{"$flow.key.obdReqID", "0190"},
                          reply_key{"$flow.key.x", "<\"&"}};
constexpr std::array<std::string_view, 2> unset{"$flow.key.a", "$flow.key.b"};

} // namespace

BOOST_AUTO_TEST_CASE(an_accepted_call_is_answered_in_the_platforms_shape) {
    std::string out = ">";
    append_reply_json(out,
                      {.code = 202, .message = "Accepted", .request_id = "0190", .keys = keys});
    BOOST_TEST(out == R"(>{"api-response-code":202,"api-response-message":"Accepted",)"
                      R"("request-id":"0190","call-details":null,"keys":[)"
                      R"({"name":"$flow.key.obdReqID","value":"0190"},)"
                      R"({"name":"$flow.key.x","value":"<\"&"}]})");
}

BOOST_AUTO_TEST_CASE(xml_has_the_same_names) {
    std::string out;
    append_reply_xml(
        out,
        {.code = 202, .message = "Accepted", .request_id = "0190", .keys = keys, .unset = unset});
    BOOST_TEST(out == "<response><api-response-code>202</api-response-code>"
                      "<api-response-message>Accepted</api-response-message>"
                      "<request-id>0190</request-id><call-details/><keys>"
                      "<key name=\"$flow.key.obdReqID\">0190</key>"
                      "<key name=\"$flow.key.x\">&lt;\"&amp;</key></keys>"
                      "<unset>$flow.key.a</unset><unset>$flow.key.b</unset></response>");
    BOOST_TEST(parse_xml(out).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_empty_is_left_out) {
    std::string out;
    append_reply(out, media_kind::json, {.code = 200});
    BOOST_TEST(out == R"({"api-response-code":200,"keys":[]})");
    out.clear();
    append_reply(out, media_kind::json,
                 {.code = 205, .message = "Invalid Contact Number", .always_keys = false});
    BOOST_TEST(out ==
               R"({"api-response-code":205,"api-response-message":"Invalid Contact Number"})");
    out.clear();
    append_reply(out, media_kind::xml, {.code = 200});
    BOOST_TEST(out ==
               "<response><api-response-code>200</api-response-code><keys></keys></response>");
}

BOOST_AUTO_TEST_CASE(unset_names_and_call_details_are_listed) {
    std::string out;
    append_reply_json(
        out, {.code = 200, .request_id = "r", .call_details = "[{\"a\":1}]", .unset = unset});
    BOOST_TEST(out == R"({"api-response-code":200,"request-id":"r","call-details":[{"a":1}],)"
                      R"("keys":[],"unset":["$flow.key.a","$flow.key.b"]})");
    BOOST_TEST(check_json(out).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::reply_body_test
