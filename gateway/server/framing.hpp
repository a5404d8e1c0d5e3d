// Decides where a request ends and what its connection does next, from its header fields alone.
// Pure. Refuses everything that two HTTP parsers could understand differently (request smuggling):
// Beast 1.81 checks little of this.
#pragma once
#include "gateway/server/problem.hpp"
#include "gateway/server/request.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::gateway::server {

enum class body_kind {
    none,
    // Content-Length more than 0.
    sized,
    chunked
};

struct framing {
    http::refusal refusal; // if set, nothing else here counts and the connection has to be closed
    body_kind body = body_kind::none;
    std::uint64_t body_size = 0; // bytes, when sized
    std::string_view host;       // the value of Host
    bool keeps_alive = true;
    bool expects_continue = false;
};

// The rules: exactly one valid Host (in HTTP/1.0 at most one); Content-Length at most once and
// only digits; Transfer-Encoding at most once, exactly "chunked", never in HTTP/1.0 and never
// beside Content-Length; Expect nothing but "100-continue".
// 400 for a violation, 501 for a coding that is not known, 417 for another expectation
// (RFC 9112 sections 3.2 and 6, RFC 9110 section 10.1.1).
framing check_framing(std::span<header_field const> fields, unsigned version_minor);

} // namespace sluice::gateway::server
