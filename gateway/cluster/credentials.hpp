// What the gateways of a cluster know each other by, as OpenSSL wants it for both directions: TLS
// 1.3 only, each side proves that it belongs to the cluster. Made at start, then immutable and
// shared by all threads.
#pragma once

#include "gateway/config/cluster.hpp"

#include <boost/system/result.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace boost::asio::ssl {
class context;
}
namespace sluice::gateway::client {
class tls_context;
}

namespace sluice::gateway::cluster {

struct credentials {
    std::shared_ptr<boost::asio::ssl::context> inbound;
    std::shared_ptr<client::tls_context const> outbound;
};

// A secret that all of them have: an external pre-shared key (RFC 8446 section 4.2.11) is derived
// from it, and used with a Diffie-Hellman exchange, so that what was said stays secret when the
// secret is lost later. Nobody needs a certificate. Error: client::errc::tls_setup.
boost::system::result<credentials> credentials_of_secret(std::string_view secret);

// Where all of them are on one machine and none was given: the secret that follows from the store
// they share.
std::string secret_of_store(std::string_view url);

// PEM files. Whoever has a certificate of this authority is a gateway of the cluster, whatever name
// stands in it: the authority must be the cluster's own.
struct certificate_files {
    std::string certificate; // the whole chain, the gateway's own first
    std::string key;
    std::string ca;
};
// Errors: client::errc::tls_*.
boost::system::result<credentials> credentials_of_files(certificate_files const& files);

// Those that the configuration names: certificates or a secret; where it names none, which it may
// on loopback only, the secret that follows from the store's URL.
boost::system::result<credentials> credentials_of(config::cluster const& from,
                                                  std::string_view store_url);

} // namespace sluice::gateway::cluster
