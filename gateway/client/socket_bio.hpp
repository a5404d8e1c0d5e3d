// OpenSSL's way to a socket. Its own socket BIO writes with write(2), which raises SIGPIPE where
// the peer has gone; this one never raises a signal.
#pragma once

struct bio_st;

namespace sluice::gateway::client {

// A BIO over a non-blocking socket that it does not own. Null without memory.
bio_st* make_socket_bio(int socket);

} // namespace sluice::gateway::client
