// The seam to the compilers of rules, templates and mappings, which belong to the codecs: the
// program passes them in, so that the configuration depends on no codec.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::config {

// What is wrong with an expression, and at which of its characters (from 0).
struct expression_problem {
    std::string message;
    std::size_t column = 0;
};

// Where the text of a template goes, which says how values are escaped.
enum class template_use {
    body, // By its content type.
    url,
    header, // The value of a header field.
};

class expression_checker {
  public:
    virtual ~expression_checker() = default;

    // `success`, `final`, `done_already` of a destination. Nothing is returned where it is fine.
    virtual std::optional<expression_problem> check_rule(std::string_view rule) const = 0;

    // Every problem of a text with variables. `content_type` is that of a body, empty for the
    // other uses.
    virtual std::vector<expression_problem> check_template(std::string_view text, template_use use,
                                                           std::string_view content_type) const = 0;

    // One entry of a widget's map: the variable and its XPath or JSON Pointer.
    virtual std::optional<expression_problem>
    check_mapping(std::string_view variable, std::string_view path,
                  std::span<std::pair<std::string, std::string> const> namespaces) const = 0;
};

// Takes everything. For tests and for callers that check elsewhere.
class lenient_checker final : public expression_checker {
  public:
    std::optional<expression_problem> check_rule(std::string_view) const override { return {}; }
    std::vector<expression_problem> check_template(std::string_view, template_use,
                                                   std::string_view) const override {
        return {};
    }
    std::optional<expression_problem>
    check_mapping(std::string_view, std::string_view,
                  std::span<std::pair<std::string, std::string> const>) const override {
        return {};
    }
};

} // namespace sluice::gateway::config
