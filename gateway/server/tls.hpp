// The certificate of the TLS listeners. Shared by all of them; each new connection takes the
// context that is current, so that a reload never touches open connections. Thread-safe.
#pragma once
#include <boost/system/error_code.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace sluice::gateway::server {

struct tls_files {
    std::string certificate; // PEM, the whole chain, the server's own first
    std::string key;         // PEM
};

class tls_identity {
  public:
    // Reads the files and makes them current; TLS 1.2 or newer, ALPN "http/1.1". On an error (a
    // file is missing or malformed, the key is not the certificate's) what was current stays.
    boost::system::error_code load(tls_files const& files);

    // Makes this one current.
    void use(std::shared_ptr<boost::asio::ssl::context> context) {
        current_.store(std::move(context));
    }

    // Null before the first successful load() or use().
    std::shared_ptr<boost::asio::ssl::context> current() const { return current_.load(); }

  private:
    std::atomic<std::shared_ptr<boost::asio::ssl::context>> current_;
};

} // namespace sluice::gateway::server
