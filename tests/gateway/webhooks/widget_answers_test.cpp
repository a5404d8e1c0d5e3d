// Mappings over answers as real services give them: weather, CRM, SOAP, payments, nested lists.
#include "gateway/call/key_list.hpp"
#include "gateway/plan/widget_rules.hpp"

#include <boost/test/unit_test.hpp>

namespace widget_answers_test {

using namespace sluice;
using namespace sluice::gateway;

namespace {

using table = std::vector<std::pair<std::string, std::string>>;

struct service {
    std::string_view content_type;
    std::string_view body;
    table namespaces = {};
};

// What one path finds; "missing" when it fails the widget.
std::string find(service const& from, std::string const& path) {
    config::widget w;
    w.name = "w";
    w.namespaces = from.namespaces;
    w.map = {{"$flow.key.x", path}};
    plan::widget_rules const rules(w);
    auto const got = rules.judge(codecs::answer(200, from.content_type, from.body), false, {});
    if (got.verdict != queue::verdict::delivered) return "missing";
    return call::read_key_list(got.result).front().second;
}

struct row {
    std::string path;
    std::string_view value;
};

void expect(service const& from, std::vector<row> const& rows) {
    for (auto const& [path, value] : rows) {
        BOOST_TEST_CONTEXT(path) {
            BOOST_TEST(find(from, path) == value);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(widget_answers)

BOOST_AUTO_TEST_CASE(weather_as_xml_with_attributes_and_a_declaration) {
    service const weather{"application/xml; charset=utf-8", R"(<?xml version="1.0"?>
<!-- cached --><weather station="VAPO"><temp unit="celsius">31.5</temp>
 <forecast><day date="2026-11-24" high="33"/><day date="2026-11-25" high="34">hot &amp; dry</day>
 </forecast><wind/></weather>)"};
    expect(weather, {{"/weather/temp/text()", "31.5"},
                     {"/weather/temp/@unit", "celsius"},
                     {"/weather/@station", "VAPO"},
                     {"/temp", "31.5"},
                     {"/weather/forecast/day[2]/@date", "2026-11-25"},
                     {"/weather/forecast/day[2]/text()", "hot & dry"},
                     {"//day[@high='33']/@date", "2026-11-24"},
                     {"/weather/forecast/day[last()]/@high", "34"},
                     {"count(//day)", "2"},
                     {"/weather/wind", ""},
                     {"/weather/rain", "missing"},
                     {"/weather/forecast/day[3]/@date", "missing"}});
}

BOOST_AUTO_TEST_CASE(weather_as_json) {
    service const weather{"application/json", R"({"coord":{"lon":73.8567,"lat":18.5204},
"weather":[{"id":721,"main":"Haze","description":"brume \u2013 légère"}],"main":{"temp":304.65,
"humidity":40},"rain":null,"dt":1795424400,"cod":200,"alerts":[]})"};
    expect(weather, {{"/main/temp", "304.65"},
                     {"/weather/0/description", "brume \u2013 légère"},
                     {"/coord/lon", "73.8567"},
                     {"/dt", "1795424400"},
                     {"/rain", ""},
                     {"/alerts", "[]"},
                     {"/weather/1/main", "missing"},
                     {"/weather/-", "missing"},
                     {"/main/temp/deep", "missing"}});
}

BOOST_AUTO_TEST_CASE(a_crm_with_nested_lists_and_odd_names) {
    service const crm{"application/vnd.api+json", R"({"data":{"type":"contacts","id":"00Q5g",
"attributes":{"full name":"Asha \"A.\" Rao","a/b":1,"m~n":2,"":"empty","vip":true,"age":null,
"phones":[["mobile","+91 80003 74123"],["home",null]],"big":12345678901234567890123,
"emails":[{"type":"work","value":"asha@example.com"}]}},"links":{"self":"/contacts/00Q5g"}})"};
    expect(crm, {{"/data/id", "00Q5g"},
                 {"/data/attributes/full name", "Asha \"A.\" Rao"},
                 {"/data/attributes/a~1b", "1"},
                 {"/data/attributes/m~0n", "2"},
                 {"/data/attributes/", "empty"},
                 {"/data/attributes/vip", "true"},
                 {"/data/attributes/phones/0/1", "+91 80003 74123"},
                 {"/data/attributes/phones/1", "[\"home\",null]"},
                 {"/data/attributes/big", "12345678901234567890123"},
                 {"/data/attributes/emails/0/value", "asha@example.com"},
                 {"/data/attributes/phones/00/1", "missing"},
                 {"/data/attributes/phones/2", "missing"}});
}

BOOST_AUTO_TEST_CASE(soap_with_namespaces_under_other_prefixes) {
    service const soap{"text/xml",
                       R"(<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns:ns1="urn:bank:accounts"><SOAP-ENV:Header/><SOAP-ENV:Body>
<ns1:GetBalanceResponse ns1:version="2"><ns1:Account type="savings"><ns1:Id>42</ns1:Id>
<Balance xmlns="urn:bank:money" currency="INR"><![CDATA[1,204.50 <net>]]></Balance></ns1:Account>
<ns1:Account type="loan"><ns1:Id>43</ns1:Id></ns1:Account></ns1:GetBalanceResponse>
</SOAP-ENV:Body></SOAP-ENV:Envelope>)",
                       {{"s", "http://schemas.xmlsoap.org/soap/envelope/"},
                        {"b", "urn:bank:accounts"},
                        {"m", "urn:bank:money"}}};
    expect(soap, {{"/s:Envelope/s:Body/b:GetBalanceResponse/b:Account/b:Id", "42"},
                  {"//b:Account[2]/b:Id/text()", "43"},
                  {"//b:Account[@type='loan']/b:Id", "43"},
                  {"//b:Account[1]/m:Balance", "1,204.50 <net>"},
                  {"//m:Balance/@currency", "INR"},
                  {"//b:GetBalanceResponse/@b:version", "2"},
                  {"//ns1:Account[1]/ns1:Id", "42"},
                  {"//m:Id", "missing"},
                  {"//b:Balance", "missing"},
                  {"//Balance", "1,204.50 <net>"}});
}

BOOST_AUTO_TEST_CASE(a_soap_fault_fails_the_mapping) {
    service const fault{"text/xml",
                        R"(<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<e:Fault><faultcode>e:Server</faultcode><faultstring>down</faultstring></e:Fault></e:Body>
</e:Envelope>)",
                        {{"s", "http://schemas.xmlsoap.org/soap/envelope/"}}};
    expect(fault, {{"//s:Fault/faultstring", "down"}, {"//s:Body/balance", "missing"}});
}

BOOST_AUTO_TEST_CASE(a_payment_with_exact_amounts) {
    service const payment{"application/json;charset=UTF-8", R"({"id":"pi_3N","object":"payment",
"amount":1099,"amount_exact":10.990,"currency":"inr","charges":{"data":[{"id":"ch_1","paid":false,
"failure":{"code":"card_declined","message":"L\u2019émetteur a refusé"}},{"id":"ch_2","paid":true}],
"has_more":false},"metadata":{}})"};
    expect(payment, {{"/amount", "1099"},
                     {"/amount_exact", "10.990"},
                     {"/charges/data/0/failure/code", "card_declined"},
                     {"/charges/data/0/failure/message", "L\u2019émetteur a refusé"},
                     {"/charges/data/1/paid", "true"},
                     {"/metadata", "{}"},
                     {"/metadata/order", "missing"}});
}

BOOST_AUTO_TEST_CASE(a_list_at_the_root_and_bodies_that_say_nothing_of_themselves) {
    expect({"application/json", R"([[1,[2,3]],{"a":[{"b":"deep"}]}])"},
           {{"/0/1/0", "2"}, {"/1/a/0/b", "deep"}, {"/2", "missing"}});
    expect({"", R"(  {"a":1})"}, {{"/a", "1"}});
    expect({"", "<a>1</a>"}, {{"/a", "1"}});
    expect({"text/html", "<html><p>Sorry</html>"}, {{"/a", "missing"}});
    expect({"text/plain", "OK"}, {{"/a", "missing"}});
    expect({"application/json", ""}, {{"/a", "missing"}});
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace widget_answers_test
