#include "gateway/cluster/member_lines.hpp"

#include "gateway/client/pool.hpp"

#include <algorithm>
#include <vector>

namespace sluice::gateway::cluster {

namespace {

constexpr std::size_t longest_answer = 16 * 1024 * 1024; // bytes; a page of 500 tasks is below it

std::vector<config::network> every_network() {
    return {config::network::parse("0.0.0.0/0").value(), config::network::parse("::/0").value()};
}

} // namespace

bool may_have_arrived(queue::cause why) {
    return why == queue::cause::timeout_after_send || why == queue::cause::cut ||
           why == queue::cause::bad_answer;
}

member_lines::member_lines(boost::asio::io_context& io, client::resolver& names,
                           std::shared_ptr<client::tls_context const> tls, std::string own_address)
    : client_(std::make_unique<client::http_client>(io, names))
    , tls_(std::move(tls))
    , own_address_(std::move(own_address)) {}

std::shared_ptr<client::pool> member_lines::line_to(std::string const& address,
                                                    line_options const& options) {
    line_name const name{address, options.patience};
    if (auto const known = lines_.find(name); known != lines_.end()) return known->second;
    auto url = config::parse_url("https://" + address + "/", config::plain_http::refused);
    if (!url) return nullptr;
    auto to = std::make_shared<client::endpoint>();
    to->name = address;
    to->url = std::move(*url);
    to->allow_networks = every_network();
    to->timeout = options.patience;
    to->response_limit = longest_answer;
    to->max_connections = options.most_connections;
    to->head_lines = "Host: " + to->url.authority() + "\r\n";
    to->agent_line = client::default_agent_line;
    to->tls = tls_;
    auto line = client_->open(std::move(to));
    lines_.emplace(name, line);
    return line;
}

void member_lines::forget_lines(queue::postgres::members_view const& seen) {
    std::erase_if(lines_, [this, &seen](auto const& known) {
        auto const& address = known.first.address;
        bool const is_used =
            address == own_address_ || std::ranges::any_of(seen.members, [&](auto const& one) {
                return one.advertise == address;
            });
        if (!is_used) client_->close(*known.second);
        return !is_used;
    });
}

} // namespace sluice::gateway::cluster
