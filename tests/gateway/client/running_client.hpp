// A client on a context that the test itself turns, and a record of what each request came to.
#pragma once

#include "gateway/client/endpoint.hpp"
#include "gateway/client/exchange.hpp"
#include "gateway/client/http_client.hpp"
#include "gateway/client/resolver.hpp"
#include "gateway/client/tls_context.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::tests {

// How one request ended.
struct recorded_end {
    std::uint16_t status = 0; // 0: on_failure was called
    queue::cause cause = queue::cause::answered;
    std::string detail;
    std::string body;
    std::string content_type;
    std::string retry_after;
    bool is_truncated = false;
    std::chrono::microseconds duration{0};
};

// Answers to names as `answer` says, at once, or never where it says nothing.
using scripted_lookup =
    std::function<std::optional<gateway::client::name_answer>(std::string const& host)>;
gateway::client::name_service_factory scripted_names(scripted_lookup answer);

// Allows http and 127.0.0.0/8, and gives up after five seconds.
gateway::config::upstream loopback_upstream();

class running_client final : public gateway::client::completion {
  public:
    using pool_pointer = std::shared_ptr<gateway::client::pool>;

    explicit running_client(scripted_lookup lookup = {},
                            gateway::client::client_options options = {});
    // What is under way ends before its requests go.
    ~running_client() { client.reset(); }
    running_client(running_client const&) = delete;
    running_client& operator=(running_client const&) = delete;

    // The destination has to be valid.
    pool_pointer open(std::string const& url,
                      gateway::config::upstream const& connection = loopback_upstream(),
                      std::size_t concurrency = 64);

    // Starts a request; it and its texts live as long as this object.
    gateway::client::outbound_request& start(pool_pointer const& to, std::string body = "hello",
                                             std::string method = "POST");
    void start(gateway::client::outbound_request& request) { client->start(request); }

    // Turns the context until the condition holds; false after ten seconds.
    bool run_until(std::function<bool()> const& condition);
    // Turns it until `count` requests have ended in all.
    bool run_until_ended(std::size_t count);
    // Starts one request and waits for its end.
    recorded_end exchange(pool_pointer const& to, std::string body = "hello",
                          std::string method = "POST");

    void on_answer(gateway::client::outbound_request& done,
                   gateway::client::inbound_response const& answer) override;
    void on_failure(gateway::client::outbound_request& done,
                    gateway::client::failure const& why) override;

    boost::asio::io_context io{1};
    std::vector<recorded_end> ends;
    // Called after each end was recorded.
    std::function<void(gateway::client::outbound_request&)> after_end;
    std::unique_ptr<gateway::client::resolver> names;
    std::unique_ptr<gateway::client::http_client> client;
    gateway::client::tls_contexts tls;

  private:
    struct owned_request {
        gateway::client::outbound_request request;
        std::string body;
        std::string method;
    };
    std::list<owned_request> requests_;
};

} // namespace sluice::tests
