#include "gateway/telemetry/json_text.hpp"

#include "codecs/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sluice::gateway::telemetry {

namespace {

// What would move a cursor, end a line or hide text: C0, DEL, C1, the two Unicode line ends and
// the marks that turn the direction of writing.
bool is_unsafe(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_plain(char c) {
    return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '=';
}

void append_ascii(std::string& out, char c) {
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        if (is_unsafe(static_cast<unsigned char>(c))) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        auto length = codecs::utf8_sequence_length(text);
        if (length == 0) {
            out += codecs::replacement_character;
            length = 1;
        } else if (length == 1) {
            append_ascii(out, text.front());
        } else if (auto const c = codecs::utf8_code_point(text); is_unsafe(c)) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    out += '"';
}

void append_plain_value(std::string& out, std::string_view text) {
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) {
        out += text;
    } else {
        append_json_string(out, text);
    }
}

} // namespace sluice::gateway::telemetry
