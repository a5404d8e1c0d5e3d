// Names to addresses for all I/O threads. Asks by c-ares on a thread of its own, which never waits
// for a name, so that a slow one holds up no other (docs/adr/0010). Who is asked for next is
// decided fairly between accounts (lookup_line); answers are kept (name_cache), and equal questions
// under way are asked once. Thread-safe. To be destroyed before the io_contexts it answers to. It
// never judges an address and never sees address literals.
#pragma once

#include "gateway/client/ares_service.hpp"
#include "gateway/client/lookup_line.hpp"
#include "gateway/client/name_cache.hpp"
#include "gateway/client/name_service.hpp"
#include "gateway/http/counter.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace sluice::gateway::client {

struct resolver_options {
    lookup_line_options line = {};
    name_cache_options cache = {};
    name_service_options service = {};
};

// May be read by any thread.
struct lookup_counters {
    std::array<http::counter, 4> answers; // by name_result
    http::counter cache_hits;             // fresh answers, and failures, that were kept
    http::counter stale_uses;
    http::counter under_way; // at this moment
    http::counter waiting;   // at this moment: nobody was asked for them yet
    http::counter names;     // kept at this moment
};

class resolver {
  public:
    using executor_type = boost::asio::io_context::executor_type;
    using callback = std::function<void(std::shared_ptr<name_answer const>)>;

    explicit resolver(resolver_options const& options = {});
    resolver(resolver_options const& options, name_service_factory const& service);
    // Waits for no look-up.
    ~resolver();
    resolver(resolver const&) = delete;
    resolver& operator=(resolver const&) = delete;

    // A kept answer, or null. A stale one is asked for anew meanwhile, for `who`.
    std::shared_ptr<name_answer const> find(std::string const& host, queue::account_id who);

    // Calls `on_answer` once, later, on `executor`. A caller that does not want to wait any
    // longer ignores the call.
    void look_up(std::string const& host, queue::account_id who, executor_type executor,
                 callback on_answer);

    // Whether the name waits in line still: nobody has been asked for it.
    bool is_waiting(std::string const& host) const;

    lookup_counters const& counters() const { return counters_; }

  private:
    struct waiter {
        executor_type executor;
        callback on_answer;
    };

    static void tell(waiter to, std::shared_ptr<name_answer const> found);
    std::shared_ptr<name_answer const> find_locked(std::string const& host, queue::account_id who);
    bool add(std::string const& host, queue::account_id who);
    void ask_next();
    void on_answer(std::string const& host, name_answer found);
    void show_line();

    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<executor_type> work_{io_.get_executor()};
    std::mutex mutable mutex_; // for what stands between here and `service_`
    lookup_line line_;
    name_cache cache_;
    std::unordered_map<std::string, std::vector<waiter>> waiters_;
    bool is_stopped_ = false;
    lookup_counters counters_;              // written with the lock held
    std::unique_ptr<name_service> service_; // of the thread
    std::thread thread_;
};

} // namespace sluice::gateway::client
