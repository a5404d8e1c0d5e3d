// Client-side TLS settings: trust store, client certificate, lowest version. Loaded from files at
// start and reload (the system's trust store when it is first needed), then immutable and shared by
// all threads. Always verifies the peer; there is
// no switch that turns it off. Destinations must be who their URL names, too.
#pragma once

#include <boost/system/result.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

struct ssl_ctx_st;

namespace sluice::gateway::client {

struct tls_files {
    std::optional<std::string> ca;          // PEM path; default: the system's store
    std::optional<std::string> client_cert; // PEM path, the whole chain
    std::optional<std::string> client_key;  // PEM path

    friend auto operator<=>(tls_files const&, tls_files const&) = default;
};

// Whether the peer's certificate must be for the name or address that was connected to. Among
// gateways of one cluster whoever is trusted at all may be any of them.
enum class peer_names : bool { as_in_url, any };

class tls_context {
  public:
    // TLS 1.2 or newer, peer verified, ALPN "http/1.1". Errors: errc::tls_*.
    static boost::system::result<std::shared_ptr<tls_context const>> load(tls_files const& files);

    explicit tls_context(ssl_ctx_st* owned, peer_names names = peer_names::as_in_url)
        : context_(owned)
        , names_(names) {}
    ~tls_context();
    tls_context(tls_context const&) = delete;
    tls_context& operator=(tls_context const&) = delete;

    // Reads the system's trust store, where that is what counts and nobody has needed it yet. It
    // costs tens of milliseconds and a megabyte: who knows at start that he will connect calls it
    // there. Any thread.
    void prepare() const;

    // For SSL_new, which is safe on any thread. Prepared.
    ssl_ctx_st* native() const {
        prepare();
        return context_;
    }
    peer_names names() const { return names_; }

  private:
    ssl_ctx_st* context_;
    peer_names names_;
    bool trusts_system_ = false;
    mutable std::once_flag is_prepared_;
};

// Loads equal settings only once: the system's store costs a megabyte. Used by one thread, at
// start and at each reload (a new object each time, so that changed files are read again).
class tls_contexts {
  public:
    boost::system::result<std::shared_ptr<tls_context const>> get(tls_files const& files);

  private:
    std::map<tls_files, std::shared_ptr<tls_context const>> loaded_;
};

} // namespace sluice::gateway::client
