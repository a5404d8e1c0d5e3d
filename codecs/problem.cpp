#include "codecs/problem.hpp"

#include "codecs/json.hpp"
#include "codecs/xml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace sluice::codecs {

namespace {

constexpr std::array<std::pair<int, std::string_view>, 43> phrases{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

constexpr std::array<std::string_view, 5> class_phrases{
    "Informational", "Successful", "Redirection", "Client Error", "Server Error"};

std::string_view title_of(problem const& from) noexcept {
    return from.title.empty() ? reason_phrase(from.status) : std::string_view(from.title);
}

} // namespace

std::string_view reason_phrase(int status) noexcept {
    auto const* const found = std::find_if(
        phrases.begin(), phrases.end(), [&](auto const& entry) { return entry.first == status; });
    if (found != phrases.end()) return found->second;
    auto const status_class = status / 100;
    bool const is_known = status_class >= 1 && status_class <= 5;
    return is_known ? class_phrases[static_cast<std::size_t>(status_class - 1)] : "Unknown";
}

std::string_view problem_content_type(media_kind kind) noexcept {
    return kind == media_kind::xml ? "application/problem+xml" : "application/problem+json";
}

void append_problem_json(std::string& out, problem const& from) {
    out.append(R"({"type":)");
    append_json_string(out, from.type);
    out.append(R"(,"title":)");
    append_json_string(out, title_of(from));
    fmt::format_to(std::back_inserter(out), R"(,"status":{})", from.status);
    if (!from.detail.empty()) {
        out.append(R"(,"detail":)");
        append_json_string(out, from.detail);
    }
    if (!from.errors.empty()) {
        out.append(R"(,"errors":[)");
        for (auto const& error : from.errors) {
            if (&error != &from.errors.front()) out.push_back(',');
            out.append(R"({"pointer":)");
            append_json_string(out, error.pointer);
            out.append(R"(,"detail":)");
            append_json_string(out, error.detail);
            out.push_back('}');
        }
        out.push_back(']');
    }
    if (!from.missing.empty()) {
        out.append(R"(,"missing":[)");
        for (auto const& name : from.missing) {
            if (&name != &from.missing.front()) out.push_back(',');
            append_json_string(out, name);
        }
        out.push_back(']');
    }
    if (from.matched) fmt::format_to(std::back_inserter(out), R"(,"matched":{})", *from.matched);
    out.push_back('}');
}

void append_problem_xml(std::string& out, problem const& from) {
    out.append(R"(<?xml version="1.0" encoding="UTF-8"?><problem xmlns="urn:ietf:rfc:7807">)");
    append_xml_element(out, "type", from.type);
    append_xml_element(out, "title", title_of(from));
    fmt::format_to(std::back_inserter(out), "<status>{}</status>", from.status);
    if (!from.detail.empty()) append_xml_element(out, "detail", from.detail);
    if (!from.errors.empty()) {
        out.append("<errors>");
        for (auto const& error : from.errors) {
            out.append("<i>");
            append_xml_element(out, "pointer", error.pointer);
            append_xml_element(out, "detail", error.detail);
            out.append("</i>");
        }
        out.append("</errors>");
    }
    if (!from.missing.empty()) {
        out.append("<missing>");
        for (auto const& name : from.missing)
            append_xml_element(out, "i", name);
        out.append("</missing>");
    }
    if (from.matched) append_xml_element(out, "matched", std::to_string(*from.matched));
    out.append("</problem>");
}

void append_problem(std::string& out, media_kind kind, problem const& from) {
    if (kind == media_kind::xml) {
        append_problem_xml(out, from);
    } else {
        append_problem_json(out, from);
    }
}

} // namespace sluice::codecs
