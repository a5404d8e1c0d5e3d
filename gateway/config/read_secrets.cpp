#include "gateway/config/readers.hpp"
#include "gateway/config/text_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::config {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::size_t security_id_length = 64;
constexpr std::size_t longest_cust_token = 128;
constexpr std::size_t most_valid_secrets = 2; // while rotating

std::string trim(std::string_view text) {
    auto const first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(white_space) - first + 1));
}

// What an HTTP header can carry as a credential: visible ASCII.
bool is_visible(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

// One secret a line; empty lines and lines that begin with # are skipped.
std::vector<located_text> secrets_in_file(table_reader& in, std::string_view key) {
    std::vector<located_text> found;
    auto const path = in.text_at(key);
    if (!path) return found;
    auto const content = in.context().content_of(*path);
    if (!content) return found;
    std::string_view rest = *content;
    while (!rest.empty()) {
        auto const end = std::min(rest.find('\n'), rest.size());
        auto line = trim(rest.substr(0, end));
        if (!line.empty() && !line.starts_with('#')) found.push_back({std::move(line), path->at});
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (found.empty()) in.fail(key, fmt::format("\"{}\" has no secret in it", path->text));
    return found;
}

std::vector<located_text> with_file(table_reader& in, std::string_view key,
                                    std::string_view file_key) {
    auto found = in.texts(key);
    std::ranges::move(secrets_in_file(in, file_key), std::back_inserter(found));
    return found;
}

} // namespace

std::optional<secret> read_secret(table_reader& in, std::string_view key) {
    auto const file_key = fmt::format("{}_file", key);
    bool const has_both = in.has(key) && in.has(file_key);
    if (has_both) in.fail(file_key, fmt::format("cannot stand beside \"{}\"", key));
    if (auto const direct = in.text(key)) {
        if (!direct->empty()) return secret(*direct);
        in.fail(key, "must not be empty");
        return {};
    }
    if (has_both) return {};
    auto const from_file = secrets_in_file(in, file_key);
    if (from_file.empty()) return {};
    if (from_file.size() > 1) in.fail(file_key, "must name a file with one line");
    return secret(from_file.front().text);
}

std::vector<secret> read_signing_secrets(table_reader& in, key_use use) {
    std::vector<secret> secrets;
    auto const* const given = in.array("secret");
    if (given && given->empty() && !in.has("secret_file")) {
        if (use == key_use::sign)
            in.warn("secret", "is empty: deliveries are not signed");
        else
            in.fail("secret", "must not be empty: no call could be verified");
    }
    for (auto const& found : with_file(in, "secret", "secret_file")) {
        if (auto const key = check_signing_key(found.text, use); !key)
            in.context().error(found.at, key.error().message());
        else
            secrets.emplace_back(found.text);
    }
    return secrets;
}

std::vector<secret> read_account_secrets(table_reader& in) {
    std::vector<secret> secrets;
    auto const given = with_file(in, "secrets", "secrets_file");
    if (given.size() > most_valid_secrets)
        in.warn(in.has("secrets") ? "secrets" : "secrets_file",
                fmt::format("has {} secrets, and each of them is valid: two are enough while one "
                            "takes the place of the other",
                            given.size()));
    for (auto const& found : given) {
        if (found.text.size() != security_id_length)
            in.context().error(found.at,
                               fmt::format("must have 64 characters, not {}", found.text.size()));
        else if (!is_visible(found.text))
            in.context().error(found.at, "must have visible ASCII characters only");
        else
            secrets.emplace_back(found.text);
        in.context().define(name_kind::secret, found);
    }
    return secrets;
}

std::vector<secret> read_cust_tokens(table_reader& in) {
    std::vector<secret> tokens;
    for (auto const& found : in.texts("cust_tokens")) {
        if (found.text.empty() || found.text.size() > longest_cust_token)
            in.context().error(found.at, "must have 1 to 128 characters");
        else if (!is_visible(found.text))
            in.context().error(found.at, "must have visible ASCII characters only");
        else
            tokens.emplace_back(found.text);
        in.context().define(name_kind::cust_token, found);
    }
    return tokens;
}

} // namespace sluice::gateway::config
