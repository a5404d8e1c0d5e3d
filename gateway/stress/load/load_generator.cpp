#include "gateway/stress/load/load_generator.hpp"

#include "gateway/client/http_client.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <utility>

namespace sluice::gateway::stress {

namespace {

namespace asio = boost::asio;
using std::chrono::nanoseconds;

// Starts in one turn of the loop; then answers are read again.
constexpr unsigned most_at_once = 64;
constexpr std::chrono::seconds interrupted_wait{1};

// Since the thread's start. Where the kernel keeps no such account, only what it ran.
thread_use use_of_this_thread() {
    std::ifstream account("/proc/thread-self/schedstat");
    std::int64_t ran = 0;
    std::int64_t waited = 0;
    if (account >> ran >> waited && ran > 0)
        return {std::chrono::nanoseconds(ran), std::chrono::nanoseconds(waited)};
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return {std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec), {}};
}

// The share of `wall` in which the thread was not idle, 0 to 1.
double share_of(thread_use const& before, thread_use const& after, std::chrono::nanoseconds wall) {
    if (wall.count() <= 0) return 0;
    auto const busy = (after.ran - before.ran) + (after.waited - before.waited);
    auto const share = static_cast<double>(busy.count()) / static_cast<double>(wall.count());
    return std::clamp(share, 0.0, 1.0);
}

} // namespace

load_generator::load_generator(asio::io_context& io, client::http_client& client,
                               std::shared_ptr<client::pool> to, generator_options options,
                               request_source& source)
    : io_(io)
    , client_(client)
    , to_(std::move(to))
    , options_(std::move(options))
    , source_(source)
    , schedule_(options_.plan, options_.kind, options_.seed)
    , next_timer_(io)
    , second_timer_(io)
    , end_timer_(io) {
    for (std::size_t i = 0; i < options_.connections; ++i) {
        slots_.push_back(std::make_unique<slot>());
        slots_.back()->request.emplace_state<slot*>(slots_.back().get());
        free_.push_back(slots_.back().get());
    }
}

nanoseconds load_generator::elapsed() const {
    return std::chrono::steady_clock::now() - began_;
}

void load_generator::start(std::function<void()> on_finished) {
    on_finished_ = std::move(on_finished);
    plan_end_ = duration_of(options_.plan);
    use_at_begin_ = use_of_this_thread();
    began_ = std::chrono::steady_clock::now();
    upcoming_ = schedule_.next();
    end_timer_.expires_at(began_ + plan_end_ + options_.grace);
    end_timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec) give_up();
    });
    wait_for_second();
    asio::post(io_, [this] { pump(); });
}

void load_generator::interrupt() {
    if (is_finished_ || is_interrupted_) return;
    is_interrupted_ = true;
    plan_end_ = std::min(plan_end_, elapsed());
    give_up();
    if (is_finished_) return;
    end_timer_.expires_after(interrupted_wait);
    end_timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec) finish();
    });
}

// Starts what is due, as far as there are connections, and waits for what comes next.
void load_generator::pump() {
    if (is_finished_) return;
    is_pumping_ = true;
    auto now = elapsed();
    for (unsigned i = 0; i < most_at_once && is_due(now) && !free_.empty(); ++i) {
        start_due(now);
        now = elapsed();
    }
    is_pumping_ = false;
    if (is_due(now) && !free_.empty()) {
        asio::post(io_, [this] { pump(); });
    } else if (upcoming_ && !is_due(now) && !is_waiting_) {
        wait_for_next();
    }
    finish_if_done();
}

void load_generator::start_due(nanoseconds now) {
    auto& taken = *free_.back();
    free_.pop_back();
    taken.start = {next_number_++, *upcoming_, now, free_since_};
    upcoming_ = schedule_.next();
    tally_.on_start(taken.start, now < plan_end_);
    source_.make(taken.start, taken.content);
    auto& request = taken.request;
    request.to = to_.get();
    request.owner = this;
    request.method = taken.content.method;
    request.target = taken.content.target;
    request.header_lines = taken.content.header_lines;
    request.body = taken.content.body;
    client_.start(request);
}

void load_generator::on_answer(client::outbound_request& done,
                               client::inbound_response const& answer) {
    end(done, answer.status, queue::cause::answered);
}

void load_generator::on_failure(client::outbound_request& done, client::failure const& why) {
    end(done, 0, why.cause);
}

void load_generator::end(client::outbound_request& done, unsigned status, queue::cause cause) {
    if (is_finished_) return;
    auto& ended = *done.state<slot*>();
    auto const now = elapsed();
    request_end const what{ended.start.number,  status, cause, ended.start.planned,
                           ended.start.started, now};
    tally_.on_end(what);
    source_.on_end(what);
    if (free_.empty()) free_since_ = now;
    free_.push_back(&ended);
    if (is_pumping_) return;
    // Sent on the connection that has just become free, before the loop goes round. A failure is
    // told while its connection is being taken down: that one starts nothing.
    if (cause == queue::cause::answered && is_due(now)) start_due(now);
    if (!upcoming_) {
        finish_if_done();
    } else if (is_due(now) && !free_.empty()) {
        asio::post(io_, [this] { pump(); });
    } else if (!is_due(now) && !is_waiting_) {
        wait_for_next();
    }
}

void load_generator::wait_for_next() {
    is_waiting_ = true;
    next_timer_.expires_at(began_ + *upcoming_);
    next_timer_.async_wait([this](boost::system::error_code ec) {
        is_waiting_ = false;
        if (!ec) pump();
    });
}

void load_generator::wait_for_second() {
    second_timer_.expires_at(second_timer_.expiry() > began_
                                 ? second_timer_.expiry() + std::chrono::seconds(1)
                                 : began_ + std::chrono::seconds(1));
    second_timer_.async_wait([this](boost::system::error_code ec) {
        // A handler that was already on its way when the run ended is not cancelled any more.
        if (ec || is_finished_) return;
        close_second();
        if (on_second) on_second(tally_.now());
        wait_for_second();
    });
}

void load_generator::close_second() {
    auto const now = elapsed();
    auto const planned = rate_at(options_.plan, now - std::chrono::milliseconds(500));
    std::optional<double> queued;
    if (in_queue) queued = in_queue();
    tally_.end_second(now, planned, queued);
}

// What is due up to the plan's end and was not started will not be.
void load_generator::give_up() {
    if (is_finished_) return;
    auto const now = elapsed();
    while (upcoming_ && *upcoming_ <= plan_end_) {
        tally_.on_unsent(*upcoming_, now);
        upcoming_ = schedule_.next();
    }
    upcoming_.reset();
    next_timer_.cancel();
    finish_if_done();
}

void load_generator::finish_if_done() {
    if (!upcoming_ && free_.size() == slots_.size()) finish();
}

void load_generator::finish() {
    if (is_finished_) return;
    is_finished_ = true;
    close_second();
    busy_share_ = share_of(use_at_begin_, use_of_this_thread(), elapsed());
    next_timer_.cancel();
    second_timer_.cancel();
    end_timer_.cancel();
    if (on_finished_) asio::post(io_, std::move(on_finished_));
}

run_result load_generator::result() const {
    auto out = tally_.result();
    out.generator.planned = out.generator.started + out.generator.unsent;
    out.generator.busy_share = busy_share_;
    out.connections = options_.connections;
    out.planned_s = static_cast<double>(duration_of(options_.plan).count()) / 1e9;
    out.planned_rate = out.planned_s > 0
                           ? expected_by(options_.plan, duration_of(options_.plan)) / out.planned_s
                           : 0;
    out.duration_s = static_cast<double>(plan_end_.count()) / 1e9;
    out.is_interrupted = is_interrupted_;
    auto const under_way = slots_.size() - free_.size();
    if (under_way > 0) {
        out.remarks.push_back(std::to_string(under_way) +
                              " requests were under way at the end and are not counted.");
    }
    return out;
}

} // namespace sluice::gateway::stress
