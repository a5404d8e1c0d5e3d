#include "gateway/telemetry/redact.hpp"

#include "codecs/query.hpp"
#include "codecs/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace sluice::gateway::telemetry {

namespace {

constexpr std::string_view hidden_contact = "******";
constexpr std::size_t shortest_number = 7; // digits
constexpr std::size_t longest_number = 15; // E.164

// Parts of names that tell a secret; compared in lower case, without "-" and "_".
constexpr std::array<std::string_view, 12> secret_words{
    "auth",   "cookie", "secret", "token",     "password", "passwd",
    "apikey", "pwd",    "key",    "signature", "security", "credential"};
constexpr std::array<std::string_view, 9> contact_words{
    "contact", "phone", "msisdn", "mobile", "cli", "dnis", "number", "email", "agent"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string bare_name(std::string_view name) {
    std::string bare;
    for (auto const c : name) {
        if (c == '-' || c == '_') continue;
        bare += codecs::to_lower(c);
    }
    return bare;
}

template <std::size_t N>
bool speaks_of(std::string_view bare, std::array<std::string_view, N> const& words) {
    return std::any_of(words.begin(), words.end(), [bare](std::string_view word) {
        return bare.find(word) != std::string_view::npos;
    });
}

enum class holds { anything, contact, secret };

holds what_holds(std::string_view name) {
    // "$flow.key.token": what stands after the last dot is the name; the rest only says whose.
    auto const bare = bare_name(name.substr(name.rfind('.') + 1));
    if (speaks_of(bare, secret_words) || bare == "sig") return holds::secret;
    bool const is_contact = speaks_of(bare, contact_words) || bare == "to" || bare == "from";
    return is_contact ? holds::contact : holds::anything;
}

void append_query_value(std::string& out, std::string_view name, std::string_view value) {
    auto const what = what_holds(name);
    if (name.find('%') != std::string_view::npos || what == holds::secret) {
        out += redacted;
    } else if (what == holds::contact) {
        out += mask_contact(value);
    } else {
        out += value;
    }
}

void append_query(std::string& out, std::string_view query) {
    std::size_t copied = 0;
    codecs::query_walk walk(query);
    for (codecs::query_part part; walk.next(part);) {
        if (!part.has_value) continue;
        auto const at = static_cast<std::size_t>(part.value.data() - query.data());
        out += query.substr(copied, at - copied);
        append_query_value(out, part.name, part.value);
        copied = at + part.value.size();
    }
    out += query.substr(copied);
}

// The length of the phone number that `text` begins with, 0 without one. Digits may be grouped by
// single spaces, hyphens or parentheses.
std::size_t number_length(std::string_view text) {
    std::size_t end = 0;
    std::size_t digits = 0;
    bool was_separator = false;
    for (std::size_t i = text.starts_with('+') ? 1 : 0; i < text.size(); ++i) {
        auto const c = text[i];
        if (is_digit(c)) {
            ++digits;
            end = i + 1;
            was_separator = false;
        } else if (digits > 0 && !was_separator && (c == ' ' || c == '-')) {
            was_separator = true;
        } else {
            break;
        }
    }
    bool const goes_on = end < text.size() && is_word(text[end]);
    return digits < shortest_number || digits > longest_number || goes_on ? 0 : end;
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

bool is_name_part(char c) {
    return is_word(c) || c == '-' || c == '.' || c == '$';
}

// The value that stands behind a name and its separators: a JSON string without its quotes, a list
// of JSON, the text of an element, or a plain word. How much of `text` comes before it, and how
// much it is; a length of 0: there is none.
struct value_place {
    std::size_t begin = 0;
    std::size_t length = 0;
};

value_place value_in_quotes(std::string_view text, std::size_t begin) {
    auto end = begin;
    while (end < text.size() && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    return {begin, std::min(end, text.size()) - begin};
}

// Behind `<name`.
value_place value_of_element(std::string_view text) {
    auto const open = text.find('>');
    if (open == text.npos || (open > 0 && text[open - 1] == '/')) return {};
    auto const end = std::min(text.find('<', open), text.size());
    return {open + 1, end - open - 1};
}

// Behind `"name"` of JSON or `name` of a form.
value_place value_of_member(std::string_view text) {
    auto at = std::min(text.find_first_not_of("\" \t\r\n"), text.size());
    if (at == text.size() || (text[at] != ':' && text[at] != '=')) return {};
    at = std::min(text.find_first_not_of(" \t\r\n", at + 1), text.size());
    if (at == text.size() || text[at] == '{') return {};
    if (text[at] == '"') return value_in_quotes(text, at + 1);
    if (text[at] == '[') return {at, std::min(text.find(']', at), text.size()) - at};
    return {at, std::min(text.find_first_of(",&}] \t\r\n<", at), text.size()) - at};
}

std::string masked_list(std::string_view list) {
    std::string out;
    for (std::size_t at = 0; at < list.size();) {
        auto const length = is_word(list[at]) || list[at] == '+'
                                ? std::min(list.find_first_of("\",]", at), list.size()) - at
                                : 0;
        if (length > 0) {
            out += mask_contact(list.substr(at, length));
        } else {
            out += list[at];
        }
        at += std::max<std::size_t>(1, length);
    }
    return out;
}

} // namespace

std::string redact_answer(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        if (!is_name_part(text.front())) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        bool const is_element = out.ends_with('<');
        auto const length = std::min(
            static_cast<std::size_t>(std::ranges::find_if_not(text, is_name_part) - text.begin()),
            text.size());
        auto const what = what_holds(text.substr(0, length));
        out += text.substr(0, length);
        text.remove_prefix(length);
        if (what == holds::anything) continue;
        auto const value = is_element ? value_of_element(text) : value_of_member(text);
        if (value.length == 0) continue;
        auto const hidden = text.substr(value.begin, value.length);
        bool const is_list = hidden.starts_with('[');
        out += text.substr(0, value.begin);
        // A list of variables is looked into, one of secrets is hidden, one of numbers is masked.
        bool const is_looked_into =
            hidden.find('{') != hidden.npos || hidden.find_first_not_of("[] \t\r\n") == hidden.npos;
        if (is_list && is_looked_into) {
            text.remove_prefix(value.begin);
            continue;
        }
        if (is_list && what == holds::secret) out += '[';
        out += what == holds::secret ? std::string(redacted)
               : is_list             ? masked_list(hidden)
                                     : mask_contact(hidden);
        text.remove_prefix(value.begin + value.length);
    }
    return out;
}

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

std::string redact_url(std::string_view url) {
    std::string out;
    auto const query_at = std::min(url.find('?'), url.size());
    auto rest = url.substr(0, query_at);
    if (auto const scheme = rest.find("://"); scheme != std::string_view::npos) {
        auto const authority_at = scheme + 3;
        auto const authority_end = std::min(rest.find('/', authority_at), rest.size());
        auto const at = rest.substr(0, authority_end).rfind('@');
        if (at != std::string_view::npos && at >= authority_at) {
            out += rest.substr(0, authority_at);
            out += redacted;
            rest.remove_prefix(at);
        }
    }
    out += rest;
    if (query_at < url.size()) {
        out += '?';
        append_query(out, url.substr(query_at + 1));
    }
    return out;
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
