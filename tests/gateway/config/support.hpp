// What the tests of the configuration share: files in memory, an expression checker that refuses
// one word, and tables of broken texts with a mark where the problem must be reported.
#pragma once

#include "gateway/config/load.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway::config::test {

// 64 characters that differ by `n`.
std::string security_id(char n);

// A signing secret of 24 bytes.
inline constexpr std::string_view signing_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// Files by their name; any other does not exist.
file_reader files(std::map<std::string, std::string> content);

// PEM texts, made once: a certificate, its key, and the key of another.
struct pem_texts {
    std::string certificate, key, other_key;
};
pem_texts const& pem();

// Refuses every expression with "WRONG" in it, at that word.
class word_checker final : public expression_checker {
  public:
    std::optional<expression_problem> check_rule(std::string_view rule) const override;
    std::vector<expression_problem> check_template(std::string_view text, template_use use,
                                                   std::string_view content_type) const override;
    std::optional<expression_problem>
    check_mapping(std::string_view variable, std::string_view path,
                  std::span<std::pair<std::string, std::string> const> namespaces) const override;
};

// The settings of a text that must have no problem at all.
configuration load_good(std::string_view text, file_reader const& read = files({}));

// A text in which "§" stands before the place of its only problem, and a part of the message.
struct broken {
    std::string_view text;
    std::string_view message;
};

// Loads `before` followed by each text; each must have exactly one problem, of that level, at
// the mark.
void expect_broken(std::span<broken const> table, std::string_view before = {},
                   severity level = severity::error, file_reader const& read = files({}));

// An account "a" and a destination "d" that are in order.
inline constexpr std::string_view account_and_destination = R"([[account]]
id = "a"
[[destination]]
name = "d"
url = "https://example.com/"
)";

// The same and a destination "o" for calls of the outbound API.
inline constexpr std::string_view account_and_destinations = R"([[account]]
id = "a"
[[destination]]
name = "d"
url = "https://example.com/"
[[destination]]
name = "o"
url = "https://example.com/"
format = "outbound"
)";

} // namespace sluice::gateway::config::test
