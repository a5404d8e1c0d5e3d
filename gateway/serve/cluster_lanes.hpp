// The table of lanes that a cluster shares, between its board (a thread) and the queue (the
// core's): rows come in, what this gateway found out goes out. Owned by the cluster_member; main
// thread unless a function says otherwise.
//
// Life: `open` between the queue's recovery and its start, `start`, `stop` while the core runs.
#pragma once

#include "gateway/telemetry/log.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "queue/dispatch/lane_herald.hpp"
#include "queue/postgres/lane_board.hpp"

#include <boost/asio/io_context.hpp>

namespace sluice::gateway::serve {

class cluster_lanes final : public queue::lane_herald {
  public:
    cluster_lanes(queue::postgres::connect_options database, telemetry::log& lines);

    // Blocking. exit_ok, or what the program ends with; said in the log.
    int open(queue::dispatcher& core);
    void start(queue::dispatcher& core, boost::asio::io_context& core_io);
    void stop() { board_.stop(); }

    // Any thread. lane_board::change; the core is given the row before `tell` is called, which is
    // done on the board's thread.
    void change(queue::lane_wish wish, queue::postgres::lane_board::told tell);
    // Whether what is known of pauses is in force here. Any thread.
    bool is_current() const { return board_.is_current(); }
    queue::postgres::lane_board_status status() const { return board_.status(); }

  private:
    void tell(queue::lane_stand&& stand) override { board_.found(std::move(stand)); }
    void follow(std::vector<queue::lane_stand>&& rows, queue::postgres::boot_time looked);

    telemetry::log& log_;
    queue::dispatcher* core_ = nullptr;
    boost::asio::io_context* core_io_ = nullptr;
    queue::postgres::lane_board board_; // last: its thread uses the others
};

} // namespace sluice::gateway::serve
