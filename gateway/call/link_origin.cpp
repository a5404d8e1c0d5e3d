#include "gateway/call/link_origin.hpp"

#include "gateway/call/origin.hpp"

namespace sluice::gateway::call {

std::string request_origin(server::request const& req,
                           std::span<config::network const> trusted_proxies) {
    auto const from = origin_of(req, trusted_proxies);
    std::string text = from.is_https ? "https://" : "http://";
    return text.append(req.host.empty() ? "localhost" : req.host);
}

} // namespace sluice::gateway::call
