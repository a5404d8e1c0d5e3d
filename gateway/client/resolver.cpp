#include "gateway/client/resolver.hpp"

#include "gateway/config/network_asio.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <netdb.h>
#include <sys/socket.h>
#include <thread>

namespace sluice::gateway::client {
namespace {

constexpr std::size_t max_addresses = 32; // of one name; more are not looked at

using addrinfo_list = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

void append_address(name_answer& to, addrinfo const& found) {
    if (found.ai_family == AF_INET) {
        config::ip_address::v4_bytes bytes{};
        auto const* const socket_address = reinterpret_cast<sockaddr_in const*>(found.ai_addr);
        std::memcpy(bytes.data(), &socket_address->sin_addr, bytes.size());
        to.addresses.emplace_back(bytes);
    } else if (found.ai_family == AF_INET6) {
        config::ip_address::v6_bytes bytes{};
        auto const* const socket_address = reinterpret_cast<sockaddr_in6 const*>(found.ai_addr);
        std::memcpy(bytes.data(), &socket_address->sin6_addr, bytes.size());
        to.addresses.emplace_back(bytes);
    }
}

name_answer guarded(lookup_function const& lookup, std::string const& host) {
    try {
        return lookup(host);
    } catch (std::exception const& e) {
        return {{}, e.what()};
    }
}

} // namespace

name_answer system_lookup(std::string const& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    int const error = getaddrinfo(host.c_str(), nullptr, &hints, &first);
    if (error != 0) return {{}, gai_strerror(error)};
    addrinfo_list const found(first, &freeaddrinfo);
    name_answer answer;
    for (auto const* at = first; at && answer.addresses.size() < max_addresses; at = at->ai_next)
        append_address(answer, *at);
    if (answer.addresses.empty()) answer.error = "the name has no address";
    return answer;
}

// Owned by the resolver and by each of its threads together: a thread that hangs in a look-up
// outlives the resolver and finds `is_stopped` when it comes back.
struct resolver::shared_state {
    struct waiter {
        executor_type executor;
        callback on_answer;
    };

    shared_state(resolver_options given, lookup_function function)
        : options(given)
        , lookup(std::move(function))
        , cache(given.cache) {}

    void work();
    void answer(std::string const& host, std::shared_ptr<name_answer const> found);
    static void tell(waiter to, std::shared_ptr<name_answer const> found);

    resolver_options const options;
    lookup_function const lookup;
    std::mutex mutex;
    std::condition_variable wake;
    name_cache cache;
    std::deque<std::string> queue;
    std::unordered_map<std::string, std::vector<waiter>> waiters; // of names in queue or asked
    bool is_stopped = false;
};

void resolver::shared_state::tell(waiter to, std::shared_ptr<name_answer const> found) {
    boost::asio::post(to.executor,
                      [on_answer = std::move(to.on_answer), found = std::move(found)]() mutable {
                          on_answer(std::move(found));
                      });
}

void resolver::shared_state::work() {
    std::unique_lock lock(mutex);
    while (true) {
        wake.wait(lock, [this] { return is_stopped || !queue.empty(); });
        if (is_stopped) return;
        auto const host = std::move(queue.front());
        queue.pop_front();
        lock.unlock();
        auto found = std::make_shared<name_answer const>(guarded(lookup, host));
        lock.lock();
        if (is_stopped) return;
        answer(host, std::move(found));
    }
}

// With the lock held: a waiter's io_context may be gone as soon as the resolver is.
void resolver::shared_state::answer(std::string const& host,
                                    std::shared_ptr<name_answer const> found) {
    cache.keep(host, found, std::chrono::steady_clock::now());
    auto waiting = waiters.extract(host);
    for (auto& one : waiting.mapped())
        tell(std::move(one), found);
}

resolver::resolver(resolver_options options, lookup_function lookup)
    : state_(std::make_shared<shared_state>(options, std::move(lookup))) {
    for (std::size_t i = 0; i < options.threads; ++i)
        std::thread([state = state_] { state->work(); }).detach();
}

resolver::~resolver() {
    std::lock_guard const lock(state_->mutex);
    state_->is_stopped = true;
    state_->waiters.clear();
    state_->wake.notify_all();
}

std::shared_ptr<name_answer const> resolver::find(std::string const& host) const {
    std::lock_guard const lock(state_->mutex);
    return state_->cache.find(host, std::chrono::steady_clock::now());
}

void resolver::look_up(std::string const& host, executor_type executor, callback on_answer) {
    std::lock_guard const lock(state_->mutex);
    shared_state::waiter waiter{executor, std::move(on_answer)};
    if (auto kept = state_->cache.find(host, std::chrono::steady_clock::now()))
        return shared_state::tell(std::move(waiter), std::move(kept));
    auto const asked = state_->waiters.find(host);
    if (asked != state_->waiters.end()) {
        asked->second.push_back(std::move(waiter));
        return;
    }
    if (state_->queue.size() >= state_->options.max_queued) {
        name_answer refusal{{}, "too many names wait to be resolved"};
        auto refused = std::make_shared<name_answer const>(std::move(refusal));
        return shared_state::tell(std::move(waiter), std::move(refused));
    }
    state_->waiters[host].push_back(std::move(waiter));
    state_->queue.push_back(host);
    state_->wake.notify_one();
}

} // namespace sluice::gateway::client
