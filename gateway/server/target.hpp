// Takes a request-target apart (RFC 9112 section 3.2) and checks every byte of it. Pure; decodes
// nothing.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::server {

// Views into the text that was parsed.
struct target_parts {
    std::string_view target;    // path and query as received; see request::target
    std::string_view path;      // begins with "/", or is "*"
    std::string_view query;     // without "?"
    std::string_view authority; // host and port of the absolute form, else empty
};

// Takes the origin form and the absolute form (http and https), and "*" of OPTIONS. Empty for
// everything else: an authority form, a fragment, a byte that RFC 3986 does not allow in a path or
// query ("[" and "]" are allowed in a query: they are sent unescaped everywhere), a "%" without
// two hexadecimal digits, user information or an invalid host in the absolute form. Below /in/,
// where other programs' webhooks come in as they are, `| { } ^ [ ] "` are taken as well.
std::optional<target_parts> parse_target(std::string_view text, std::string_view method);

// What is wrong with a target that parse_target refuses: names the byte and its place, where it is
// one byte.
std::string target_problem(std::string_view text);

// With those of `| { } ^ [ ] "` that stand in it percent-encoded, as RFC 3986 has them.
std::string encode_raw_bytes(std::string_view target);

// Whether a path has a segment "." or ".." however it is spelled (RFC 3986 section 3.3 and 5.2.4):
// dots percent-encoded, or a slash or backslash that is. Such a path may lead somewhere else once
// another program has taken it apart.
bool has_dot_segment(std::string_view path);

// Whether this is `host [":" port]`: a name of letters, digits and "-._~", an IPv4 address, or an
// IPv6 address in brackets; the port, if there is one, 0 to 65535. Narrower than RFC 3986 on
// purpose: nothing that two parsers could understand differently.
bool is_host(std::string_view text);

} // namespace sluice::gateway::server
