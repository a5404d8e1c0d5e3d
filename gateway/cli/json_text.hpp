// Members of an answer's JSON as text for a terminal. Pure; any thread.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::gateway::cli {

// Null where it is not there, or null.
boost::json::value const* member(boost::json::value const& of, std::string_view name);

// A text as it is, anything else as JSON, what is not there as ""; without control characters.
std::string text_of(boost::json::value const& of, std::string_view name);
bool is_true(boost::json::value const& of, std::string_view name);
// 0 where there is none.
std::uint64_t number_of(boost::json::value const& of, std::string_view name);
std::size_t length_of(boost::json::value const& of, std::string_view name);

} // namespace sluice::gateway::cli
