#include "codecs/json.hpp"
#include "codecs/rule_node.hpp"
#include "codecs/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <re2/re2.h>
#include <utility>

namespace sluice::codecs {

namespace {

constexpr std::size_t max_nesting = 32;
// Of a compiled pattern, in bytes; RE2's time is linear in the text whatever the pattern.
constexpr std::int64_t pattern_memory = 1 << 20;

using node_pointer = std::shared_ptr<rule_node const>;

bool is_word_of_rule(char c) noexcept {
    return is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '+';
}

// Recursive descent, one function for each line of the grammar in rule.hpp.
class rule_parser {
  public:
    rule_parser(std::string_view text, namespace_table const& namespaces)
        : text_(text)
        , namespaces_(namespaces) {}

    result<node_pointer> parse() {
        auto parsed = parse_any();
        if (!parsed) return parsed;
        skip_white_space();
        if (at_ < text_.size()) return expected("and, or, or the end of the rule");
        return parsed;
    }

  private:
    decode_error expected(std::string_view what) const {
        auto const found =
            at_ < text_.size() ? quoted_excerpt(text_.substr(at_, 16)) : std::string("the end");
        return error_at(errc::invalid_rule, text_, at_,
                        fmt::format("expected {}, found {}", what, found));
    }

    void skip_white_space() {
        at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    }

    bool take(std::string_view mark) {
        skip_white_space();
        if (!text_.substr(at_).starts_with(mark)) return false;
        at_ += mark.size();
        return true;
    }

    std::string_view peek_word() {
        skip_white_space();
        auto end = at_;
        while (end < text_.size() && is_word_of_rule(text_[end]))
            ++end;
        return text_.substr(at_, end - at_);
    }

    bool take_word(std::string_view word) {
        if (peek_word() != word) return false;
        at_ += word.size();
        return true;
    }

    result<node_pointer> parse_chain(std::string_view word, rule_node::kind type,
                                     result<node_pointer> (rule_parser::*parse_member)()) {
        auto first = (this->*parse_member)();
        if (!first || peek_word() != word) return first;
        auto chain = std::make_shared<rule_node>();
        chain->type = type;
        chain->children.push_back(*std::move(first));
        while (take_word(word)) {
            auto next = (this->*parse_member)();
            if (!next) return next;
            chain->children.push_back(*std::move(next));
        }
        return node_pointer(std::move(chain));
    }

    result<node_pointer> parse_any() {
        return parse_chain("or", rule_node::kind::any, &rule_parser::parse_all);
    }

    result<node_pointer> parse_all() {
        return parse_chain("and", rule_node::kind::all, &rule_parser::parse_factor);
    }

    result<node_pointer> parse_factor() {
        if (nesting_ >= max_nesting) return expected("no more than 32 levels of nesting");
        ++nesting_;
        auto parsed = parse_nested();
        --nesting_;
        return parsed;
    }

    result<node_pointer> parse_nested() {
        if (take_word("not")) {
            auto inner = parse_factor();
            if (!inner) return inner;
            auto node = std::make_shared<rule_node>();
            node->type = rule_node::kind::negation;
            node->children.push_back(*std::move(inner));
            return node_pointer(std::move(node));
        }
        if (take_word("exists")) return parse_exists();
        if (take("(")) {
            auto inner = parse_any();
            if (inner && !take(")")) return expected(")");
            return inner;
        }
        return parse_comparison();
    }

    result<node_pointer> parse_exists() {
        bool const has_parenthesis = take("(");
        skip_white_space();
        auto const word = peek_word();
        auto found = word == "body" || word == "header" ? parse_operand() : parse_path_operand();
        if (!found) return found.error();
        if (has_parenthesis && !take(")")) return expected(")");
        auto node = std::make_shared<rule_node>();
        node->type = rule_node::kind::exists;
        node->left = *std::move(found);
        return node_pointer(std::move(node));
    }

    result<node_pointer> parse_comparison() {
        auto left = parse_operand();
        if (!left) return left.error();
        auto node = std::make_shared<rule_node>();
        node->left = *std::move(left);
        bool const is_negated = take_word("not");
        if (take_word("in")) {
            node->type = is_negated ? rule_node::kind::not_in : rule_node::kind::in;
            return parse_list(std::move(node));
        }
        node->type = is_negated ? rule_node::kind::does_not : rule_node::kind::compare;
        auto by = take_text_comparison();
        if (!by && is_negated) return expected("in, contains, starts_with or matches after not");
        if (!by) by = take_comparison();
        if (!by) return expected("==, !=, <, <=, >, >=, in, contains, starts_with or matches");
        node->by = *by;
        if (*by == comparison::matches) return parse_pattern(std::move(node));
        auto right = parse_operand();
        if (!right) return right.error();
        node->right = *std::move(right);
        return node_pointer(std::move(node));
    }

    result<node_pointer> parse_pattern(std::shared_ptr<rule_node> node) {
        auto const text = parse_text("a pattern in quotes");
        if (!text) return text.error();
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(pattern_memory);
        auto compiled =
            std::make_shared<RE2 const>(re2::StringPiece(text->data(), text->size()), options);
        if (!compiled->ok()) {
            return error_at(errc::invalid_rule, text_,
                            static_cast<std::size_t>(text->data() - text_.data()),
                            fmt::format("this is not a pattern: {}", compiled->error()));
        }
        node->pattern = std::move(compiled);
        return node_pointer(std::move(node));
    }

    std::optional<comparison> take_text_comparison() {
        if (take_word("contains")) return comparison::contains;
        if (take_word("starts_with")) return comparison::starts_with;
        if (take_word("matches")) return comparison::matches;
        return std::nullopt;
    }

    std::optional<comparison> take_comparison() {
        // The longer marks come first: `<=` begins with `<`.
        static constexpr std::array<std::pair<std::string_view, comparison>, 6> marks{{
            {"==", comparison::equal},
            {"!=", comparison::not_equal},
            {"<=", comparison::less_or_equal},
            {">=", comparison::greater_or_equal},
            {"<", comparison::less},
            {">", comparison::greater},
        }};
        for (auto const& [mark, by] : marks) {
            if (take(mark)) return by;
        }
        return std::nullopt;
    }

    result<node_pointer> parse_list(std::shared_ptr<rule_node> node) {
        if (!take("[")) return expected("[ after in");
        do {
            auto literal = parse_literal();
            if (!literal) return literal.error();
            node->list.push_back(*std::move(literal));
        } while (take(","));
        if (!take("]")) return expected("a comma or ]");
        return node_pointer(std::move(node));
    }

    result<rule_operand> parse_operand() {
        skip_white_space();
        if (text_.substr(at_).starts_with('/')) return parse_path_operand();
        if (take_word("status")) return rule_operand{http_status{}};
        if (take_word("body")) return rule_operand{body_text{}};
        if (take_word("header")) return parse_header();
        if (take_word("trim")) return parse_trim();
        auto literal = parse_literal();
        if (!literal) return literal.error();
        return rule_operand{*std::move(literal)};
    }

    result<rule_operand> parse_path_operand() {
        auto path = parse_path();
        if (!path) return path.error();
        return rule_operand{*std::move(path)};
    }

    result<rule_operand> parse_header() {
        if (!take("(")) return expected("( after header");
        auto const name = parse_text("the name of a field in quotes");
        if (!name) return name.error();
        if (!take(")")) return expected(")");
        return rule_operand{header_value{std::string(*name)}};
    }

    result<rule_operand> parse_trim() {
        if (!take("(")) return expected("( after trim");
        if (nesting_ >= max_nesting) return expected("no more than 32 levels of nesting");
        ++nesting_;
        auto inner = parse_operand();
        --nesting_;
        if (!inner) return inner;
        if (!take(")")) return expected(")");
        inner->is_trimmed = true;
        return inner;
    }

    // A path ends at white space or at a mark of the rule, but not inside its own brackets and
    // quotes.
    result<answer_path> parse_path() {
        auto const start = at_;
        std::size_t open = 0;
        for (; at_ < text_.size(); ++at_) {
            char const c = text_[at_];
            if (open == 0 && std::string_view(" \t\r\n=!<>,)]").find(c) != std::string_view::npos) {
                break;
            }
            if (c == '[' || c == '(') ++open;
            if (c == ']' || c == ')') --open;
            if (open > 0 && (c == '"' || c == '\'')) {
                at_ = std::min(text_.find(c, at_ + 1), text_.size() - 1);
            }
        }
        if (at_ == start) return expected("a path that begins with /");
        auto path = answer_path::compile(text_.substr(start, at_ - start), namespaces_);
        if (path) return path;
        auto const& failed = path.error();
        return error_at(failed.code, text_, start + failed.where.offset, failed.detail);
    }

    // What stands between quotes; a view into the rule.
    result<std::string_view> parse_text(std::string_view what) {
        skip_white_space();
        auto const here = text_.substr(at_);
        if (!here.starts_with('\'') && !here.starts_with('"')) return expected(what);
        auto const close = here.find(here.front(), 1);
        if (close == here.npos) return expected("a closing quote");
        at_ += close + 1;
        return here.substr(1, close - 1);
    }

    result<rule_literal> parse_literal() {
        skip_white_space();
        auto const here = text_.substr(at_);
        if (here.starts_with('\'') || here.starts_with('"')) {
            auto const text = parse_text("a text in quotes");
            if (!text) return text.error();
            return rule_literal{rule_literal::kind::text, std::string(*text)};
        }
        auto const word = peek_word();
        rule_literal literal{rule_literal::kind::null, std::string(word)};
        if (word == "true" || word == "false") {
            literal.type = rule_literal::kind::boolean;
        } else if (is_json_number(word)) {
            literal.type = rule_literal::kind::number;
        } else if (word != "null") {
            return expected("a path, status, body, header(), trim(), a number, a text in quotes, "
                            "true, false or null");
        }
        at_ += word.size();
        return literal;
    }

    std::string_view text_;
    namespace_table const& namespaces_;
    std::size_t at_ = 0;
    std::size_t nesting_ = 0;
};

} // namespace

result<std::shared_ptr<rule_node const>> parse_rule(std::string_view text,
                                                    namespace_table const& namespaces) {
    return rule_parser(text, namespaces).parse();
}

} // namespace sluice::codecs
