// Lines above the first table of the tests' configuration, such as trusted_proxies.
#pragma once

#include "tests/e2e/gateway_configuration.hpp"

#include <string>

namespace sluice::tests::e2e {

// The template has `durability = "…"` there: the lines follow it, and what is left of its own
// line becomes a comment.
inline void add_top_lines(gateway_settings& to, std::string const& lines) {
    to.durability += "\"\n" + lines + "\n# \"";
}

} // namespace sluice::tests::e2e
