#include "codecs/rule.hpp"

#include "codecs/decimal.hpp"
#include "codecs/rule_node.hpp"
#include "codecs/text.hpp"

#include <algorithm>
#include <re2/re2.h>

namespace sluice::codecs {

namespace {

// One side of a comparison, as it is in one answer.
struct side {
    enum class kind { missing, found, number, text, null };

    kind type = kind::missing;
    std::string text;

    [[nodiscard]] bool is_null_like() const {
        return type == kind::missing || type == kind::null || (type == kind::found && text.empty());
    }
};

side side_of(rule_literal const& literal) {
    switch (literal.type) {
    case rule_literal::kind::number:
        return {side::kind::number, literal.text};
    case rule_literal::kind::null:
        return {side::kind::null, {}};
    case rule_literal::kind::text:
    case rule_literal::kind::boolean:
        break;
    }
    return {side::kind::text, literal.text};
}

template <class Text>
side found_side(std::optional<Text> found) {
    return found ? side{side::kind::found, std::string(*std::move(found))} : side{};
}

side untrimmed(rule_operand const& operand, answer const& of) {
    if (auto const* path = std::get_if<answer_path>(&operand.of)) return found_side(path->find(of));
    if (std::holds_alternative<http_status>(operand.of)) {
        return {side::kind::number, std::to_string(of.status())};
    }
    if (std::holds_alternative<body_text>(operand.of)) return found_side(of.text());
    if (auto const* field = std::get_if<header_value>(&operand.of)) {
        return found_side(of.header(field->name));
    }
    return side_of(std::get<rule_literal>(operand.of));
}

side side_of(rule_operand const& operand, answer const& of) {
    auto made = untrimmed(operand, of);
    if (operand.is_trimmed) made.text = std::string(trim(made.text));
    return made;
}

// How two sides that are there stand to each other; nothing when a number meets what is none.
std::optional<std::strong_ordering> order(side const& left, side const& right) {
    bool const is_text = left.type == side::kind::text || right.type == side::kind::text;
    if (!is_text) {
        if (auto const ordered = compare_numbers(left.text, right.text)) return ordered;
        bool const is_number = left.type == side::kind::number || right.type == side::kind::number;
        if (is_number) return std::nullopt;
    }
    return left.text <=> right.text;
}

bool holds(side const& left, comparison by, side const& right) {
    bool const has_null = left.type == side::kind::null || right.type == side::kind::null;
    if (has_null) {
        bool const is_equal = left.is_null_like() && right.is_null_like();
        if (by == comparison::equal) return is_equal;
        return by == comparison::not_equal && !is_equal;
    }
    if (left.type == side::kind::missing || right.type == side::kind::missing) return false;
    if (by == comparison::contains) return left.text.find(right.text) != std::string::npos;
    if (by == comparison::starts_with) return left.text.starts_with(right.text);
    auto const ordered = order(left, right);
    if (!ordered) return by == comparison::not_equal;
    switch (by) {
    case comparison::equal:
        return *ordered == 0;
    case comparison::not_equal:
        return *ordered != 0;
    case comparison::less:
        return *ordered < 0;
    case comparison::less_or_equal:
        return *ordered <= 0;
    case comparison::greater:
        return *ordered > 0;
    case comparison::greater_or_equal:
        return *ordered >= 0;
    case comparison::contains:
    case comparison::starts_with:
    case comparison::matches:
        break;
    }
    return false;
}

bool compares(rule_node const& node, answer const& of) {
    auto const left = side_of(*node.left, of);
    if (!node.pattern) return holds(left, node.by, side_of(*node.right, of));
    return left.type != side::kind::missing && RE2::PartialMatch(left.text, *node.pattern);
}

// Of what is not there neither holds: that a text has something, and that it has not.
bool does_not(rule_node const& node, answer const& of) {
    bool const is_there = side_of(*node.left, of).type != side::kind::missing &&
                          (node.pattern || side_of(*node.right, of).type != side::kind::missing);
    return is_there && !compares(node, of);
}

bool is_in(side const& looked_for, std::vector<rule_literal> const& list) {
    return std::any_of(list.begin(), list.end(), [&](rule_literal const& literal) {
        return holds(looked_for, comparison::equal, side_of(literal));
    });
}

bool evaluate_node(rule_node const& node, answer const& of) {
    auto const child_holds = [&](std::shared_ptr<rule_node const> const& child) {
        return evaluate_node(*child, of);
    };
    switch (node.type) {
    case rule_node::kind::all:
        return std::all_of(node.children.begin(), node.children.end(), child_holds);
    case rule_node::kind::any:
        return std::any_of(node.children.begin(), node.children.end(), child_holds);
    case rule_node::kind::negation:
        return !child_holds(node.children.front());
    case rule_node::kind::exists:
        return side_of(*node.left, of).type != side::kind::missing;
    case rule_node::kind::compare:
        return compares(node, of);
    case rule_node::kind::does_not:
        return does_not(node, of);
    case rule_node::kind::in:
        return is_in(side_of(*node.left, of), node.list);
    case rule_node::kind::not_in: {
        auto const looked_for = side_of(*node.left, of);
        return looked_for.type != side::kind::missing && !is_in(looked_for, node.list);
    }
    }
    return false;
}

} // namespace

result<rule> rule::compile(std::string_view text, namespace_table const& namespaces) {
    auto root = parse_rule(text, namespaces);
    if (!root) return root.error();
    rule compiled;
    compiled.text_ = text;
    compiled.root_ = *std::move(root);
    return compiled;
}

bool rule::evaluate(answer const& of) const {
    return root_ != nullptr && evaluate_node(*root_, of);
}

} // namespace sluice::codecs
