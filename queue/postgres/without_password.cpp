#include "queue/postgres/without_password.hpp"

#include <algorithm>
#include <array>

namespace sluice::queue::postgres {

namespace {

constexpr auto npos = std::string_view::npos;

// Those that libpq knows today, and what later ones may be called: scram_client_key, and so on.
constexpr std::array<std::string_view, 6> secret_words{"pass",   "word",  "pwd",
                                                       "secret", "token", "scram"};

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// A keyword that is percent-encoded could be any.
bool is_secret(std::string_view keyword) {
    std::string lower(keyword);
    std::ranges::transform(lower, lower.begin(), to_lower);
    return lower.find('%') != npos ||
           std::ranges::any_of(secret_words, [&](auto word) { return lower.find(word) != npos; });
}

void append_query(std::string& out, std::string_view query, std::string_view mark) {
    while (!query.empty()) {
        auto const end = std::min(query.find('&'), query.size());
        auto const part = query.substr(0, end);
        auto const equals = part.find('=');
        bool const is_hidden = equals != npos && is_secret(part.substr(0, equals));
        out += is_hidden ? part.substr(0, equals + 1) : part;
        if (is_hidden) out += mark;
        if (end < query.size()) out += '&';
        query.remove_prefix(std::min(end + 1, query.size()));
    }
}

// The last "@" before `end`; npos: there is none behind `begin`.
std::size_t last_at(std::string_view url, std::size_t begin, std::size_t end) {
    auto const found = url.substr(0, end).rfind('@');
    return found != npos && found >= begin ? found : npos;
}

// libpq ends the user at the first "@", and takes a "?" before it for a part of the password; what
// stands before another "@" was meant as one.
std::size_t end_of_user(std::string_view url, std::size_t begin) {
    auto const of_authority = last_at(url, begin, url.find('/', begin));
    auto const of_path = last_at(url, begin, url.find('?', begin));
    if (of_authority == npos || of_path == npos) return std::min(of_authority, of_path);
    return std::max(of_authority, of_path);
}

std::string shown_url(std::string_view url, std::size_t begin, std::string_view mark) {
    std::string out;
    auto const at = end_of_user(url, begin);
    auto const colon = url.find(':', begin);
    auto rest = url;
    if (at != npos && colon < at) {
        out.append(url.substr(0, colon + 1)).append(mark);
        rest.remove_prefix(at);
    }
    auto const query = std::min(rest.find('?'), rest.size());
    out += rest.substr(0, query);
    if (query < rest.size()) {
        out += '?';
        append_query(out, rest.substr(query + 1), mark);
    }
    return out;
}

// The end of a value that begins at `at`: in quotes or up to a blank, "\" before any character.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    bool const is_quoted = at < text.size() && text[at] == '\'';
    if (is_quoted) ++at;
    for (; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (is_quoted && text[at] == '\'')
            return at + 1;
        else if (!is_quoted && is_blank(text[at]))
            return at;
    }
    return text.size();
}

std::string shown_words(std::string_view text, std::string_view mark) {
    std::string out;
    auto const skip_blanks = [text](std::size_t at) {
        while (at < text.size() && is_blank(text[at]))
            ++at;
        return at;
    };
    for (std::size_t at = 0; at < text.size();) {
        auto const begin = skip_blanks(at);
        out += text.substr(at, begin - at);
        if (begin == text.size()) break;
        auto end = begin;
        while (end < text.size() && text[end] != '=' && !is_blank(text[end]))
            ++end;
        auto const equals = skip_blanks(end);
        // Where libpq finds no keyword it may be the rest of a password that has a blank in it.
        if (equals == text.size() || text[equals] != '=') return out.append(mark);
        auto const value = skip_blanks(equals + 1);
        at = end_of_value(text, value);
        out += text.substr(begin, value - begin);
        out += is_secret(text.substr(begin, end - begin)) ? mark : text.substr(value, at - value);
    }
    return out;
}

std::size_t count_of(std::string_view piece, std::string_view text) {
    std::size_t count = 0;
    if (piece.empty()) return count;
    for (auto at = text.find(piece); at != npos; at = text.find(piece, at + 1))
        ++count;
    return count;
}

} // namespace

std::string without_password(std::string_view text, std::string_view mark) {
    auto const scheme = text.find("://");
    auto const equals = text.find('=');
    if (scheme != npos && scheme < equals) return shown_url(text, scheme + 3, mark);
    return shown_words(text, mark);
}

std::string message_without_password(std::string_view message, std::string_view text) {
    auto const shown = without_password(text);
    std::string out;
    while (!message.empty()) {
        auto const begin = message.find('"');
        auto const end = begin == npos ? npos : message.find('"', begin + 1);
        if (end == npos) return out.append(message);
        auto const piece = message.substr(begin + 1, end - begin - 1);
        bool const is_left_out = count_of(piece, text) > count_of(piece, shown);
        out.append(message.substr(0, begin + 1)).append(is_left_out ? "***" : piece);
        out += '"';
        message.remove_prefix(end + 1);
    }
    return out;
}

} // namespace sluice::queue::postgres
