#include "codecs/json.hpp"
#include "codecs/xml.hpp"
#include "codecs/xml_from_json.hpp"
#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::xml_from_json_test {

namespace {

std::string xml_of(std::string_view json) {
    std::string out;
    append_json_as_xml(out, json);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(xml_from_json)

BOOST_AUTO_TEST_CASE(members_are_elements_and_arrays_repeat_them) {
    BOOST_TEST(xml_of(R"({"id":"a","n":12,"ok":true,"none":null,"empty":[]})") ==
               "<response><id>a</id><n>12</n><ok>true</ok><none></none></response>");
    BOOST_TEST(xml_of(R"({"ids":["a","b"],"lane":{"rate":{"limit":5}}})") ==
               "<response><ids>a</ids><ids>b</ids><lane><rate><limit>5</limit></rate></lane>"
               "</response>");
    BOOST_TEST(xml_of(R"({"attempts":[{"n":1},{"n":2}]})") ==
               "<response><attempts><n>1</n></attempts><attempts><n>2</n></attempts></response>");
}

BOOST_AUTO_TEST_CASE(variables_are_keys) {
    BOOST_TEST(xml_of(R"({"result":[{"name":"$flow.key.a","value":"1 < 2"}]})") ==
               "<response><result><key name=\"$flow.key.a\">1 &lt; 2</key></result></response>");
}

BOOST_AUTO_TEST_CASE(names_that_xml_does_not_have_are_attributes) {
    BOOST_TEST(xml_of(R"({"a b":1,"":2,"1":3})") ==
               "<response><member name=\"a b\">1</member><member name=\"\">2</member>"
               "<member name=\"1\">3</member></response>");
}

BOOST_AUTO_TEST_CASE(whatever_the_text_it_is_well_formed_and_reads_as_itself) {
    test::random_source random(7);
    BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed()) {
        for (int i = 0; i < 500; ++i) {
            auto const text = random.hostile_text(8);
            std::string json = "{\"a\":";
            append_json_string(json, text);
            json += ",";
            append_json_string(json, text + "x");
            json += ":[1,{\"b\":\"c\"}]}";
            auto const parsed = parse_xml(xml_of(json));
            BOOST_REQUIRE(parsed.has_value());
            BOOST_REQUIRE_EQUAL(xml_own_text(parsed->root().child("a")), text);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::xml_from_json_test
