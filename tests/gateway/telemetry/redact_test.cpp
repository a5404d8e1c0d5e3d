#include "gateway/telemetry/redact.hpp"

#include <boost/test/unit_test.hpp>

namespace redact_test {

using namespace sluice::gateway::telemetry;

namespace {
struct example {
    std::string_view given, expected;
};
} // namespace

BOOST_AUTO_TEST_SUITE(redact)

BOOST_AUTO_TEST_CASE(contacts_keep_their_first_digit_and_the_last_two) {
    for (auto const& c : {example{"+79261234512", "+7******12"},
                          {"919879964805", "9******05"},
                          {"+7 (926) 123-45-12", "+7******12"},
                          {"1234567", "1******67"},
                          {"123456", "******"},
                          {"", "******"},
                          {"someone@example.com", "******"},
                          {"+7926x1234512", "******"}})
        BOOST_TEST(mask_contact(c.given) == c.expected);
}

BOOST_AUTO_TEST_CASE(queries_lose_secrets_and_contacts) {
    for (auto const& c : {example{"/a/b", "/a/b"},
                          {"/a?city=Pune&n=1", "/a?city=Pune&n=1"},
                          {"/a?token=abc&x=1", "/a?token=***&x=1"},
                          {"/a?TOKEN=abc", "/a?TOKEN=***"},
                          {"/a?custToken=abc&securityID=def", "/a?custToken=***&securityID=***"},
                          {"/a?$flow.syskey.securityID=abc", "/a?$flow.syskey.securityID=***"},
                          {"/a?$flow.key.city=Pune", "/a?$flow.key.city=Pune"},
                          {"/a?%74oken=abc", "/a?%74oken=***"}, // could spell anything
                          {"/a?cli=+79261234512", "/a?cli=+7******12"},
                          {"/a?contactNumber=919879964805&to=919879964805",
                           "/a?contactNumber=9******05&to=9******05"},
                          {"/a?flag&token=&b=", "/a?flag&token=***&b="},
                          {"/a?&&token=abc&&x&", "/a?&&token=***&&x&"},
                          {"/a?", "/a?"},
                          {"https://user:pass@host/p?sig=1", "https://***@host/p?sig=***"},
                          {"https://host/p@q", "https://host/p@q"},
                          {"https://u@host", "https://***@host"}})
        BOOST_TEST(redact_url(c.given) == c.expected);
}

BOOST_AUTO_TEST_CASE(free_text_loses_numbers_credentials_and_queries) {
    for (auto const& c :
         {example{"connection refused: 127.0.0.1:9000", "connection refused: 127.0.0.1:9000"},
          {"no route for +79261234512, sorry", "no route for +7******12, sorry"},
          {"number 98799 64805 is busy", "number 9******05 is busy"},
          {"code 123456", "code 123456"},
          {"order12345678 and 12345678x", "order12345678 and 12345678x"},
          {"sent Bearer abc.def to it", "sent *** to it"},
          {"Authorization: Basic dXNlcg==, refused", "Authorization: ***, refused"},
          {"secret whsec_MfKQ9r8G is old", "secret *** is old"},
          {"GET https://h/x?token=abc failed", "GET https://h/x?token=*** failed"},
          {"", ""}})
        BOOST_TEST(redact_text(c.given) == c.expected);
}

BOOST_AUTO_TEST_CASE(answers_lose_what_they_echo) {
    for (auto const& c :
         {example{R"({"api-response-code":200,"request-id":"a1"})",
                  R"({"api-response-code":200,"request-id":"a1"})"},
          {R"({"security-id":"s3cret","flow":"f"})", R"({"security-id":"***","flow":"f"})"},
          {R"({ "securityID" : "a\"b" , "n":1})", R"({ "securityID" : "***" , "n":1})"},
          {R"({"contact-numbers":["919879964805","+919879964806"]})",
           R"({"contact-numbers":["9******05","+9******06"]})"},
          {R"({"cli":9879964805})", R"({"cli":9******05})"},
          {R"({"tokens":["s3cret","other"],"n":1})", R"({"tokens":[***],"n":1})"},
          {R"({"tokens":[],"secrets":[ ]})", R"({"tokens":[],"secrets":[ ]})"},
          {R"({"keys":[{"name":"$flow.key.city","value":"Pune"}]})",
           R"({"keys":[{"name":"$flow.key.city","value":"Pune"}]})"},
          {"<r><securityID>s3cret</securityID><city>Pune</city></r>",
           "<r><securityID>***</securityID><city>Pune</city></r>"},
          {"<r><phone kind=\"m\">9879964805</phone>", "<r><phone kind=\"m\">9******05</phone>"},
          {"custToken=abc&city=Pune&contactNumber=9879964805",
           "custToken=***&city=Pune&contactNumber=9******05"},
          {R"({"token":"cut off in the mid)", R"({"token":"***)"},
          {R"({"token":null,"secret":{"a":1}})", R"({"token":***,"secret":{"a":1}})"},
          {"plain text: OK", "plain text: OK"},
          {"<security-id/>", "<security-id/>"},
          {"", ""}})
        BOOST_TEST(redact_answer(c.given) == c.expected);
}

BOOST_AUTO_TEST_CASE(who_may_see_numbers_sees_them_and_no_secret) {
    for (auto const& c :
         {example{R"({"security-id":"s3cret","contact-numbers":["919879964805"]})",
                  R"({"security-id":"***","contact-numbers":["919879964805"]})"},
          {R"({"keys":[{"name":"$flow.syskey.securityID","value":"s3cret"},)"
           R"({"name":"$flow.key.city","value":"Pune"}]})",
           R"({"keys":[{"name":"$flow.syskey.securityID","value":"***"},)"
           R"({"name":"$flow.key.city","value":"Pune"}]})"},
          {R"(<key name="$flow.syskey.securityID">s3cret</key>)"
           R"(<key name="$flow.key.city">Pune</key>)",
           R"(<key name="$flow.syskey.securityID">***</key><key name="$flow.key.city">Pune</key>)"},
          {"custToken=abc&contactNumber=9879964805", "custToken=***&contactNumber=9879964805"}})
        BOOST_TEST(hide_secrets(c.given) == c.expected);
    BOOST_TEST(hide_url_secrets("https://u:p@h/a?cli=+79261234512&token=x") ==
               "https://***@h/a?cli=+79261234512&token=***");
    BOOST_TEST(tells_secret("X-Api-Key"));
    BOOST_TEST(!tells_secret("Content-Type"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace redact_test
