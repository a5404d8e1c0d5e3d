// The compiled form of a rule. Private to rule.cpp and rule_parser; immutable once it is built.
#pragma once

#include "codecs/mapping.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace re2 {
class RE2;
}

namespace sluice::codecs {

enum class comparison {
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    // Of texts.
    contains,
    starts_with,
    matches,
};

struct rule_literal {
    enum class kind { number, text, boolean, null };

    kind type = kind::null;
    std::string text;
};

struct http_status {};
struct body_text {};
struct header_value {
    std::string name;
};

struct rule_operand {
    std::variant<answer_path, http_status, body_text, header_value, rule_literal> of;
    bool is_trimmed = false;
};

struct rule_node {
    enum class kind { all, any, negation, exists, compare, does_not, in, not_in };

    kind type = kind::all;
    // Of all, any and negation.
    std::vector<std::shared_ptr<rule_node const>> children;
    // The left side of a comparison, what is looked for in a list, or the path that must exist.
    std::optional<rule_operand> left;
    std::optional<rule_operand> right;
    // Of compare, and of does_not ("not contains").
    comparison by = comparison::equal;
    // Of matches; the right side is its text.
    std::shared_ptr<re2::RE2 const> pattern;
    // Of in and not_in.
    std::vector<rule_literal> list;
};

// Parses the text of a rule. Errors: `invalid_rule`, `invalid_path`.
[[nodiscard]] result<std::shared_ptr<rule_node const>>
parse_rule(std::string_view text, namespace_table const& namespaces);

} // namespace sluice::codecs
