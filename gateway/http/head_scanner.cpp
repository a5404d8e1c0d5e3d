#include "gateway/http/head_scanner.hpp"

#include "gateway/http/text.hpp"

#include <cstring>

namespace sluice::gateway::http {
namespace {

// Longer than every known method.
constexpr std::size_t longest_method = 32;
constexpr std::string_view version_shape = " HTTP/1.1";

constexpr refusal not_a_request{400, "This is not an HTTP/1.1 request line."};
constexpr refusal header_too_large{431, "The header is too large."};
constexpr refusal target_too_long{414, "The request target is too long."};

// RFC 9112 section 3. What is between method and version is left to parse_target.
refusal check_request_line(std::string_view line, std::size_t uri_limit) {
    auto const method_size = line.find(' ');
    if (line.size() < version_shape.size() || method_size == std::string_view::npos) {
        return not_a_request;
    }
    auto const version = line.substr(line.size() - version_shape.size());
    if (!version.starts_with(" HTTP/") || !is_digit(version[6]) || version[7] != '.' ||
        !is_digit(version[8]) || method_size + version.size() >= line.size()) {
        return not_a_request;
    }
    if (version[6] != '1') {
        // The preface of an HTTP/2 connection is no request of any version we could name.
        if (line == "PRI * HTTP/2.0") return not_a_request;
        return {505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
    }
    auto const target_size = line.size() - method_size - 1 - version.size();
    if (target_size > uri_limit) return target_too_long;
    return {};
}

} // namespace

std::size_t head_scanner::scan(std::string_view in, head_limits const& limits) {
    while (!refusal_) {
        auto const* const found =
            in.size() > scanned_ ? static_cast<char const*>(std::memchr(in.data() + scanned_, '\n',
                                                                        in.size() - scanned_))
                                 : nullptr;
        if (!found) {
            scanned_ = in.size();
            check_unfinished(in, limits);
            return 0;
        }
        auto const end = static_cast<std::size_t>(found - in.data());
        scanned_ = end + 1;
        if (end == line_begin_ || in[end - 1] != '\r') {
            refusal_ = {400, "A line does not end with CRLF."};
            return 0;
        }
        bool const is_last = take_line(in.substr(line_begin_, end - 1 - line_begin_), limits);
        if (!refusal_ && scanned_ > limits.header) refusal_ = header_too_large;
        if (is_last && !refusal_) return scanned_;
        line_begin_ = scanned_;
    }
    return 0;
}

// True for the empty line that ends the header.
bool head_scanner::take_line(std::string_view line, head_limits const& limits) {
    if (request_line_size_ == 0) {
        refusal_ = check_request_line(line, limits.uri);
        request_line_size_ = line.size();
        return false;
    }
    if (line.empty()) return true;
    if (line.front() == ' ' || line.front() == '\t') {
        refusal_ = {400, "A header line is folded."};
    }
    return false;
}

void head_scanner::check_unfinished(std::string_view in, head_limits const& limits) {
    if (request_line_size_ == 0 && !in.empty()) {
        auto const method = in.substr(0, in.find(' '));
        if (!token_bytes.contains(in.front())) {
            refusal_ = not_a_request;
        } else if (method.size() > longest_method) {
            refusal_ = {501, "This method is not known."};
        } else if (in.size() > method.size() + limits.uri + 1 + version_shape.size() + 1) {
            refusal_ = target_too_long;
        }
    }
    if (!refusal_ && in.size() > limits.header) refusal_ = header_too_large;
}

} // namespace sluice::gateway::http
