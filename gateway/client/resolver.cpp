#include "gateway/client/resolver.hpp"

#include <boost/asio/post.hpp>

#include <csignal>
#include <pthread.h>
#include <utility>

namespace sluice::gateway::client {

namespace {

std::size_t number_of(name_result result) {
    return static_cast<std::size_t>(result);
}

void set(http::counter& gauge, std::size_t value) {
    gauge.add(value - gauge.get());
}

} // namespace

resolver::resolver(resolver_options const& options)
    : resolver(options, [given = options.service](boost::asio::io_context& io) {
        return make_ares_service(io, given);
    }) {}

resolver::resolver(resolver_options const& options, name_service_factory const& service)
    : line_(options.line)
    , cache_(options.cache)
    , service_(service(io_)) {
    // Signals are for the thread that handles them.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { io_.run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(thread_.native_handle(), "names");
}

resolver::~resolver() {
    {
        std::lock_guard const lock(mutex_);
        is_stopped_ = true;
        waiters_.clear();
    }
    io_.stop();
    thread_.join();
}

void resolver::tell(waiter to, std::shared_ptr<name_answer const> found) {
    boost::asio::post(to.executor,
                      [on_answer = std::move(to.on_answer), found = std::move(found)]() mutable {
                          on_answer(std::move(found));
                      });
}

std::shared_ptr<name_answer const> resolver::find(std::string const& host, queue::account_id who) {
    std::lock_guard const lock(mutex_);
    return find_locked(host, who);
}

std::shared_ptr<name_answer const> resolver::find_locked(std::string const& host,
                                                         queue::account_id who) {
    auto kept = cache_.find(host, std::chrono::steady_clock::now());
    if (!kept.answer) return nullptr;
    if (kept.is_stale) {
        counters_.stale_uses.add();
        add(host, who); // where there is no room, the next use asks
    } else {
        counters_.cache_hits.add();
    }
    return kept.answer;
}

void resolver::look_up(std::string const& host, queue::account_id who, executor_type executor,
                       callback on_answer) {
    std::lock_guard const lock(mutex_);
    waiter asks{executor, std::move(on_answer)};
    if (auto kept = find_locked(host, who)) return tell(std::move(asks), std::move(kept));
    if (!add(host, who)) {
        counters_.answers[number_of(name_result::not_asked)].add();
        name_answer refusal;
        refusal.result = name_result::not_asked;
        refusal.error = "too many names wait to be looked up";
        return tell(std::move(asks), std::make_shared<name_answer const>(std::move(refusal)));
    }
    waiters_[host].push_back(std::move(asks));
}

bool resolver::add(std::string const& host, queue::account_id who) {
    auto const before = line_.waiting();
    if (!line_.add(host, who)) return false;
    if (line_.waiting() != before) boost::asio::post(io_, [this] { ask_next(); });
    show_line();
    return true;
}

bool resolver::is_waiting(std::string const& host) const {
    std::lock_guard const lock(mutex_);
    return line_.is_waiting(host);
}

// On the thread. The service is asked without the lock: it may answer at once.
void resolver::ask_next() {
    std::vector<std::string> next;
    {
        std::lock_guard const lock(mutex_);
        while (auto host = line_.take())
            next.push_back(std::move(*host));
        show_line();
    }
    for (auto const& host : next)
        service_->ask(host, [this, host](name_answer found) { on_answer(host, std::move(found)); });
}

void resolver::on_answer(std::string const& host, name_answer found) {
    auto const kept = std::make_shared<name_answer const>(std::move(found));
    std::lock_guard const lock(mutex_);
    if (is_stopped_) return; // a waiter's io_context may be gone as soon as the resolver is
    counters_.answers[number_of(kept->result)].add();
    cache_.keep(host, kept, std::chrono::steady_clock::now());
    set(counters_.names, cache_.size());
    line_.done(host);
    if (line_.waiting() > 0) boost::asio::post(io_, [this] { ask_next(); });
    show_line();
    auto const waiting = waiters_.extract(host);
    if (!waiting) return;
    for (auto& one : waiting.mapped())
        tell(std::move(one), kept);
}

void resolver::show_line() {
    set(counters_.under_way, line_.asked());
    set(counters_.waiting, line_.waiting());
}

} // namespace sluice::gateway::client
