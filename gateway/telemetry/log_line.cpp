#include "gateway/telemetry/log_line.hpp"

#include "codecs/json_string.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace sluice::gateway::telemetry {

namespace {

void append_number(std::string& out, auto number) {
    fmt::format_to(std::back_inserter(out), "{}", number);
}

// JSON has no infinity and no NaN (RFC 8259 section 6).
void append_number(std::string& out, double number) {
    if (std::isfinite(number)) {
        fmt::format_to(std::back_inserter(out), "{}", number);
    } else {
        out += "null";
    }
}

bool is_plain(char c) {
    return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '=';
}

// For a person: as it is where nothing in it could be taken for something else.
void append_plain_value(std::string& out, std::string_view text) {
    if (!text.empty() && std::ranges::all_of(text, is_plain)) {
        out += text;
    } else {
        codecs::append_printable_json_string(out, text);
    }
}

} // namespace

void log_value::append_json(std::string& out) const {
    if (auto const* text = std::get_if<std::string_view>(&value_)) {
        codecs::append_printable_json_string(out, *text);
    } else {
        append_text(out);
    }
}

void log_value::append_text(std::string& out) const {
    if (auto const* text = std::get_if<std::string_view>(&value_)) {
        append_plain_value(out, *text);
    } else if (auto const* flag = std::get_if<bool>(&value_)) {
        out += *flag ? "true" : "false";
    } else if (auto const* whole = std::get_if<std::int64_t>(&value_)) {
        append_number(out, *whole);
    } else if (auto const* natural = std::get_if<std::uint64_t>(&value_)) {
        append_number(out, *natural);
    } else {
        append_number(out, std::get<double>(value_));
    }
}

void append_json_members(std::string& out, std::string_view message, log_fields fields) {
    out += "\"message\":";
    codecs::append_printable_json_string(out, message);
    for (auto const& field : fields) {
        out += ',';
        codecs::append_printable_json_string(out, field.key);
        out += ':';
        field.value.append_json(out);
    }
}

void append_text_line(std::string& out, std::string_view message, log_fields fields) {
    out += message;
    for (auto const& field : fields) {
        out += ' ';
        out += field.key;
        out += '=';
        field.value.append_text(out);
    }
}

} // namespace sluice::gateway::telemetry
