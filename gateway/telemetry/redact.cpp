#include "gateway/telemetry/redact.hpp"

#include "codecs/percent.hpp"
#include "codecs/query.hpp"
#include "codecs/text.hpp"
#include "gateway/telemetry/value_kinds.hpp"

#include <algorithm>

namespace sluice::gateway::telemetry {

namespace {

constexpr std::string_view hidden_contact = "******";
constexpr std::size_t shortest_number = 7; // digits
constexpr std::size_t longest_number = 15; // E.164

using codecs::is_digit;

bool is_word(char c) {
    return codecs::is_alphanumeric(c) || c == '_';
}

enum class numbers : bool { masked, shown };

struct hiding {
    numbers how;
    std::string_view mark; // in the place of a secret
};

void append_query_value(std::string& out, std::string_view name, std::string_view value,
                        hiding const& with) {
    // A name in escapes that cannot be read could spell anything.
    auto const plain = codecs::percent_decode(name);
    auto const what = plain ? what_holds(*plain) : holds::secret;
    if (what == holds::secret || plain->find('%') != std::string::npos) {
        out += with.mark;
    } else if (what == holds::contact && with.how == numbers::masked) {
        out += mask_contact(value);
    } else {
        out += value;
    }
}

void append_query(std::string& out, std::string_view query, hiding const& with) {
    std::size_t copied = 0;
    codecs::query_walk walk(query);
    for (codecs::query_part part; walk.next(part);) {
        if (!part.has_value) continue;
        auto const at = static_cast<std::size_t>(part.value.data() - query.data());
        out += query.substr(copied, at - copied);
        append_query_value(out, part.name, part.value, with);
        copied = at + part.value.size();
    }
    out += query.substr(copied);
}

// The length of the phone number that `text` begins with, 0 without one. Digits may be grouped by
// single spaces, hyphens or parentheses; a group that would make it no number is not of it.
std::size_t number_length(std::string_view text) {
    std::size_t end = 0;
    std::size_t digits = 0;
    bool was_separator = false;
    for (std::size_t i = text.starts_with('+') ? 1 : 0; i < text.size(); ++i) {
        auto const c = text[i];
        if (is_digit(c)) {
            ++digits;
            was_separator = false;
            bool const goes_on = i + 1 < text.size() && is_word(text[i + 1]);
            if (!goes_on && digits >= shortest_number && digits <= longest_number) end = i + 1;
        } else if (digits > 0 && !was_separator && (c == ' ' || c == '-')) {
            was_separator = true;
        } else {
            break;
        }
    }
    return end;
}

// A task's id, whose digits are no phone number: its length, 0 where `text` begins with none.
std::size_t id_length(std::string_view text) {
    constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (text.size() < shape.size()) return 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        bool const is_hyphen = shape[i] == '-';
        if (is_hyphen ? text[i] != '-' : codecs::hex_digit_value(text[i]) < 0) return 0;
    }
    bool const goes_on = text.size() > shape.size() && is_word(text[shape.size()]);
    return goes_on ? 0 : shape.size();
}

// How much of `text` is a credential, with the word that announces it; 0 for none.
std::size_t credential_length(std::string_view text) {
    auto const end_of_value = [text](std::size_t from) {
        return std::min(text.find_first_of(" \t\r\n,;\"'", from), text.size());
    };
    if (text.starts_with("whsec_")) return end_of_value(0);
    for (std::string_view scheme : {"Bearer ", "Basic ", "bearer ", "basic "}) {
        if (text.starts_with(scheme)) return end_of_value(scheme.size());
    }
    return 0;
}

std::size_t url_length(std::string_view text) {
    if (!text.starts_with("http://") && !text.starts_with("https://")) return 0;
    return std::min(text.find_first_of(" \t\r\n\"'<>"), text.size());
}

} // namespace

std::string mask_contact(std::string_view contact) {
    std::string digits;
    for (auto const c : contact) {
        if (is_digit(c)) {
            digits += c;
        } else if (c != '+' && c != ' ' && c != '-' && c != '(' && c != ')') {
            return std::string(hidden_contact);
        }
    }
    if (digits.size() < shortest_number) return std::string(hidden_contact);
    std::string masked(contact.starts_with('+') ? "+" : "");
    masked += digits.front();
    masked += hidden_contact;
    masked += std::string_view(digits).substr(digits.size() - 2);
    return masked;
}

namespace {

std::string redact_url(std::string_view url, hiding const& with) {
    std::string out;
    auto const query_at = std::min(url.find('?'), url.size());
    auto rest = url.substr(0, query_at);
    if (auto const scheme = rest.find("://"); scheme != std::string_view::npos) {
        auto const authority_at = scheme + 3;
        auto const authority_end = std::min(rest.find('/', authority_at), rest.size());
        auto const at = rest.substr(0, authority_end).rfind('@');
        if (at != std::string_view::npos && at >= authority_at) {
            out += rest.substr(0, authority_at);
            out += with.mark;
            rest.remove_prefix(at);
        }
    }
    out += rest;
    if (query_at < url.size()) {
        out += '?';
        append_query(out, url.substr(query_at + 1), with);
    }
    return out;
}

} // namespace

std::string redact_url(std::string_view url) {
    return redact_url(url, {numbers::masked, redacted});
}

std::string hide_url_secrets(std::string_view url, std::string_view mark) {
    return redact_url(url, {numbers::shown, mark});
}

std::string redact_text(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        bool const begins_word = out.empty() || !is_word(out.back());
        auto length = begins_word ? url_length(text) : 0;
        if (length > 0) {
            out += redact_url(text.substr(0, length));
        } else if (length = begins_word ? credential_length(text) : 0; length > 0) {
            out += redacted;
        } else if (length = begins_word ? id_length(text) : 0; length > 0) {
            out += text.substr(0, length);
        } else if (length = begins_word ? number_length(text) : 0; length > 0) {
            out += mask_contact(text.substr(0, length));
        } else {
            length = 1;
            out += text.front();
        }
        text.remove_prefix(length);
    }
    return out;
}

} // namespace sluice::gateway::telemetry
