// Fields that a custom webhook demands of a call, with the pointers and sentences of its 422.
// Pure functions; any thread.
#pragma once

#include "codecs/problem.hpp"
#include "codecs/variables.hpp"

#include <optional>
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

// Whether no value that is taken for a telephone number is a decimal number (9879964805.0, as
// spreadsheets write it), which would become another person's; if one is, the problem is added.
bool check_not_decimal(codecs::variable const& given, std::string_view bare, field_problems& found);
// What is wrong with such a text, which is the value of `bare`.
std::string decimal_problem(std::string_view bare, std::string_view text);
// A whole number that is written with a fraction of zeros ("2.0", as spreadsheets do), without it;
// any other text as it is.
std::string_view without_zero_fraction(std::string_view number);

// Names that would go unnoticed: one that is a system variable of the method but for case, "_", "-"
// and blanks ("delay_minutes"), an unknown "$flow.syskey.…", and one with an invisible character in
// it. Each is a problem that tells the right name. `rules` are the method's.
void check_names(codecs::variables const& call, codecs::name_rules const& rules,
                 field_problems& found);

// The call with such names as the system variables that they were meant for, where those are not
// there already.
codecs::variables as_meant(codecs::variables const& call, codecs::name_rules const& rules);

// Whether a name is "$flow.syskey.…", in any case: a system variable, known or not.
bool is_system_name(std::string_view name);

// Only the last of these, for methods that take any name.
void check_visible_names(codecs::variables const& call, field_problems& found);
// What is wrong with a name in this respect; nothing where all of it can be seen.
std::optional<std::string> invisible_part(std::string_view name);

// Whether two names are the same but for case, "_", "-" and blanks of every kind.
bool is_nearly(std::string_view a, std::string_view b);

} // namespace sluice::gateway::call
