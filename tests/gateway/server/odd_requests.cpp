#include "tests/gateway/server/odd_requests.hpp"

namespace sluice::tests {
namespace {

using std::string_literals::operator""s;

std::string get(std::string const& line, std::string const& fields = "Host: a\r\n") {
    return line + "\r\n" + fields + "\r\n";
}

std::string post(std::string const& fields, std::string const& body) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string chunked(std::string const& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}

std::string coded(std::string const& coding) {
    return post("Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n");
}

std::string sized(std::string const& length) {
    return post("Content-Length: " + length + "\r\n", "hello");
}

std::string with_field(std::string const& field) {
    return get("GET / HTTP/1.1", "Host: a\r\n" + field + "\r\n");
}

std::string to(std::string const& target) {
    return get("GET " + target + " HTTP/1.1");
}

std::string at(std::string const& host) {
    return get("GET / HTTP/1.1", "Host: " + host + "\r\n");
}

using list = std::vector<odd_request>;

list codings() {
    auto const te = "Transfer-Encoding: chunked\r\n"s;
    auto const cl = "Content-Length: 5\r\n"s;
    return {
        {"CL then TE", post(cl + te, "0\r\n\r\n"), 400},
        {"TE then CL", post(te + cl, "0\r\n\r\n"), 400},
        {"TE twice", post(te + te, "0\r\n\r\n"), 400},
        {"TE twice, one unknown", post(te + "Transfer-Encoding: x\r\n", "0\r\n\r\n"), 400},
        {"TE unknown then chunked", post("Transfer-Encoding: x\r\n" + te, "0\r\n\r\n"), 400},
        {"TE xchunked", coded("xchunked"), 501},
        {"TE gzip", coded("gzip"), 501},
        {"TE identity", coded("identity"), 501},
        {"TE gzip, chunked", coded("gzip, chunked"), 501},
        {"TE chunked, gzip", coded("chunked, gzip"), 400},
        {"TE chunked, chunked", coded("chunked, chunked"), 400},
        {"TE chunked x", coded("chunked x"), 400},
        {"TE with 0xA0", coded("chunked\xa0"), 400},
        {"TE with vertical tab",
         coded("\x0b"
               "chunked"),
         400},
        {"TE ,chunked", coded(",chunked"), 400},
        {"TE chunked,", coded("chunked,"), 400},
        {"TE with parameter", coded("chunked;q=1"), 400},
        {"TE quoted", coded("\"chunked\""), 400},
        {"TE empty", coded(""), 400},
        {"TE space before colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
        {"TE tab before colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"), 400},
        {"TE folded", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400},
        {"TE in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\n" + te + "\r\n0\r\n\r\n", 400},
        {"TE CHUNKED", coded("CHUNKED"), 200, true},
        {"TE with white space around", coded("\t chunked \t"), 200, true},
    };
}

list lengths() {
    auto const cl = "Content-Length: 5\r\n"s;
    return {
        {"CL twice, equal", post(cl + cl, "hello"), 400},
        {"CL twice, different", post(cl + "Content-Length: 6\r\n", "hello"), 400},
        {"Content-Type twice",
         post(cl + "Content-Type: text/xml\r\ncontent-type: text/xml\r\n", "hello"), 400},
        {"Authorization twice",
         post(cl + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", "hello"), 400},
        {"CL list", sized("5, 5"), 400},
        {"CL plus", sized("+5"), 400},
        {"CL minus", sized("-5"), 400},
        {"CL hexadecimal", sized("0x5"), 400},
        {"CL two numbers", sized("5 5"), 400},
        {"CL letters behind", sized("5a"), 400},
        {"CL fraction", sized("5.0"), 400},
        {"CL empty", sized(""), 400},
        {"CL overflow", sized("18446744073709551621"), 400},
        {"CL folded", post("Content-Length:\r\n 5\r\n", "hello"), 400},
        {"CL above the limit", sized("1025"), 413},
        {"CL far above the limit", sized("18446744073709551615"), 413},
        {"CL leading zero", sized("05"), 200, true},
        {"CL in GET", get("GET / HTTP/1.1", "Host: a\r\n" + cl) + "hello", 200, true},
        {"CL zero", post("Content-Length: 0\r\n", ""), 200, true},
    };
}

list lines() {
    return {
        {"bare LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
        {"bare LF in one line", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
        {"bare LF ends the header", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
        {"bare CR in a value", with_field("X: a\rb"), 400},
        {"CR CR LF", with_field("X: a\r"), 400},
        {"bare CR before a name", with_field("\rX: a"), 400},
        {"NUL in a value", with_field("X: a\0b"s), 400},
        {"NUL in a name", with_field("X\0: b"s), 400},
        {"DEL in a value", with_field("X: \x7f"), 400},
        {"no colon", with_field("X"), 400},
        {"empty name", with_field(": x"), 400},
        {"space in a name", with_field("X Y: z"), 400},
        {"high byte in a name", with_field("X\xc3: z"), 400},
        {"first line folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        {"folded field", with_field("X: a\r\n b"), 400},
        {"folded with a tab", with_field("X: a\r\n\tb"), 400},
        {"malformed Connection", with_field("Connection: (close"), 400},
        {"21 fields",
         get(
             "GET / HTTP/1.1", "Host: a\r\n" +
                                   [] {
                                       std::string fields;
                                       for (int i = 0; i < 20; ++i)
                                           fields += "X: y\r\n";
                                       return fields;
                                   }()),
         431},
        {"one large field", with_field("X: " + std::string(4096, 'y')), 431},
        {"endless field", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(8000, 'y'), 431},
        {"bytes above 127 in a value", with_field("X: \xc3\xa4"), 200, true},
        {"two empty lines first", "\r\n\r\n" + get("GET / HTTP/1.1"), 200, true},
        {"nine empty lines first", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n", 400},
        {"bare LF first", "\n" + get("GET / HTTP/1.1"), 400},
        {"a TLS hello", "\x16\x03\x01\x02\x05\x01\x01\xfc\x03\x03", 400},
    };
}

list request_lines() {
    return {
        {"no version", get("GET /"), 400},
        {"space for a version", get("GET / "), 400},
        {"only a method", get("GET"), 400},
        {"two spaces", get("GET  / HTTP/1.1"), 400},
        {"tab", get("GET\t/ HTTP/1.1"), 400},
        {"space behind", get("GET / HTTP/1.1 "), 400},
        {"space in front", get(" GET / HTTP/1.1"), 400},
        {"no target", get("GET HTTP/1.1"), 400},
        {"lower-case version", get("GET / http/1.1"), 400},
        {"version without point", get("GET / HTTP/11"), 400},
        {"version with two digits", get("GET / HTTP/1.10"), 400},
        {"HTTP/0.9", get("GET / HTTP/0.9"), 505},
        {"HTTP/2.0", get("GET / HTTP/2.0"), 505},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
        {"lower-case method", get("get / HTTP/1.1"), 501},
        {"unknown method", get("FLY / HTTP/1.1"), 501},
        {"long method", get(std::string(3000, 'A') + " / HTTP/1.1"), 501},
        {"endless method", std::string(3000, 'A'), 501},
        {"method with brackets", get("G<T / HTTP/1.1"), 400},
        {"CONNECT", get("CONNECT a:443 HTTP/1.1"), 405},
        {"TRACE", get("TRACE / HTTP/1.1"), 405},
        {"HTTP/1.2", get("GET / HTTP/1.2"), 200, true},
        {"HTTP/1.9", get("GET / HTTP/1.9"), 200, true},
        {"HTTP/1.0", get("GET / HTTP/1.0"), 200},
        {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 200},
        {"HTTP/1.0 keep-alive", get("GET / HTTP/1.0", "Connection: keep-alive\r\n"), 200, true},
    };
}

list targets() {
    return {
        {"no slash", to("x/"), 400},
        {"fragment", to("/a#b"), 400},
        {"space", to("/a b"), 400},
        {"control", to("/\x01"), 400},
        {"DEL", to("/\x7f"), 400},
        {"high byte", to("/\xff"), 400},
        {"angle bracket", to("/<"), 400},
        {"backslash", to("/\\a"), 400},
        {"quote in the query", to("/?\""), 400},
        {"half an escape", to("/%2"), 400},
        {"no escape", to("/%zz"), 400},
        {"star with GET", to("*"), 400},
        {"absolute without host", to("http:///x"), 400},
        {"absolute with user", to("http://u@h/"), 400},
        {"absolute with a bad port", to("http://h:99999/"), 400},
        {"another scheme", to("ftp://h/"), 400},
        {"1,025 bytes", to("/" + std::string(1024, 'a')), 414},
        {"endless", "GET /" + std::string(2000, 'a'), 414},
        {"1,024 bytes", to("/" + std::string(1023, 'a')), 200, true},
        {"absolute", to("http://h:80/x?y"), 200, true},
        {"two slashes", to("//a"), 200, true},
        {"brackets in the query", to("/?a[]=1"), 200, true},
        {"star with OPTIONS", get("OPTIONS * HTTP/1.1"), 200, true},
    };
}

list hosts() {
    return {
        {"no Host", get("GET / HTTP/1.1", ""), 400},
        {"no Host, absolute target", get("GET http://h/ HTTP/1.1", ""), 400},
        {"two Hosts", get("GET / HTTP/1.1", "Host: a\r\nHost: a\r\n"), 400},
        {"two Hosts in HTTP/1.0", get("GET / HTTP/1.0", "Host: a\r\nHost: a\r\n"), 400},
        {"empty Host", at(""), 400},
        {"Host with a space", at("a b"), 400},
        {"Host with a slash", at("a/b"), 400},
        {"Host with a user", at("u@a"), 400},
        {"Host list", at("a, b"), 400},
        {"Host with a named port", at("a:http"), 400},
        {"Host with an open bracket", at("[::1"), 400},
        {"IPv6 Host", at("[::1]:8080"), 200, true},
        {"Host with a port", at("a.example:8080"), 200, true},
    };
}

list chunks() {
    auto const big = std::string(4097, 'x');
    return {
        {"bare LF behind a size", chunked("5\nhello\r\n0\r\n\r\n"), 400},
        {"bare LF behind data", chunked("5\r\nhello\n0\r\n\r\n"), 400},
        {"bare LF behind the last", chunked("5\r\nhello\r\n0\r\n\n"), 400},
        {"bare LF in an extension", chunked("5;a\nhello\r\n0\r\n\r\n"), 400},
        {"bare CR in an extension", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), 400},
        {"line end in a quoted extension", chunked("5;a=\"\r\nhello\r\n0\r\n\r\n"), 400},
        {"space behind a size", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400},
        {"space before a size", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400},
        {"0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"minus", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400},
        {"plus", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400},
        {"no size", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
        {"no hexadecimal digit", chunked("g\r\nhello\r\n0\r\n\r\n"), 400},
        {"seventeen digits", chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"), 400},
        {"size too small", chunked("3\r\nhello\r\n0\r\n\r\n"), 400},
        {"size too large", chunked("6\r\nhello\r\n0\r\n\r\n"), 400},
        {"trailer without colon", chunked("0\r\nabc\r\n\r\n"), 400},
        {"trailer folded", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400},
        {"trailer with bare LF", chunked("0\r\nA: b\n\r\n"), 400},
        {"trailer without name", chunked("0\r\n: b\r\n\r\n"), 400},
        {"trailer with NUL", chunked("0\r\nA: \0\r\n\r\n"s), 400},
        {"large trailer", chunked("0\r\nA: " + big + "\r\n\r\n"), 431},
        {"large extension", chunked("5;" + big + "\r\nhello\r\n0\r\n\r\n"), 431},
        {"size near 2^64", chunked("FFFFFFFFFFFFFFFF\r\nhello"), 413},
        {"one chunk above the limit", chunked("401\r\n"), 413},
        {"chunks above the limit", chunked("400\r\n" + std::string(1024, 'x') + "\r\n1\r\n"), 413},
        {"trailer that names a length", chunked("0\r\nContent-Length: 9\r\n\r\n"), 200, true},
        {"trailer that hides a request", chunked("0\r\nX: GET / HTTP/1.1\r\n\r\n"), 200, true},
        {"extensions", chunked("5;a;b=c;d=\"e;\\\"f\"\r\nhello\r\n0;x\r\n\r\n"), 200, true},
        {"zeros", chunked("0005\r\nhello\r\n000\r\n\r\n"), 200, true},
    };
}

list others() {
    return {
        {"unknown expectation", post("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello"), 417},
        {"empty expectation", post("Expect:\r\nContent-Length: 5\r\n", "hello"), 417},
        {"close", with_field("Connection: close"), 200},
        {"close among others", with_field("Connection: x, CLOSE"), 200},
        {"close beside keep-alive", with_field("Connection: keep-alive, close"), 200},
        {"WebSocket",
         with_field("Connection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    "Sec-WebSocket-Version: 13"),
         200, true},
        {"h2c",
         with_field("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"),
         200, true},
    };
}

} // namespace

std::vector<odd_request> const& odd_requests() {
    static auto const all = [] {
        list joined;
        for (auto const& part : {codings(), lengths(), lines(), request_lines(), targets(), hosts(),
                                 chunks(), others()}) {
            joined.insert(joined.end(), part.begin(), part.end());
        }
        return joined;
    }();
    return all;
}

} // namespace sluice::tests
