#include "tests/gateway/client/running_client.hpp"

#include "gateway/client/pool.hpp"

#include <utility>

namespace sluice::tests {

using namespace std::chrono_literals;
using namespace gateway;

namespace {
client::name_answer no_such_name(std::string const&) {
    client::name_answer none;
    none.result = client::name_result::no_such_name;
    none.error = "no such name";
    return none;
}

class script final : public client::name_service {
  public:
    explicit script(scripted_lookup answer)
        : answer_(std::move(answer)) {}
    void ask(std::string const& host, handler tell) override {
        if (auto answer = answer_(host)) tell(std::move(*answer));
    }

  private:
    scripted_lookup answer_;
};
} // namespace

client::name_service_factory scripted_names(scripted_lookup answer) {
    return [answer = std::move(answer)](boost::asio::io_context&) {
        return std::make_unique<script>(answer);
    };
}

config::upstream loopback_upstream() {
    config::upstream connection;
    connection.allow_http = true;
    connection.allow_networks = {config::network::parse("127.0.0.0/8").value()};
    connection.timeout = 5s;
    return connection;
}

running_client::running_client(scripted_lookup lookup, client::client_options options)
    : names(std::make_unique<client::resolver>(
          client::resolver_options{},
          scripted_names(lookup ? std::move(lookup) : scripted_lookup(no_such_name))))
    , client(std::make_unique<client::http_client>(io, *names, options)) {}

running_client::pool_pointer running_client::open(std::string const& url,
                                                  config::upstream const& connection,
                                                  std::size_t concurrency) {
    auto made = client::make_endpoint({"test", url, connection, concurrency}, tls);
    return client->open(made.value());
}

client::outbound_request& running_client::start(pool_pointer const& to, std::string body,
                                                std::string method) {
    auto& owned = requests_.emplace_back();
    owned.body = std::move(body);
    owned.method = std::move(method);
    owned.request.to = to.get();
    owned.request.owner = this;
    owned.request.body = owned.body;
    owned.request.method = owned.method;
    client->start(owned.request);
    return owned.request;
}

bool running_client::run_until(std::function<bool()> const& condition) {
    auto const limit = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        io.restart();
        io.run_one_for(5ms);
    }
    return true;
}

bool running_client::run_until_ended(std::size_t count) {
    return run_until([&] { return ends.size() >= count; });
}

recorded_end running_client::exchange(pool_pointer const& to, std::string body,
                                      std::string method) {
    auto const before = ends.size();
    start(to, std::move(body), std::move(method));
    if (!run_until_ended(before + 1)) throw std::runtime_error("the exchange did not end");
    return ends.at(before);
}

void running_client::on_answer(client::outbound_request& done,
                               client::inbound_response const& answer) {
    auto& end = ends.emplace_back();
    end.status = answer.status;
    end.body = answer.body;
    end.content_type = answer.content_type;
    end.retry_after = answer.retry_after;
    end.is_truncated = answer.is_truncated;
    end.duration = answer.duration;
    if (after_end) after_end(done);
}

void running_client::on_failure(client::outbound_request& done, client::failure const& why) {
    auto& end = ends.emplace_back();
    end.cause = why.cause;
    end.detail = why.detail;
    end.duration = why.duration;
    if (after_end) after_end(done);
}

} // namespace sluice::tests
