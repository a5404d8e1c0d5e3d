#include "gateway/config/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::config {

std::string problem::to_string() const {
    std::string text = file;
    if (line != 0) text += fmt::format(":{}", line);
    if (line != 0 && column != 0) text += fmt::format(":{}", column);
    text += level == severity::warning ? ": warning: " : ": ";
    if (!key.empty()) text += key + ": ";
    return text + message;
}

bool has_errors(problem_list const& problems) noexcept {
    return std::ranges::any_of(problems,
                               [](problem const& p) { return p.level == severity::error; });
}

} // namespace sluice::gateway::config
