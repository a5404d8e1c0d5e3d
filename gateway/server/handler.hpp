// The seam between the server and what answers requests. One handler may serve many listeners;
// each calls it on its own thread.
#pragma once
#include "gateway/server/exchange.hpp"

namespace sluice::gateway::server {

class handler {
  public:
    virtual ~handler() = default;

    // The header is read, the body is not. May reply (the body is then dropped unread, or the
    // connection closed), or limit the body. Must not keep the exchange: when the body never
    // comes, handle() is not called and the exchange is used for the next request.
    virtual void on_header(exchange&) {}

    // The whole request is there. Replies now, or keeps the exchange and replies later on the
    // same thread; it must reply in the end, or the connection stays open for ever.
    // An exception becomes a 500 (503 for bad_alloc) and closes the connection; whoever throws
    // must not have kept the exchange.
    virtual void handle(exchange&) = 0;

    // An exchange was answered with this status, by the handler or for it. For counting: called
    // inside reply(), must not throw.
    virtual void on_replied(exchange const&, unsigned /*status*/) {}
};

} // namespace sluice::gateway::server
