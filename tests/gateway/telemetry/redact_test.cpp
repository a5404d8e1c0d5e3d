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

BOOST_AUTO_TEST_CASE(credentials_in_headers_are_hidden_whatever_their_case) {
    for (auto const* name : {"Authorization", "proxy-authorization", "COOKIE", "Set-Cookie",
                             "webhook-signature", "X-Api-Key", "X_Auth_Token", "securityID"})
        BOOST_TEST(redact_header(name, "s3cret") == "***", name);
    for (auto const* name : {"Content-Type", "Host", "webhook-id", "User-Agent"})
        BOOST_TEST(redact_header(name, "shown") == "shown", name);
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

BOOST_AUTO_TEST_SUITE_END()

} // namespace redact_test
