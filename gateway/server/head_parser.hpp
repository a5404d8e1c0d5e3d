// Parses one complete request header with Beast's parser into views, without Beast's containers
// and without allocating. Pure; judges syntax only: method, target and framing are judged apart.
#pragma once
#include "gateway/server/problem.hpp"
#include "gateway/server/request.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace sluice::gateway::server {

struct parsed_head {
    std::string_view method;
    std::string_view target;
    unsigned version_minor = 1;
};

// `head` is a header that head_scanner found: its empty line included, no folded line, HTTP/1.0
// or 1.1. Replaces `fields`. 400 for a syntax error, 431 for more than `max_headers` fields.
refusal parse_head(std::string_view head, std::size_t max_headers, parsed_head& parsed,
                   std::vector<header_field>& fields);

} // namespace sluice::gateway::server
