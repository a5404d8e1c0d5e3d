// Members of an answer's JSON as text for a terminal. Pure; any thread.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// Null where it is not there, or null.
boost::json::value const* member(boost::json::value const& of, std::string_view name);

// On one line, without control characters: a text as it is, the elements of a list between commas,
// the members of an object that are not null as "scheduled 3  ready 0".
std::string flat_text(boost::json::value const& of);
// The same of a member; "" where it is not there.
std::string text_of(boost::json::value const& of, std::string_view name);
bool is_true(boost::json::value const& of, std::string_view name);
// 0 where there is none.
std::uint64_t number_of(boost::json::value const& of, std::string_view name);
std::size_t length_of(boost::json::value const& of, std::string_view name);

} // namespace sluice::gateway::cli
