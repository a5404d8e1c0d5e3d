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
inline constexpr std::array text_rule_seeds{
    "trim(/a/text()) == \"OK\" and body not matches '^E(R+):[0-9]{2}$'\n<a> <![CDATA[OK]]></a>"sv,
    "body contains 'x' or header(\"a\") starts_with /b or exists body\n{\"b\":1,\"b\":\"y\"}"sv,
    "trim(trim(body)) in ['a'] or body contains header('x')\n"
    "<!DOCTYPE r SYSTEM 'x'><r a='1'>&</r>"sv,
};
inline constexpr std::array chunk_seeds{
    "\x03"
    "5;a=b;c=\"d\\\"\"\r\nhello\r\nA\r\n0123456789\r\n0;x\r\nT: v\r\n\r\nrest"sv,
    "\x00"
    "0\r\n\r\n"sv,
    "\x07"
    "0005\r\nhello\r\n000\r\nA: b\r\nC:d\r\n\r\n"sv,
};
inline constexpr std::array request_head_seeds{
    "\x05"
    "POST /in/crm?a=b HTTP/1.1\r\nHost: a.example:80\r\nContent-Length: 5\r\n"
    "Connection: keep-alive, x\r\n\r\nhello"sv,
    "\x01"
    "GET http://[::1]:80/%7e HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
    "\x20"
    "OPTIONS * HTTP/1.0\r\nExpect: 100-continue\r\nX:\ty \r\n\r\n"sv,
};
inline constexpr std::array response_seeds{
    "\x04"
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhelloHTTP"sv,
    "\x09"
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 x\r\nTransfer-Encoding: chunked\r\n"
    "Retry-After: 5\r\n\r\n5;a\r\nhello\r\n0\r\nT: v\r\n\r\n"sv,
    "\x80"
    "HTTP/1.0 404 \r\nConnection: close\r\n\r\nup to the end"sv,
};
inline constexpr std::array journal_seeds{
    "#J1 put 0193a5c0-0000-7000-8000-000000000001 seq=7 dest=crm acct=163 "
    "5 0a0b0c0d 01020304\nhello\n"sv,
    " a=b%20c d=1,2;3 e=1764000000000"sv,
};
inline constexpr std::array media_type_seeds{
    "application/json; charset=\"utf-8\"; a=b"sv,
    "text/html, application/*;q=0.9, */*;q=0.001"sv,
};

} // namespace sluice::fuzz
