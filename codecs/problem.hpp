// Problem details (RFC 9457) as JSON and as XML. Appends to the caller's buffer; any thread.
#pragma once

#include "codecs/media_type.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::codecs {

struct problem_error {
    // JSON Pointer, path of XML elements or name of the form field.
    std::string pointer{};
    std::string detail{};
};

struct problem {
    int status = 500;
    std::string type = "about:blank";
    // Empty: the reason phrase of the status.
    std::string title{};
    // Empty: left out.
    std::string detail{};
    // Empty: left out.
    std::vector<problem_error> errors{};
    // Names of those that did not answer. Empty: left out.
    std::vector<std::string> missing{};
    // How many things match what was asked for, where fewer were expected.
    std::optional<std::uint64_t> matched{};
};

// The reason phrase of a status (RFC 9110 section 15), or that of its
// class ("Client Error") for one that has none.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

// `application/problem+json` or, for `xml`, `application/problem+xml`.
[[nodiscard]] std::string_view problem_content_type(media_kind kind) noexcept;

void append_problem_json(std::string& out, problem const& from);
// In the namespace urn:ietf:rfc:7807, items of lists as `<i>` (RFC 9457 appendix B).
void append_problem_xml(std::string& out, problem const& from);
// As XML for `xml`, as JSON for everything else.
void append_problem(std::string& out, media_kind kind, problem const& from);

} // namespace sluice::codecs
