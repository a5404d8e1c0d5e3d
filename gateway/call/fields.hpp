// Fields that a custom webhook demands of a call, with the pointers and sentences of its 422.
// Pure functions; any thread.
#pragma once

#include "codecs/problem.hpp"
#include "codecs/variables.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::call {

// The names that every method's rules have for the secret of a call.
inline constexpr codecs::system_name security_id_name{"securityID", "$flow.syskey.securityID"};
inline constexpr codecs::system_name dashed_security_id_name{"security-id",
                                                             "$flow.syskey.securityID"};

using field_problems = std::vector<codecs::problem_error>;

// Where a missing field is to be looked for: beside the others, in their notation. `bare` is its
// name as a caller would write it.
std::string missing_pointer(codecs::variables const& call, std::string_view bare);

// A field that must be there once and hold something. nullptr where it does not, with the problem
// added. `full` is the variable's name, "$flow.key.cli".
codecs::variable const* required_field(codecs::variables const& call, std::string_view full,
                                       std::string_view bare, field_problems& found);

} // namespace sluice::gateway::call
