#include "tests/support/http_message.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace sluice::tests {
namespace {

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    });
}

std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == text.npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

bool has_header(http_headers const& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](auto const& header) { return equal_ignoring_case(header.first, name); });
}

std::string header_value(http_headers const& headers, std::string_view name) {
    for (auto const& [key, value] : headers) {
        if (equal_ignoring_case(key, name)) {
            return value;
        }
    }
    return {};
}

bool http_reader::fill() {
    auto const more = source_.read_some();
    buffer_ += more;
    return !more.empty();
}

std::string http_reader::take_line() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == buffer_.npos) {
        if (!fill()) {
            throw std::runtime_error("the connection ended in a line: '" + buffer_ + "'");
        }
    }
    auto line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return line;
}

std::string http_reader::take(std::size_t size) {
    while (buffer_.size() < size) {
        if (!fill()) {
            throw std::runtime_error("the connection ended in a body");
        }
    }
    auto bytes = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return bytes;
}

http_headers http_reader::take_headers() {
    http_headers headers;
    for (auto line = take_line(); !line.empty(); line = take_line()) {
        auto const colon = line.find(':');
        if (colon == line.npos) {
            throw std::runtime_error("a header line without a colon: '" + line + "'");
        }
        headers.emplace_back(line.substr(0, colon),
                             trimmed(std::string_view(line).substr(colon + 1)));
    }
    return headers;
}

std::string http_reader::take_chunks() {
    std::string body;
    while (auto const size = std::stoul(take_line(), nullptr, 16)) {
        body += take(size);
        take_line();
    }
    take_headers(); // the trailers
    return body;
}

std::string http_reader::read_rest() {
    while (fill()) {
    }
    return std::exchange(buffer_, {});
}

http_response http_reader::read_response(std::string_view request_method) {
    http_response response;
    do {
        auto const line = take_line();
        if (!line.starts_with("HTTP/1.1 ") || line.size() < 12) {
            throw std::runtime_error("not a status line: '" + line + "'");
        }
        response.status = std::stoi(line.substr(9, 3));
        response.headers = take_headers();
    } while (response.status / 100 == 1);
    if (request_method == "HEAD" || response.status == 204 || response.status == 304) {
        return response;
    }
    if (equal_ignoring_case(response.header("Transfer-Encoding"), "chunked")) {
        response.body = take_chunks();
    } else if (has_header(response.headers, "Content-Length")) {
        response.body = take(std::stoul(response.header("Content-Length")));
    } else {
        response.body = read_rest();
    }
    return response;
}

std::optional<http_request> http_reader::read_request() {
    if (buffer_.empty() && !fill()) {
        return std::nullopt;
    }
    http_request request;
    auto const line = take_line();
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == last) {
        throw std::runtime_error("not a request line: '" + line + "'");
    }
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    request.headers = take_headers();
    if (equal_ignoring_case(request.header("Transfer-Encoding"), "chunked")) {
        request.body = take_chunks();
    } else if (has_header(request.headers, "Content-Length")) {
        request.body = take(std::stoul(request.header("Content-Length")));
    }
    return request;
}

} // namespace sluice::tests
