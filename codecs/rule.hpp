// Conditions on a destination's answer: `/api-response-code == 200`, `status in [200, 202] and not
// exists(/error)`. Compiled once, immutable after that; any thread. Never throws while it is
// evaluated.
//
//   rule       = and-term { "or" and-term }
//   and-term   = factor { "and" factor }
//   factor     = "not" factor | "(" rule ")" | "exists" found | "exists(" found ")" | comparison
//   comparison = operand ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand
//              | operand [ "not" ] ( "contains" | "starts_with" ) operand
//              | operand [ "not" ] "matches" text
//              | operand [ "not" ] "in" "[" literal { "," literal } "]"
//   operand    = found | "trim(" operand ")" | "status" | literal
//   found      = path | "body" | "header(" text ")"
//   literal    = number | text | true | false | null
//   text       = 'text' | "text", without escapes
#pragma once

#include "codecs/mapping.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace sluice::codecs {

// A node of the compiled rule; defined and known in rule.cpp and its parser only.
struct rule_node;

class rule {
  public:
    // A path is an `answer_path`; `status` is the HTTP status, `body` all of the answer's text,
    // `header("…")` the values of a field joined by ", ". What `matches` is given is a pattern of
    // RE2, which may hit anywhere. Errors: `invalid_rule` and `invalid_path` with the column and
    // what was expected.
    [[nodiscard]] static result<rule> compile(std::string_view text,
                                              namespace_table const& namespaces = {});

    // Numbers compare as numbers, also where the answer holds them as strings, and integers
    // exactly at any length; a text in quotes compares as text, where `<` goes by bytes. A number
    // never equals a text that is none. `null` equals what is not there, null or empty; any other
    // comparison with what is not there is false, `!=`, `not in` and `not contains` included.
    // Nothing is trimmed but by `trim`.
    [[nodiscard]] bool evaluate(answer const& of) const;

    [[nodiscard]] std::string const& text() const noexcept { return text_; }

  private:
    std::string text_;
    std::shared_ptr<rule_node const> root_;
};

} // namespace sluice::codecs
