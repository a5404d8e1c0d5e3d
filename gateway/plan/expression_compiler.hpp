// Checks the expressions of a configuration with the codecs that will run them. Stateless; any
// thread.
#pragma once

#include "gateway/config/expression_checker.hpp"

namespace sluice::gateway::plan {

class expression_compiler final : public config::expression_checker {
  public:
    std::optional<config::expression_problem> check_rule(std::string_view rule) const override;
    std::vector<config::expression_problem>
    check_template(std::string_view text, config::template_use use,
                   std::string_view content_type) const override;
    std::optional<config::expression_problem>
    check_mapping(std::string_view variable, std::string_view path,
                  std::span<std::pair<std::string, std::string> const> namespaces) const override;
};

} // namespace sluice::gateway::plan
