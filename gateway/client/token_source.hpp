// Gets the access tokens of one destination on one thread, through the thread's own client and so
// under the destination's address policy, TLS settings and time-out. One request at a time; whoever
// needs a token meanwhile waits, up to a limit. Kept by its destination's line and by everybody who
// waits. Never logs; what it reports never holds a token or a secret.
#pragma once

#include "gateway/client/access_token.hpp"
#include "gateway/client/endpoint.hpp"
#include "gateway/client/exchange.hpp"
#include "gateway/client/http_client.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::client {

// Where tokens come from. Prepared once for each configuration; shared by all threads.
struct token_plan {
    std::shared_ptr<endpoint const> where; // with the client's credentials in its head lines
    std::string body;
    std::size_t max_waiting = 1;
};

// The plan of a destination; null where it needs no tokens. Errors: those of make_endpoint.
boost::system::result<std::shared_ptr<token_plan const>>
make_token_plan(endpoint_source const& destination, tls_contexts& tls);

// Somebody who waits for a token; told once, on the client's thread.
class token_user {
  public:
    virtual void on_token() = 0;
    // Nothing was sent to the destination.
    virtual void on_no_token(failure const& why) = 0;

  protected:
    ~token_user() = default;
};

class token_source final : public std::enable_shared_from_this<token_source>, private completion {
  public:
    // `client` must outlive every request that was started, as it does by ending them.
    token_source(http_client& client, std::shared_ptr<token_plan const> plan);

    // The header line to send, or empty: then wait().
    std::string_view line() const;
    // Of the token that line() gives.
    std::uint64_t number() const { return token_.number(); }

    // Tells `who` when there is a token, or why there is none; in this call where that is known,
    // or where too many wait already.
    void wait(token_user& who);

    // The destination answered 401 to the token of this number.
    void refuse(std::uint64_t number) { token_.refuse(number); }

    // No token is asked for any more; what was asked for ends normally.
    void close();

  private:
    void on_answer(outbound_request& done, inbound_response const& answer) override;
    void on_failure(outbound_request& done, failure const& why) override;
    void tell_all(failure const* why);

    http_client& client_;
    std::shared_ptr<token_plan const> plan_;
    std::shared_ptr<pool> connections_;
    outbound_request request_;
    access_token token_;
    std::vector<token_user*> waiting_;
    bool is_asking_ = false;
};

} // namespace sluice::gateway::client
