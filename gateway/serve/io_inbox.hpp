// A thread's inbox for what its writes to the tables came to: answers run on its io_context, as
// many as came together in one turn. Outlived by the io_context, outlives the writes.
#pragma once

#include "gateway/tables/inbox.hpp"

#include <boost/asio/io_context.hpp>

namespace sluice::gateway::serve {

class io_inbox final : public tables::inbox {
  public:
    explicit io_inbox(boost::asio::io_context& io)
        : io_(io) {}

    void deliver(tables::answers&& ready) override;

  private:
    boost::asio::io_context& io_;
};

} // namespace sluice::gateway::serve
