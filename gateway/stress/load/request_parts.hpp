// The parts of a request as the command line writes them: a header, a method, the file with a body.
// Used before a run begins; only `read_body` does input.
#pragma once

#include "gateway/stress/report/option_value.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::gateway::stress {

// "Name: value"; names and values that HTTP allows, and none that the client writes itself.
parsed<std::pair<std::string, std::string>> parse_header(std::string_view text);

// A method: a token of RFC 9110, up to 32 characters.
parsed<std::string> parse_method(std::string_view text);

// application/json, application/xml or text/plain, by how a body begins.
std::string_view guess_content_type(std::string_view body);

inline constexpr std::size_t largest_request_body = 16 * 1024 * 1024;

// The file's content, or standard input's for "-"; up to largest_request_body.
parsed<std::string> read_body(std::string const& file);

} // namespace sluice::gateway::stress
