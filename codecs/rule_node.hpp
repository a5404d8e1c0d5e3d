// The compiled form of a rule. Private to rule.cpp and rule_parser; immutable once it is built.
#pragma once

#include "codecs/mapping.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sluice::codecs {

enum class comparison { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

struct rule_literal {
    enum class kind { number, text, boolean, null };

    kind type = kind::null;
    std::string text;
};

struct http_status {};

using rule_operand = std::variant<answer_path, http_status, rule_literal>;

struct rule_node {
    enum class kind { all, any, negation, exists, compare, in, not_in };

    kind type = kind::all;
    // Of all, any and negation.
    std::vector<std::shared_ptr<rule_node const>> children;
    // The left side of a comparison, what is looked for in a list, or the path that must exist.
    std::optional<rule_operand> left;
    std::optional<rule_operand> right;
    comparison by = comparison::equal;
    // Of in and not_in.
    std::vector<rule_literal> list;
};

// Parses the text of a rule. Errors: `invalid_rule`, `invalid_path`.
[[nodiscard]] result<std::shared_ptr<rule_node const>>
parse_rule(std::string_view text, namespace_table const& namespaces);

} // namespace sluice::codecs
