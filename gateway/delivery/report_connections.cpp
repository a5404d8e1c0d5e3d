#include "gateway/delivery/report_connections.hpp"

#include "gateway/config/error.hpp"

#include <algorithm>

namespace sluice::gateway::delivery {

namespace {

std::shared_ptr<client::endpoint const> make_report_endpoint(report_policy const& policy,
                                                             config::http_url&& url) {
    auto made = std::make_shared<client::endpoint>();
    made->name = "callback";
    made->url = std::move(url);
    made->allow_networks = policy.allow_networks;
    made->timeout = policy.timeout;
    made->head_lines = "Host: " + made->url.authority() + "\r\n";
    made->agent_line = client::default_agent_line;
    if (made->url.is_https) made->tls = policy.tls;
    return made;
}

} // namespace

boost::system::result<report_line>
report_connections::find(queue::lane_id lane, report_policy const& policy, std::string_view url) {
    auto parsed = config::parse_url(url, policy.allow_http ? config::plain_http::allowed
                                                           : config::plain_http::refused);
    if (!parsed) return parsed.error().code;
    if (!config::is_open_port(parsed->port, policy.allow_ports))
        return config::error::url_closed_port;
    report_line found;
    found.target = parsed->target;
    auto const origin = (parsed->is_https ? "https://" : "http://") + parsed->host + ':' +
                        std::to_string(parsed->port);
    auto const known = std::ranges::find_if(
        open_, [&](entry const& each) { return each.lane == lane && each.origin == origin; });
    if (known != open_.end()) {
        open_.splice(open_.begin(), open_, known);
    } else {
        if (open_.size() >= limit_) {
            client_.close(*open_.back().connections);
            open_.pop_back();
        }
        auto connections = client_.open(make_report_endpoint(policy, std::move(*parsed)));
        open_.push_front({lane, origin, std::move(connections)});
    }
    found.connections = open_.front().connections;
    return found;
}

void report_connections::clear() {
    for (auto const& each : open_)
        client_.close(*each.connections);
    open_.clear();
}

} // namespace sluice::gateway::delivery
