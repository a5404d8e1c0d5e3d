#include "gateway/admin/shown_body.hpp"

#include "codecs/base64.hpp"
#include "codecs/content_coding.hpp"
#include "codecs/named_values.hpp"
#include "codecs/utf8.hpp"
#include "gateway/telemetry/redact.hpp"

#include <algorithm>
#include <optional>

namespace sluice::gateway::admin {

namespace {

constexpr codecs::inflate_limits most_decoded{.size = 4 * 1024 * 1024, .ratio = 200};
constexpr std::size_t longest_letter = 4; // bytes of UTF-8

std::string base64_of(std::string_view bytes) {
    std::string text;
    codecs::append_base64(text, bytes);
    return text;
}

// The text of UTF-16, if that is what it is, as far as names are ASCII.
std::string without_zeros(std::string_view bytes) {
    std::string plain(bytes);
    std::erase(plain, '\0');
    return plain;
}

// A call to /v1/tasks carries bodies of others.
std::string hide_in_base64(std::string_view text, telemetry::known_secrets const& known) {
    std::string out;
    std::size_t copied = 0;
    codecs::named_value_walk walk(text);
    for (codecs::named_value found; walk.next(found);) {
        if (found.name != "body_base64") continue;
        auto const bytes = codecs::decode_base64(found.value);
        if (!bytes) continue;
        std::string const inner(bytes->begin(), bytes->end());
        auto const shown = show_body({.bytes = inner}, known);
        auto const instead = shown.is == shown_body::form::text     ? base64_of(shown.content)
                             : shown.is == shown_body::form::base64 ? shown.content
                                                                    : std::string();
        auto const at = static_cast<std::size_t>(found.value.data() - text.data());
        out += text.substr(copied, at - copied);
        out += instead;
        copied = at + found.value.size();
    }
    out += text.substr(copied);
    return out;
}

shown_body show_bytes(std::string_view bytes, telemetry::known_secrets const& known) {
    auto const plain = without_zeros(bytes);
    bool const is_wide = plain.size() < bytes.size();
    if (is_wide && telemetry::hide_secrets(plain, known) != plain) {
        return {.why = "It has secrets in it, and is not UTF-8."};
    }
    auto const hidden = is_wide ? std::string(bytes) : telemetry::hide_secrets(bytes, known);
    return {.is = shown_body::form::base64, .content = base64_of(hidden), .why = {}};
}

// Without the piece of a letter at the end of what was cut.
std::string_view whole_letters(body_to_show const& body) {
    auto const wrong = codecs::find_invalid_utf8(body.bytes);
    bool const is_at_end =
        body.is_cut && wrong && body.bytes.size() - *wrong < longest_letter &&
        static_cast<unsigned char>(body.bytes[*wrong]) >= 0xC2; // the first byte of a long one
    return is_at_end ? body.bytes.substr(0, *wrong) : body.bytes;
}

} // namespace

shown_body show_body(body_to_show const& body, telemetry::known_secrets const& known) {
    if (codecs::is_coded(body.coding)) {
        auto const plain = codecs::decode_content(body.bytes, body.coding, most_decoded);
        if (!plain) return {.why = "Its content coding cannot be read."};
        auto shown = show_body({.bytes = *plain}, known);
        shown.is_decoded = true;
        return shown;
    }
    auto const text = whole_letters(body);
    if (codecs::find_invalid_utf8(text)) return show_bytes(text, known);
    auto const wide = without_zeros(text);
    if (wide.size() < text.size()) return show_bytes(text, known);
    auto const hidden = hide_in_base64(telemetry::hide_secrets(text, known), known);
    return {.is = shown_body::form::text, .content = codecs::to_valid_utf8(hidden), .why = {}};
}

void add_secrets_of(body_to_show const& body, telemetry::known_secrets& to) {
    if (!codecs::is_coded(body.coding)) return to.add_from(without_zeros(body.bytes));
    auto const plain = codecs::decode_content(body.bytes, body.coding, most_decoded);
    if (plain) to.add_from(without_zeros(*plain));
}

} // namespace sluice::gateway::admin
