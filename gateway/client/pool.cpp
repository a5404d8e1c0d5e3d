#include "gateway/client/pool.hpp"

#include "gateway/client/connection.hpp"

#include <utility>

namespace sluice::gateway::client {

using queue::cause;

pool::pool(std::shared_ptr<client_context> context, std::shared_ptr<endpoint const> where)
    : context_(std::move(context))
    , where_(std::move(where))
    , line_deadline_(context_->executor, *this) {}

std::shared_ptr<pool> pool::make(std::shared_ptr<client_context> context,
                                 std::shared_ptr<endpoint const> where) {
    return std::make_shared<pool>(std::move(context), std::move(where));
}

void pool::start(outbound_request& request) {
    request.started_ = std::chrono::steady_clock::now();
    request.deadline_ = request.started_ + where_->timeout;
    request.was_retried_ = false;
    if (is_retired_) return fail(request, cause::stopped, "the destination was closed");
    if (!idle_.empty()) {
        auto& next = *idle_.back();
        idle_.pop_back();
        context_->counters.connections_idle.subtract();
        return next.send(request);
    }
    bool const one_becomes_free = becoming_free_ > line_.size();
    if (!one_becomes_free && connections_.size() < where_->max_connections)
        return open_connection(request);
    line_.push(request);
    watch_line();
}

void pool::open_connection(outbound_request& first) {
    auto const made = std::make_shared<connection>(shared_from_this());
    made->place = connections_.size();
    connections_.push_back(made);
    context_->counters.connections_open.add();
    made->open(first);
}

void pool::retry(outbound_request& request) {
    context_->counters.stale_retries.add();
    request.was_retried_ = true;
    open_connection(request);
}

void pool::answer(outbound_request& done, inbound_response& response, bool frees_connection) {
    auto const now = std::chrono::steady_clock::now();
    response.duration = std::chrono::duration_cast<std::chrono::microseconds>(now - done.started_);
    response.was_resent = done.was_retried_;
    context_->counters.exchanges.add();
    if (response.is_truncated) context_->counters.answers_truncated.add();
    if (frees_connection) ++becoming_free_;
    done.owner->on_answer(done, response);
    if (frees_connection) --becoming_free_;
}

void pool::fail(outbound_request& failed, queue::cause why, std::string_view detail) {
    auto const now = std::chrono::steady_clock::now();
    auto const duration =
        std::chrono::duration_cast<std::chrono::microseconds>(now - failed.started_);
    context_->counters.failures.add();
    failed.owner->on_failure(failed, failure{why, detail, duration, failed.was_retried_});
}

void pool::on_free(connection& free) {
    if (!line_.empty()) {
        auto& next = line_.pop();
        watch_line();
        return free.send(next);
    }
    if (is_retired_ || idle_.size() >= context_->options.max_idle)
        return free.stop(cause::stopped, {});
    free.become_idle();
    idle_.push_back(&free);
    context_->counters.connections_idle.add();
}

void pool::on_closed(connection& closed) {
    auto const kept = shared_from_this();
    if (std::erase(idle_, &closed) != 0) context_->counters.connections_idle.subtract();
    auto const place = closed.place;
    std::swap(connections_[place], connections_.back());
    connections_[place]->place = place;
    auto const last = std::move(connections_.back());
    connections_.pop_back();
    context_->counters.connections_open.subtract();
    if (!line_.empty() && connections_.size() < where_->max_connections) {
        auto& next = line_.pop();
        watch_line();
        open_connection(next);
    }
}

void pool::watch_line() {
    if (line_.empty()) return line_deadline_.clear();
    line_deadline_.move(line_.earliest_deadline());
}

void pool::deadline_passed() {
    auto const self = shared_from_this(); // whoever is told may give it up
    auto const now = std::chrono::steady_clock::now();
    while (!line_.empty() && line_.earliest_deadline() <= now)
        fail(line_.pop(), cause::timeout_before_send, "no connection became free in time");
    watch_line();
}

void pool::retire() {
    is_retired_ = true;
    auto const idle = idle_;
    for (auto* const one : idle)
        one->stop(cause::stopped, {});
}

void pool::cut() {
    auto const kept = shared_from_this();
    while (!line_.empty())
        fail(line_.pop(), cause::stopped, "the lease on the task has ended");
    watch_line();
    auto const all = connections_;
    for (auto const& one : all)
        one->stop(cause::cut, "the lease on the task has ended");
}

void pool::stop() {
    auto const kept = shared_from_this();
    is_retired_ = true;
    while (!line_.empty())
        fail(line_.pop(), cause::stopped, "the gateway is stopping");
    line_deadline_.cancel();
    auto const all = connections_;
    for (auto const& one : all)
        one->stop(cause::stopped, "the gateway is stopping");
}

} // namespace sluice::gateway::client
