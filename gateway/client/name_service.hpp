// The seam behind which names are asked for: c-ares in the program, a script in tests. Made and
// used on the resolver's own thread; never waits there.
#pragma once

#include "gateway/client/name_answer.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace sluice::gateway::client {

class name_service {
  public:
    using handler = std::function<void(name_answer)>;

    // Asks no longer; handlers that were not called never are, or are called in here.
    virtual ~name_service() = default;

    // Calls `tell` once, at once or later.
    virtual void ask(std::string const& host, handler tell) = 0;
};

// `io` is turned by the resolver's thread and outlives the service.
using name_service_factory =
    std::function<std::unique_ptr<name_service>(boost::asio::io_context& io)>;

} // namespace sluice::gateway::client
