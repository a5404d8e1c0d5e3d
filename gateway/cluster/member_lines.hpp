// Connections to the internal listeners of other gateways, by their addresses. Made, used and
// destroyed on one thread.
#pragma once

#include "gateway/client/http_client.hpp"
#include "gateway/client/resolver.hpp"
#include "gateway/client/tls_context.hpp"
#include "queue/postgres/members.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace sluice::gateway::cluster {

struct line_options {
    std::chrono::milliseconds patience = std::chrono::seconds(2); // for each request
    std::size_t most_connections = 16;                            // to one address
};

// Whether the other side may have read a request that failed so.
bool may_have_arrived(queue::cause why);

class member_lines {
  public:
    // `names` outlives it. `own_address`: of the own listener; never forgotten.
    member_lines(boost::asio::io_context& io, client::resolver& names,
                 std::shared_ptr<client::tls_context const> tls, std::string own_address);

    std::string const& own_address() const { return own_address_; }
    // Null where the address is none.
    std::shared_ptr<client::pool> line_to(std::string const& address, line_options const& options);
    void start(client::outbound_request& request) { client_->start(request); }
    // Closes those of gateways that have left, or listen elsewhere now.
    void forget_lines(queue::postgres::members_view const& seen);
    // Requests that are under way fail.
    void stop() { client_->stop(); }

  private:
    struct line_name {
        std::string address;
        std::chrono::milliseconds patience;
        friend auto operator<=>(line_name const&, line_name const&) = default;
    };

    std::unique_ptr<client::http_client> client_;
    std::shared_ptr<client::tls_context const> tls_;
    std::string own_address_;
    std::map<line_name, std::shared_ptr<client::pool>> lines_;
};

} // namespace sluice::gateway::cluster
