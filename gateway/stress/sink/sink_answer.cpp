#include "gateway/stress/sink/sink_answer.hpp"

#include "codecs/problem.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <cstdint>

namespace sluice::gateway::stress {

namespace {

namespace json = boost::json;

constexpr std::string_view outbound_path = "/outbound";
constexpr std::size_t most_call_details = 1000;

// Pieces instead of a format: this is on the path of every request.
void append_number(std::string& out, std::uint64_t number) {
    fmt::format_int const digits(number);
    out.append(digits.data(), digits.size());
}

void append_status_line(std::string& out, unsigned status) {
    out += "HTTP/1.1 ";
    append_number(out, status);
    out += ' ';
    out += codecs::reason_phrase(static_cast<int>(status));
    out += "\r\n";
}

// The calls of a request of the outbound API; null when it is none.
json::array const* calls_of(json::value const& document) {
    auto const* object = document.if_object();
    auto const* calls = object == nullptr ? nullptr : object->if_contains("calls");
    return calls == nullptr ? nullptr : calls->if_array();
}

json::array details_of(json::array const& calls, unsigned code) {
    json::array details;
    for (auto const& call : calls) {
        if (details.size() == most_call_details) break;
        json::object detail;
        auto const* object = call.if_object();
        auto const* id = object == nullptr ? nullptr : object->if_contains("client-identifier");
        detail["client-identifier"] = id == nullptr ? json::value(nullptr) : *id;
        detail["response-code"] = code;
        detail["response-message"] = code == 200 ? "OK" : "Failure";
        details.push_back(std::move(detail));
    }
    return details;
}

std::string outbound_body(json::array const* calls, bool is_success) {
    unsigned const code = is_success ? 200 : 500;
    json::object answer;
    answer["api-response-code"] = code;
    answer["api-response-message"] = is_success ? "OK" : "Failure";
    if (calls != nullptr) answer["call-details"] = details_of(*calls, code);
    return json::serialize(answer);
}

bool mentions_calls(std::string_view body) {
    return body.starts_with('{') && body.find("\"calls\"") != std::string_view::npos;
}

} // namespace

std::string default_body(sink_request const& request, unsigned status) {
    bool const is_success = status < 300;
    bool const has_calls = mentions_calls(request.body);
    if (!has_calls && request.path().find(outbound_path) == std::string_view::npos)
        return is_success ? R"({"ok":true})" : R"({"ok":false})";
    boost::system::error_code ec;
    auto const document = has_calls ? json::parse(request.body, ec) : json::value();
    return outbound_body(ec ? nullptr : calls_of(document), is_success);
}

void append_answer(std::string& out, sink_request const& request, reaction const& what,
                   std::string_view body, std::string_view content_type) {
    append_status_line(out, what.status);
    if (what.retry_after) {
        out += "Retry-After: ";
        append_number(out, static_cast<std::uint64_t>(what.retry_after->count()));
        out += "\r\n";
    }
    if (!request.keep_alive) {
        out += "Connection: close\r\n";
    } else if (request.is_http_1_0) {
        out += "Connection: keep-alive\r\n";
    }
    if (what.status == 204 || what.status == 304) {
        out += "\r\n"; // RFC 9110 section 8.6: no Content-Length with 204
        return;
    }
    out += "Content-Type: ";
    out += content_type;
    out += "\r\nContent-Length: ";
    append_number(out, body.size());
    out += "\r\n\r\n";
    if (request.method != "HEAD") out += body;
}

void append_refusal(std::string& out, unsigned status) {
    append_status_line(out, status);
    out += "Connection: close\r\nContent-Length: 0\r\n\r\n";
}

} // namespace sluice::gateway::stress
