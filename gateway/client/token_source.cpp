#include "gateway/client/token_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::gateway::client {
namespace {

using queue::cause;

// Attempts that wait for one token: as many as the destination may have under way.
constexpr std::size_t most_waiting = 10'000;

// Nothing of the attempt itself was sent, wherever the token's request ended.
cause before_sending(cause of_token_request) {
    switch (of_token_request) {
    case cause::resolve:
    case cause::tls:
    case cause::stopped:
        return of_token_request;
    case cause::timeout_before_send:
    case cause::timeout_after_send:
        return cause::timeout_before_send;
    default:
        return cause::connect;
    }
}

} // namespace

boost::system::result<std::shared_ptr<token_plan const>>
make_token_plan(endpoint_source const& destination, tls_contexts& tls) {
    auto const* const oauth2 = std::get_if<config::oauth2_client>(&destination.connection.auth);
    if (!oauth2) return std::shared_ptr<token_plan const>();
    auto connection = destination.connection;
    connection.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                          {"Accept", "application/json"}};
    connection.accept_encoding = "identity";
    connection.auth = config::basic_credentials{token_credentials(*oauth2)};
    connection.response_bytes = 2 * longest_token;
    auto where = make_endpoint({destination.name, oauth2->token_url, connection, 1}, tls);
    if (!where) return where.error();
    auto made = std::make_shared<token_plan>();
    made->where = std::move(*where);
    made->body = token_request_body(*oauth2);
    made->max_waiting = std::min(destination.concurrency, most_waiting);
    return std::shared_ptr<token_plan const>(std::move(made));
}

token_source::token_source(http_client& client, std::shared_ptr<token_plan const> plan)
    : client_(client)
    , plan_(std::move(plan))
    , connections_(client.open(plan_->where)) {}

std::string_view token_source::line() const {
    return token_.line(std::chrono::steady_clock::now());
}

void token_source::wait(token_user& who) {
    auto const kept = token_.failure(std::chrono::steady_clock::now());
    if (!kept.empty()) {
        std::string const detail(kept); // the one who is told may cause another
        return who.on_no_token({cause::connect, detail});
    }
    if (waiting_.size() >= plan_->max_waiting)
        return who.on_no_token({cause::connect, "token endpoint: too many attempts wait for it"});
    waiting_.push_back(&who);
    if (std::exchange(is_asking_, true)) return;
    request_.to = connections_.get();
    request_.owner = this;
    request_.body = plan_->body;
    client_.start(request_);
}

void token_source::close() {
    client_.close(*connections_);
}

void token_source::on_answer(outbound_request&, inbound_response const& answer) {
    auto const now = std::chrono::steady_clock::now();
    auto const read = read_token_answer(answer.status, answer.body);
    if (read.token) {
        token_.store(*read.token, read.lifetime, now);
        return tell_all(nullptr);
    }
    auto const detail = "token endpoint: " + read.problem;
    token_.fail(detail, now);
    failure const why{cause::connect, detail, answer.duration};
    tell_all(&why);
}

void token_source::on_failure(outbound_request&, failure const& given) {
    auto const detail = fmt::format("token endpoint: {}", given.detail);
    auto const mapped = before_sending(given.cause);
    if (mapped != cause::stopped) token_.fail(detail, std::chrono::steady_clock::now());
    failure const why{mapped, detail, given.duration};
    tell_all(&why);
}

// Those who are told may wait again at once, and the last of them may let go of this.
void token_source::tell_all(failure const* why) {
    auto const self = shared_from_this();
    is_asking_ = false;
    auto const told = std::exchange(waiting_, {});
    for (auto* const each : told) {
        if (why)
            each->on_no_token(*why);
        else
            each->on_token();
    }
}

} // namespace sluice::gateway::client
