// Inputs that mutations start from: each uses as much of its grammar as fits a line.
#pragma once

#include <array>
#include <string_view>

namespace sluice::fuzz {

using namespace std::string_view_literals;

inline constexpr std::array json_seeds{
    R"({"keys":[{"name":"$flow.syskey.flowID","value":"a\u00e9\ud83d\ude00"}],"n":-1.5e3})"sv,
    R"([null,true,false,0,"",{},[],{"a":{"b":[1,2,{"c":"d\\\"\/"}]}}])"sv,
    R"("text")"sv,
};
inline constexpr std::array xml_seeds{
    "<?xml version='1.0' encoding='UTF-8'?><!-- c --><r a='1' b=\"&lt;&#x41;\">t<e/>"
    "<![CDATA[x]]></r>"sv,
    "<request><flowID>a</flowID><keys><key name='$flow.key.l'>1 &amp; 2</key></keys></request>"sv,
    "\xFF\xFE<\0a\0/\0>\0"sv,
};
inline constexpr std::array form_seeds{
    "a=1&b=%C3%A9+x&%24flow.key.c=&&d"sv,
    "flowID=BEK4YYnx&contactNumbers=1&contactNumbers=2"sv,
};
inline constexpr std::array template_seeds{
    "{\"a\":\"x$flow.key.a.b\",\"b\":$flow.key.n,\"c\":[$user.key.unset]}\0value \"}\\"sv,
    "<a b='$flow.key.a'>$sys.datetime<!-- c --><c>$call.a.b.c</c></a>\0<&]]>'\""sv,
    "http://h:1/p/$flow.key.a/x?q=$flow.key.b#$flow.key.c\0../?&="sv,
    "a=$flow.key.a&b=$flow.key.unset\0x y&=%"sv,
    "Bearer $flow.key.a\0line\r\nline"sv,
};
inline constexpr std::array rule_seeds{
    "/api-response-code in [200,'x',null] and not exists(/b/c)\n{\"api-response-code\":200}"sv,
    "//w:a[@b='c']/text() >= 1.5 or status != 200\n<a xmlns='urn:w' b='c'>2</a>"sv,
    "(/a == \"x\" or /b == true) and /c not in [1]\n<r><a>x</a><c>2</c></r>"sv,
};
inline constexpr std::array media_type_seeds{
    "application/json; charset=\"utf-8\"; a=b"sv,
    "text/html, application/*;q=0.9, */*;q=0.001"sv,
};

} // namespace sluice::fuzz
