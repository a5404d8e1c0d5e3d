// The head of a request: where the bytes are cut changes nothing, and what passes scanner, parser,
// framing and target is plain: one Host, no control characters, one way to find the body. The first
// byte says where to cut.
#include "gateway/http/head_scanner.hpp"
#include "gateway/http/text.hpp"
#include "gateway/server/framing.hpp"
#include "gateway/server/head_parser.hpp"
#include "gateway/server/target.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <algorithm>

using namespace sluice::gateway::server;

namespace {

constexpr sluice::gateway::http::head_limits limits{2048, 512};
constexpr std::size_t max_headers = 20;

bool is_plain(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_named(header_field const& field, std::string_view name) {
    return sluice::gateway::http::equal_ignoring_case(field.name, name);
}

std::size_t count_of(std::vector<header_field> const& fields, std::string_view name) {
    return static_cast<std::size_t>(
        std::ranges::count_if(fields, [&](auto const& field) { return is_named(field, name); }));
}

bool is_refused_later(std::string_view head) {
    constexpr std::size_t longest_method = 32; // of those that head_scanner lets through in pieces
    parsed_head parsed;
    std::vector<header_field> fields;
    return parse_head(head, max_headers, parsed, fields) || parsed.method.size() > longest_method;
}

void check_parsed(std::string_view head) {
    parsed_head parsed;
    std::vector<header_field> fields;
    if (parse_head(head, max_headers, parsed, fields)) return;
    using sluice::fuzz::require;
    require(fields.size() <= max_headers, "fields are limited");
    for (auto const& [name, value] : fields)
        require(!name.empty() && is_plain(name) && is_plain(value), "fields are plain");
    auto const found = check_framing(fields, parsed.version_minor);
    if (!found.refusal) {
        auto const lengths = count_of(fields, "content-length");
        auto const codings = count_of(fields, "transfer-encoding");
        require(lengths + codings <= 1, "there is one way to find the body's end");
        require((codings == 1) == (found.body == body_kind::chunked), "a coding means chunks");
        require(count_of(fields, "host") <= 1, "there is one Host");
        require(parsed.version_minor == 0 || !found.host.empty(), "HTTP/1.1 has a Host");
    }
    if (auto const parts = parse_target(parsed.target, parsed.method)) {
        require(is_plain(parts->target), "a target is plain");
        require(parts->path == "*" || parts->path.starts_with('/'), "a path is absolute");
        require(parts->target.find('#') == std::string_view::npos, "a target has no fragment");
    }
}

} // namespace

SLUICE_FUZZ_TARGET(fuzz_request_head) {
    if (input.empty()) return;
    auto const piece = static_cast<std::size_t>(static_cast<unsigned char>(input.front()) % 64 + 1);
    input.remove_prefix(1);
    sluice::gateway::http::head_scanner whole;
    auto const size = whole.scan(input, limits);
    sluice::gateway::http::head_scanner cut;
    std::size_t cut_size = 0;
    for (std::size_t seen = 0; seen < input.size() && cut_size == 0 && !cut.refusal();) {
        seen = std::min(seen + piece, input.size());
        cut_size = cut.scan(input.substr(0, seen), limits);
    }
    if (size != 0 && cut.refusal()) {
        // Refused before its first line was whole; in one piece the parser and the method do it.
        require(is_refused_later(input.substr(0, size)), "cuts change no verdict");
        return;
    }
    require(size == cut_size, "cuts change no end");
    // Which refusal it is, and how early it comes, may depend on how much of a bad line is there.
    require(!whole.refusal() || cut.refusal(), "cuts lose no refusal");
    require(size <= limits.header + 2, "a head stays within its limit");
    if (size != 0) check_parsed(input.substr(0, size));
}
