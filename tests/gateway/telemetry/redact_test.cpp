#include "gateway/telemetry/redact.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace redact_test {

using namespace sluice::gateway::telemetry;

namespace {
struct example {
    std::string_view given, expected;
};

// Between commas.
std::vector<std::string> pieces_of(std::string_view list) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at <= list.size();) {
        auto const end = std::min(list.find(',', at), list.size());
        all.emplace_back(list.substr(at, end - at));
        at = end + 1;
    }
    return all;
}
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
    for (auto const& c :
         {example{"/a/b", "/a/b"},
          {"/a?city=Pune&n=1", "/a?city=Pune&n=1"},
          {"/a?token=abc&x=1", "/a?token=***&x=1"},
          {"/a?TOKEN=abc", "/a?TOKEN=***"},
          {"/a?custToken=abc&securityID=def", "/a?custToken=***&securityID=***"},
          {"/a?$flow.syskey.securityID=abc", "/a?$flow.syskey.securityID=***"},
          {"/a?$flow.key.city=Pune", "/a?$flow.key.city=Pune"},
          {"/a?%74oken=abc&%24flow.key.city=Pune", "/a?%74oken=***&%24flow.key.city=Pune"},
          {"/a?%2574oken=abc&%zz=x", "/a?%2574oken=***&%zz=***"},
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
          {"DELETE /v1/tasks/01a22ce8-0061-7123-9456-00029952905b",
           "DELETE /v1/tasks/01a22ce8-0061-7123-9456-00029952905b"},
          {"x 01a22ce8-006c-7a23-9a56-919879964805, 919879964805",
           "x 01a22ce8-006c-7a23-9a56-919879964805, 9******05"},
          {"919879964805 5xx", "9******05 5xx"},
          {"+919879964805 01a22ce8-006c-7a23-9a56-00029952905b",
           "+9******05 01a22ce8-006c-7a23-9a56-00029952905b"},
          {"919879964805 2026-11-30", "9******05 2******30"},
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
          {R"({"tokens":["s3cret","other"],"n":1})", R"({"tokens":["***"],"n":1})"},
          {R"({"tokens":["a]b","other"],"n":1})", R"({"tokens":["***"],"n":1})"},
          {R"({"tokens":[{"value":"s3cret"}]})", R"({"tokens":["***"]})"},
          {R"({"tokens":[],"secrets":[ ]})", R"({"tokens":[],"secrets":[ ]})"},
          {R"({"keys":[{"name":"$flow.key.city","value":"Pune"}]})",
           R"({"keys":[{"name":"$flow.key.city","value":"Pune"}]})"},
          {"<r><securityID>s3cret</securityID><city>Pune</city></r>",
           "<r><securityID>***</securityID><city>Pune</city></r>"},
          {"<r><phone kind=\"m\">9879964805</phone>", "<r><phone kind=\"m\">9******05</phone>"},
          {"custToken=abc&city=Pune&contactNumber=9879964805",
           "custToken=***&city=Pune&contactNumber=9******05"},
          {R"({"token":"cut off in the mid)", R"({"token":"***)"},
          {R"({"token":null,"secret":{"a":{"b":"}"}},"n":1})",
           R"({"token":"***","secret":"***","n":1})"},
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
}

BOOST_AUTO_TEST_CASE(names_tell_secrets_however_people_write_them) {
    for (auto const& name : pieces_of(
             "X-Api-Key,x-api-key,apiKey,API_KEY,APIKey,apikey,api key,api_keys,key,Authorization,"
             "Proxy-Authorization,authorisation,auth,X-Auth,authToken,client_secret,clientSecret,"
             "CLIENT-SECRET,clientsecret,access_token,accessToken,refresh-token,custToken,"
             "csrf_tokens,Cookie,Set-Cookie,password,userPassword,PASSWD,pwd,passphrase,securityID,"
             "security-id,$flow.syskey.securityID,soap:securityID,Stripe-Signature,"
             "X-Hub-Signature-256,X-Shopify-Hmac-SHA256,sig,credentials,private_key,secretkey,"
             "aws_access_key_id,X-Session-Token,jwt,OTP"))
        BOOST_TEST(tells_secret(name), name);
}

BOOST_AUTO_TEST_CASE(names_that_only_look_like_it_tell_none) {
    for (auto const& name : pieces_of(
             "keyboard,monkey,turkey,hockey,keys,keyword,key_name,author,authority,authors,"
             "secretary,Secretariat,order_key,Idempotency-Key,primaryKey,public_key,$flow.key.city,"
             "Content-Type,client,clientID,flow,passenger,compass,signal,design,city,name,value,,"))
        BOOST_TEST(!tells_secret(name), name);
}

BOOST_AUTO_TEST_CASE(a_secret_is_hidden_however_it_is_spelled) {
    for (auto const& c : {
             // names in escapes
             example{R"({"\u0073ecret":"hidden!","n":1})", R"({"\u0073ecret":"***","n":1})"},
             {"a=1&%73ecret=hidden!&b=2", "a=1&%73ecret=***&b=2"},
             {R"(<key name="&#115;ecret">hidden!</key>)", R"(<key name="&#115;ecret">***</key>)"},
             {R"({"name":"$flow.syskey.\u0073ecurityID","value":"hidden!"})",
              R"({"name":"$flow.syskey.\u0073ecurityID","value":"***"})"},
             // a document in a document
             {R"({"body":"{\"password\":\"hidden!\",\"n\":1}"})",
              R"({"body":"{\"password\":\"***\",\"n\":1}"})"},
             {R"(payload=%7B%22token%22%3A%22hidden!%22%7D&n=1)",
              R"(payload=%7B%22token%22%3A%22***%22%7D&n=1)"},
             {"<a>&lt;secret&gt;hidden!&lt;/secret&gt;</a>",
              "<a>&lt;secret&gt;***&lt;/secret&gt;</a>"},
             // what an element may hold
             {"<secret><![CDATA[hid<den!]]></secret><n>1</n>", "<secret>***</secret><n>1</n>"},
             {"<secret>hid<!-- -->den!</secret><n>1</n>", "<secret>***</secret><n>1</n>"},
             {"<secret><v>hidden!</v></secret><n>1</n>", "<secret>***</secret><n>1</n>"},
             {"<s:secret xmlns:s=\"urn:s\">hidden!</s:secret>",
              "<s:secret xmlns:s=\"urn:s\">***</s:secret>"},
             {"<user password='hid den!' n='1'/>", "<user password='***' n='1'/>"},
             {R"(<p name="token" value="hidden!"/>)", R"(<p name="token" value="***"/>)"},
             {"<k><name>token</name><value>hidden!</value></k>",
              "<k><name>token</name><value>***</value></k>"},
             {"<k><value>hidden!</value><name>token</name></k>",
              "<k><value>***</value><name>token</name></k>"},
             // what a member may be
             {R"([{"value":"hidden!","name":"token"},{"value":"x","name":"y"}])",
              R"([{"value":"***","name":"token"},{"value":"x","name":"y"}])"},
             {R"({"key":"token","value":"hidden!"})", R"({"key":"token","value":"***"})"},
             {R"({"key":"city","value":"Pune"})", R"({"key":"city","value":"Pune"})"},
             {R"({"key":"AIzaSyA-1234567890"})", R"({"key":"***"})"},
             {R"({"api key":"hidden!"})", R"({"api key":"***"})"},
             {"{'token':'hid den!','n':1}", "{'token':'***','n':1}"},
             {"token=hid,den!]&n=1", "token=***&n=1"},
             {"Authorization: Digest hidden!\r\nX: 1", "Authorization: ***\r\nX: 1"},
             {"--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhid\r\nden!\r\n"
              "--b\r\nContent-Disposition: form-data; name=\"city\"\r\n\r\nPune\r\n--b--",
              "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n***\r\n"
              "--b\r\nContent-Disposition: form-data; name=\"city\"\r\n\r\nPune\r\n--b--"},
             // under a harmless name
             {R"({"said":"Bearer abcdef0123456789"})", R"({"said":"***"})"},
             {R"({"said":"a bearer of bad news, Basic things"})",
              R"({"said":"a bearer of bad news, Basic things"})"},
             {R"({"said":"whsec_MfKQ9r8G"})", R"({"said":"***"})"},
             {"see https://me:hidden!@host/p", "see https://***@host/p"},
         })
        BOOST_TEST(hide_secrets(c.given) == c.expected);
}

BOOST_AUTO_TEST_CASE(what_is_known_is_hidden_under_any_name_and_in_any_spelling) {
    known_secrets known;
    known.add("s3cr\"et/key");
    known.add("short"); // would hide other words
    for (auto const& c :
         {example{R"({"echo":"s3cr\"et/key","n":1})", R"({"echo":"***","n":1})"},
          {R"({"echo":"\u00733cr\u0022et\/key"})", R"({"echo":"***"})"},
          {"x=s3cr%22et%2Fkey&n=short", "x=***&n=short"},
          {"<x>s3cr&quot;et/k&#x65;y</x>", "<x>***</x>"},
          {R"({"body":"{\"echo\":\"s3cr\\\"et/key\"}"})", R"({"body":"{\"echo\":\"***\"}"})"},
          {"cut in it: s3cr\"et/k", "cut in it: ***"}})
        BOOST_TEST(hide_secrets(c.given, known) == c.expected);
}

BOOST_AUTO_TEST_CASE(what_stood_under_a_secret_name_is_known) {
    known_secrets known;
    known.add_from(R"({"api_key":"abc-12345-def","token":"ordinary","password":"a\"b1234567",)"
                   R"("city":"Pune-411001"})");
    known.add_field("Authorization", "Bearer t0ken-t0ken");
    known.add_field("X-Kind", "kind-1234567");
    BOOST_TEST(hide_secrets("abc-12345-def, ordinary, a\"b1234567, Pune-411001, t0ken-t0ken, "
                            "kind-1234567",
                            known) == "***, ordinary, ***, Pune-411001, ***, kind-1234567");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace redact_test
