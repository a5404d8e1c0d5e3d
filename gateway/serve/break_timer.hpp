// Carries out breaks that were planned for later (`delayMinutes`), each when its time has come.
// They are kept by the tables; this only says when. Owned by the app, on the main thread.
#pragma once

#include "gateway/tables/tables.hpp"
#include "gateway/telemetry/log.hpp"
#include "queue/dispatch/clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace sluice::gateway::serve {

class break_timer {
  public:
    struct parts {
        tables::backend& data;
        tables::inbox& inbox; // of this thread
        queue::clock const& clock;
        telemetry::log& lines;
    };
    break_timer(boost::asio::io_context& io, parts const& with)
        : with_(with)
        , timer_(io) {}

    // Carries out what is due, and from then on what falls due. Again after each change of the
    // configuration, which may have taken agents away.
    void settle();

  private:
    void on_settled(tables::result<tables::change_outcome> const& outcome);
    void wait(std::chrono::milliseconds least);

    parts with_;
    boost::asio::steady_timer timer_;
    bool is_settling_ = false;
    bool is_asked_again_ = false; // while it was settling
    bool has_failed_ = false;     // and was said so
};

} // namespace sluice::gateway::serve
