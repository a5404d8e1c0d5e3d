#include "gateway/telemetry/redact.hpp"

#include "codecs/named_values.hpp"
#include "codecs/query.hpp"
#include "codecs/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

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

using codecs::is_digit;

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

enum class numbers : bool { masked, shown };

void append_query_value(std::string& out, std::string_view name, std::string_view value,
                        numbers how) {
    auto const what = what_holds(name);
    if (name.find('%') != std::string_view::npos || what == holds::secret) {
        out += redacted;
    } else if (what == holds::contact && how == numbers::masked) {
        out += mask_contact(value);
    } else {
        out += value;
    }
}

void append_query(std::string& out, std::string_view query, numbers how) {
    std::size_t copied = 0;
    codecs::query_walk walk(query);
    for (codecs::query_part part; walk.next(part);) {
        if (!part.has_value) continue;
        auto const at = static_cast<std::size_t>(part.value.data() - query.data());
        out += query.substr(copied, at - copied);
        append_query_value(out, part.name, part.value, how);
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

namespace {

// What the value behind a name is, where numbers are hidden: what is doubtful counts as secret.
holds what_holds(codecs::named_value const& found) {
    auto const by_name = what_holds(found.name);
    if (found.label.empty() || by_name == holds::secret) return by_name;
    auto const by_label = what_holds(found.label);
    return by_label == holds::anything ? by_name : by_label;
}

// The same where numbers are shown: "key" is what variables stand in.
bool is_secret(codecs::named_value const& found) {
    auto const name = found.label.empty() ? found.name : found.label;
    return what_holds(name) == holds::secret;
}

// A list of variables is looked into, one of secrets is hidden, one of numbers is masked.
bool is_looked_into(codecs::named_value const& found) {
    return found.is_list() && (found.value.find('{') != found.value.npos ||
                               found.value.find_first_not_of("[] \t\r\n") == found.value.npos);
}

// The text with what `replace` makes of values: nothing where one stays.
template <class Replace>
std::string with_values_replaced(std::string_view text, Replace replace) {
    std::string out;
    std::size_t copied = 0;
    codecs::named_value_walk walk(text);
    for (codecs::named_value found; walk.next(found);) {
        if (found.value.empty() || is_looked_into(found)) continue;
        std::optional<std::string> const instead = replace(found);
        if (!instead) continue;
        auto const at = static_cast<std::size_t>(found.value.data() - text.data());
        out += text.substr(copied, at - copied);
        out += *instead;
        copied = at + found.value.size();
        walk.pass_over();
    }
    out += text.substr(copied);
    return out;
}

std::string hidden(codecs::named_value const& found) {
    return found.is_list() ? "[" + std::string(redacted) : std::string(redacted);
}

} // namespace

std::string redact_answer(std::string_view text) {
    using result = std::optional<std::string>;
    return with_values_replaced(text, [](codecs::named_value const& found) -> result {
        auto const what = what_holds(found);
        if (what == holds::anything) return std::nullopt;
        if (what == holds::secret) return hidden(found);
        return found.is_list() ? masked_list(found.value) : mask_contact(found.value);
    });
}

std::string hide_secrets(std::string_view text) {
    using result = std::optional<std::string>;
    return with_values_replaced(text, [](codecs::named_value const& found) -> result {
        if (!is_secret(found)) return std::nullopt;
        return hidden(found);
    });
}

bool tells_secret(std::string_view name) {
    return what_holds(name) == holds::secret;
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

namespace {

std::string redact_url(std::string_view url, numbers how) {
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
        append_query(out, url.substr(query_at + 1), how);
    }
    return out;
}

} // namespace

std::string redact_url(std::string_view url) {
    return redact_url(url, numbers::masked);
}

std::string hide_url_secrets(std::string_view url) {
    return redact_url(url, numbers::shown);
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
