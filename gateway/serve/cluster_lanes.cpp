#include "gateway/serve/cluster_lanes.hpp"

#include "gateway/serve/store_exit.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace sluice::gateway::serve {

namespace {

queue::postgres::lane_board_options options_of(queue::postgres::connect_options&& database) {
    queue::postgres::lane_board_options options;
    options.database = std::move(database);
    options.database.application_name += " lanes";
    return options;
}

} // namespace

cluster_lanes::cluster_lanes(queue::postgres::connect_options database, telemetry::log& lines)
    : log_(lines)
    , board_(options_of(std::move(database))) {}

int cluster_lanes::open(queue::dispatcher& core) {
    std::string why;
    auto opened = board_.open(why);
    if (!opened) {
        log_.error("cannot read how the destinations stand",
                   {{"error", opened.error().message()}, {"reason", why}});
        return exit_code_of_store(opened.error());
    }
    for (auto& row : opened->rows)
        core.follow(std::move(row));
    board_.applied(opened->looked);
    // What the log says of lanes and the table does not.
    core.set_herald(this);
    core.tell_lanes();
    return exit_ok;
}

void cluster_lanes::start(queue::dispatcher& core, boost::asio::io_context& core_io) {
    core_ = &core;
    core_io_ = &core_io;
    queue::postgres::lane_board_callbacks tell;
    tell.rows = [this](auto&& rows, auto looked) { follow(std::move(rows), looked); };
    tell.away = [this](std::string const& why) {
        log_.warn("pauses are not read or written for now", {{"reason", why}});
    };
    tell.back = [this] { log_.info("pauses are read and written again"); };
    board_.start(std::move(tell));
}

void cluster_lanes::follow(std::vector<queue::lane_stand>&& rows,
                           queue::postgres::boot_time looked) {
    boost::asio::post(*core_io_, [this, rows = std::move(rows), looked]() mutable {
        for (auto& row : rows)
            core_->follow(std::move(row));
        bool const was_current = board_.is_current();
        board_.applied(looked);
        if (!was_current) core_->wake();
    });
}

void cluster_lanes::change(queue::lane_wish wish, queue::postgres::lane_board::told tell) {
    auto go_on = [this, tell = std::move(tell)](boost::system::result<queue::lane_stand> row) {
        if (row) {
            boost::asio::post(*core_io_,
                              [this, stand = *row]() mutable { core_->follow(std::move(stand)); });
        }
        tell(std::move(row));
    };
    board_.change(std::move(wish), std::move(go_on));
}

} // namespace sluice::gateway::serve
