#include "gateway/telemetry/value_kinds.hpp"

#include "codecs/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace sluice::gateway::telemetry {

namespace {

// Secret wherever they stand in a word: "accesstoken", "mypassword".
constexpr std::array<std::string_view, 12> strong_parts{
    "secret",   "token",  "password",  "passwd",     "passphrase", "passcode",
    "passwort", "cookie", "signature", "credential", "authoriz",   "authoris"};
// Secret as a whole word only, of which "key" is one: "x-api-key", "auth".
constexpr std::array<std::string_view, 14> whole_words{
    "auth", "oauth", "authentication", "pwd",    "pass",     "pw",         "sig",
    "otp",  "jwt",   "hmac",           "bearer", "security", "securityid", "sessionid"};
// Before "key" in one word: "apikey". Before it as words of their own any word will do.
constexpr std::array<std::string_view, 14> before_key{
    "api",    "access", "secret", "private",    "signing", "shared", "auth",
    "master", "app",    "client", "encryption", "license", "write",  "service"};
// Keys that open nothing.
constexpr std::array<std::string_view, 12> open_keys{
    "order",   "idempotency", "public",  "primary", "foreign", "sort",
    "routing", "partition",   "message", "cache",   "object",  "row"};
// Words that only begin like a secret.
constexpr std::array<std::string_view, 2> other_words{"secretar", "tokeniz"};

constexpr std::array<std::string_view, 7> contact_parts{"contact", "phone", "msisdn", "mobile",
                                                        "number",  "email", "agent"};
// At the end of a word: a client is no number.
constexpr std::array<std::string_view, 2> contact_ends{"cli", "dnis"};

template <std::size_t N>
bool is_one_of(std::array<std::string_view, N> const& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

template <std::size_t N>
bool has_one_of(std::array<std::string_view, N> const& parts, std::string_view word) {
    return std::ranges::any_of(parts, [word](auto part) { return word.find(part) != word.npos; });
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_letter_or_digit(char c) {
    return codecs::is_alphanumeric(c) || static_cast<signed char>(c) < 0;
}

// "X-Api-Key", "xApiKey", "X_API_KEY" -> x, api, key. "APIKey" -> api, key.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        auto const c = name[i];
        if (!is_letter_or_digit(c)) {
            if (!words.back().empty()) words.emplace_back();
            continue;
        }
        bool const ends_capitals = i > 0 && is_upper(name[i - 1]) && is_upper(c) &&
                                   i + 1 < name.size() && is_lower(name[i + 1]);
        bool const begins_word = i > 0 && is_upper(c) && is_letter_or_digit(name[i - 1]) &&
                                 (!is_upper(name[i - 1]) || ends_capitals);
        if (begins_word && !words.back().empty()) words.emplace_back();
        words.back() += codecs::to_lower(c);
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

// "keys" of a list as "key".
std::string_view singular(std::string_view word) {
    bool const is_plural = word.size() > 3 && word.ends_with('s') && !word.ends_with("ss");
    return is_plural ? word.substr(0, word.size() - 1) : word;
}

bool is_joined_key(std::string_view word) {
    return word.ends_with("key") && is_one_of(before_key, word.substr(0, word.size() - 3));
}

bool is_secret_word(std::string_view word) {
    if (has_one_of(strong_parts, word) && !has_one_of(other_words, word)) return true;
    auto const one = singular(word);
    return is_one_of(whole_words, one) || is_joined_key(one);
}

bool is_contact(std::vector<std::string> const& words, std::string_view joined) {
    if (joined == "to" || joined == "from" || has_one_of(contact_parts, joined)) return true;
    return std::ranges::any_of(words, [](std::string_view word) {
        return std::ranges::any_of(contact_ends, [word](auto end) { return word.ends_with(end); });
    });
}

bool is_secret(std::vector<std::string> const& words, std::string_view joined) {
    if (std::ranges::any_of(words, [](auto const& word) { return is_secret_word(word); }))
        return true;
    // "To-Ken", "PASSword", "api key".
    if (has_one_of(strong_parts, joined) && !has_one_of(other_words, joined)) return true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (singular(words[i]) != "key") continue;
        bool const is_alone = words.size() == 1 && words[i] == "key";
        if (is_alone || (i > 0 && !is_one_of(open_keys, words[i - 1]))) return true;
    }
    return false;
}

} // namespace

holds what_holds(std::string_view name) {
    if (auto const end = name.find_last_of(".:"); end != name.npos) name.remove_prefix(end + 1);
    auto const words = words_of(name);
    std::string joined;
    for (auto const& word : words)
        joined += word;
    if (is_secret(words, joined)) return holds::secret;
    return is_contact(words, joined) ? holds::contact : holds::anything;
}

} // namespace sluice::gateway::telemetry
