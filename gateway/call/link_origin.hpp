// The origin that a request was sent to, as its sender wrote it: where short links begin when no
// domain is configured. Pure; any thread.
#pragma once

#include "gateway/config/network.hpp"
#include "gateway/server/request.hpp"

#include <span>
#include <string>

namespace sluice::gateway::call {

// "https://host:port", by Host and, through a trusted proxy, X-Forwarded-Proto. "localhost" where
// an HTTP/1.0 request names none.
std::string request_origin(server::request const& req,
                           std::span<config::network const> trusted_proxies);

} // namespace sluice::gateway::call
