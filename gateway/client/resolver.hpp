// Names to addresses for all I/O threads: getaddrinfo in two threads of its own, so that a slow
// name server never holds up an I/O thread and one slow name holds up few others. Answers and
// failures are kept for a while; equal questions under way are asked once. Thread-safe. To be
// destroyed before the io_contexts it answers to. It never judges an address and never sees
// address literals.
#pragma once

#include "gateway/client/name_cache.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace sluice::gateway::client {

struct resolver_options {
    std::size_t threads = 2;
    std::size_t max_queued = 256; // names that wait for a thread; one more fails at once
    name_cache_options cache = {};
};

// Looks a name up and may block. Called by several threads at once.
using lookup_function = std::function<name_answer(std::string const& host)>;

// getaddrinfo, any family. An error becomes name_answer::error.
name_answer system_lookup(std::string const& host);

class resolver {
  public:
    using executor_type = boost::asio::io_context::executor_type;
    using callback = std::function<void(std::shared_ptr<name_answer const>)>;

    explicit resolver(resolver_options options = {}, lookup_function lookup = system_lookup);
    // Does not wait for look-ups that hang: their threads end by themselves and tell nobody.
    ~resolver();
    resolver(resolver const&) = delete;
    resolver& operator=(resolver const&) = delete;

    // A kept answer, or null.
    std::shared_ptr<name_answer const> find(std::string const& host) const;

    // Calls `on_answer` once, later, on `executor`. A caller that does not want to wait any
    // longer ignores the call.
    void look_up(std::string const& host, executor_type executor, callback on_answer);

  private:
    struct shared_state;
    std::shared_ptr<shared_state> state_;
};

} // namespace sluice::gateway::client
