#include "gateway/server/framing.hpp"

#include "gateway/http/text.hpp"
#include "gateway/server/target.hpp"

#include <limits>
#include <optional>

namespace sluice::gateway::server {
namespace {

// The fields that matter, gathered in one pass.
struct gathered {
    std::optional<std::string_view> host;
    std::optional<std::string_view> content_length;
    std::optional<std::string_view> transfer_encoding;
    std::optional<std::string_view> expect;
    std::optional<std::string_view> content_type;
    std::optional<std::string_view> authorization;
    bool says_close = false;
    bool says_keep_alive = false;
    http::refusal refusal;
};

void take_once(std::optional<std::string_view>& place, std::string_view value,
               std::string_view complaint, http::refusal& refusal) {
    if (place && !refusal) refusal = {400, complaint};
    place = value;
}

void take_connection(std::string_view value, gathered& found) {
    http::for_each_element(value, [&](std::string_view option) {
        if (http::equal_ignoring_case(option, "close")) found.says_close = true;
        if (http::equal_ignoring_case(option, "keep-alive")) found.says_keep_alive = true;
    });
}

gathered gather(std::span<header_field const> fields) {
    gathered found;
    for (auto const& [name, value] : fields) {
        // The lengths of the names differ: most fields are passed over by one comparison.
        switch (name.size()) {
        case 4:
            if (http::equal_ignoring_case(name, "Host")) {
                take_once(found.host, value, "Host is given twice.", found.refusal);
            }
            break;
        case 6:
            if (http::equal_ignoring_case(name, "Expect")) found.expect = value;
            break;
        case 10:
            if (http::equal_ignoring_case(name, "Connection")) take_connection(value, found);
            break;
        case 12: // no list (RFC 9110 section 8.3): readers would choose differently
            if (http::equal_ignoring_case(name, "Content-Type")) {
                take_once(found.content_type, value, "Content-Type is given twice.", found.refusal);
            }
            break;
        case 13:
            if (http::equal_ignoring_case(name, "Authorization")) {
                take_once(found.authorization, value, "Authorization is given twice.",
                          found.refusal);
            }
            break;
        case 14:
            if (http::equal_ignoring_case(name, "Content-Length")) {
                take_once(found.content_length, value, "Content-Length is given twice.",
                          found.refusal);
            }
            break;
        case 17:
            if (http::equal_ignoring_case(name, "Transfer-Encoding")) {
                take_once(found.transfer_encoding, value, "Transfer-Encoding is given twice.",
                          found.refusal);
            }
            break;
        default:
            break;
        }
    }
    return found;
}

std::optional<std::uint64_t> parse_size(std::string_view digits) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    if (digits.empty()) return {};
    std::uint64_t size = 0;
    for (char c : digits) {
        if (!http::is_digit(c)) return {};
        auto const digit = static_cast<std::uint64_t>(c - '0');
        if (size > (most - digit) / 10) return {};
        size = size * 10 + digit;
    }
    return size;
}

// 501 for a list of well-formed coding names in which "chunked" is absent, or last and not
// alone: a coding that is not known. Everything else that is not "chunked" is malformed.
refusal check_coding(std::string_view value) {
    if (http::equal_ignoring_case(value, "chunked")) return {};
    bool is_well_formed = true;
    bool is_chunked_before = false;
    bool is_last_chunked = false;
    http::for_each_element(value, [&](std::string_view coding) {
        is_well_formed = is_well_formed && http::is_token(coding);
        is_chunked_before = is_chunked_before || is_last_chunked;
        is_last_chunked = http::equal_ignoring_case(coding, "chunked");
    });
    if (!is_well_formed || is_chunked_before) return {400, "Transfer-Encoding is malformed."};
    return {501, "Only the transfer coding \"chunked\" is known."};
}

refusal check_host(std::optional<std::string_view> host, unsigned version_minor) {
    if (!host) {
        if (version_minor == 0) return {};
        return {400, "Host is missing."};
    }
    if (!is_host(*host)) return {400, "Host is malformed."};
    return {};
}

void decide_body(gathered const& found, unsigned version_minor, framing& decided) {
    if (found.transfer_encoding) {
        if (version_minor == 0) {
            decided.refusal = {400, "HTTP/1.0 has no Transfer-Encoding."};
        } else if (found.content_length) {
            decided.refusal = {400, "Transfer-Encoding and Content-Length exclude each other."};
        } else {
            decided.refusal = check_coding(*found.transfer_encoding);
        }
        decided.body = body_kind::chunked;
        return;
    }
    if (!found.content_length) return;
    auto const size = parse_size(*found.content_length);
    if (!size) {
        decided.refusal = {400, "Content-Length is not a number."};
        return;
    }
    decided.body = *size == 0 ? body_kind::none : body_kind::sized;
    decided.body_size = *size;
}

} // namespace

framing check_framing(std::span<header_field const> fields, unsigned version_minor) {
    auto const found = gather(fields);
    framing decided;
    decided.refusal = found.refusal;
    if (decided.refusal) return decided;
    decide_body(found, version_minor, decided);
    if (decided.refusal) return decided;
    decided.refusal = check_host(found.host, version_minor);
    if (decided.refusal) return decided;
    decided.host = found.host.value_or(std::string_view{});
    decided.keeps_alive = !found.says_close && (version_minor > 0 || found.says_keep_alive);
    if (found.expect && version_minor > 0) {
        // Expectations of HTTP/1.0 are ignored: RFC 9110 section 10.1.1.
        decided.expects_continue = http::equal_ignoring_case(*found.expect, "100-continue");
        if (!decided.expects_continue) decided.refusal = {417, "This expectation is not known."};
    }
    return decided;
}

} // namespace sluice::gateway::server
