// Connections to the URLs that callers name for reports (callbacks): opened as reports come, the
// ones used last are kept. The address policy is the account's. One for each I/O thread, used on
// that thread only.
#pragma once

#include "gateway/client/http_client.hpp"
#include "gateway/config/account.hpp"
#include "gateway/config/url.hpp"
#include "queue/core/names.hpp"

#include <boost/system/result.hpp>

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::delivery {

// What an account says about the URLs of its reports.
struct report_policy {
    std::string url; // where a report goes that names no URL; may be empty
    bool allow_http = false;
    std::vector<config::network> allow_networks;
    std::vector<std::uint16_t> allow_ports;
    std::chrono::milliseconds timeout{15'000};
    std::shared_ptr<client::tls_context const> tls;
};

struct report_line {
    std::shared_ptr<client::pool> connections;
    std::string target; // of the URL
};

class report_connections {
  public:
    // `limit`: origins whose connections are kept.
    explicit report_connections(client::http_client& through, std::size_t limit = 64)
        : client_(through)
        , limit_(limit) {}

    // Errors: those of config::parse_url, among them that plain http is not allowed, and
    // url_closed_port for one that is not called.
    boost::system::result<report_line> find(queue::lane_id lane, report_policy const& policy,
                                            std::string_view url);

    // The policies have changed: what is under way ends by the old ones.
    void clear();

    std::size_t size() const { return open_.size(); }

  private:
    struct entry {
        queue::lane_id lane{};
        std::string origin;
        std::shared_ptr<client::pool> connections;
    };

    client::http_client& client_;
    std::size_t limit_;
    std::list<entry> open_; // the one used last in front
};

} // namespace sluice::gateway::delivery
