// A certificate that a sink makes for itself: self-signed, for whatever name is asked for, so that
// a client's checks can be tried with a name that is not the sink's. The key never leaves memory.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <string>

namespace sluice::gateway::stress {

struct sink_identity {
    std::shared_ptr<boost::asio::ssl::context> tls; // for the server's side
    std::string certificate;                        // PEM: what a client has to trust
};

// `name`: a DNS name or an IP address; it becomes the subject and its alternative name. P-256,
// valid from yesterday for a year. Error: OpenSSL's.
boost::system::result<sink_identity> make_sink_identity(std::string const& name);

} // namespace sluice::gateway::stress
