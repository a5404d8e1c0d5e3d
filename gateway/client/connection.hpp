// One connection of a pool: opened for a request, then carrying one exchange after the other. Its
// coroutine opens it and waits for the peer; a request on an open connection is written at once by
// whoever starts it, so that an exchange costs one write, one wait and one read, and no memory.
// Owned by its pool and its coroutine; one thread. It closes itself and then tells its pool.
#pragma once

#include "gateway/client/dialer.hpp"
#include "gateway/client/exchange.hpp"
#include "gateway/client/response_reader.hpp"
#include "gateway/client/wire.hpp"
#include "gateway/http/moving_deadline.hpp"

#include <boost/asio/awaitable.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::gateway::client {

class connection final : public std::enable_shared_from_this<connection>,
                         public http::moving_deadline::owner {
  public:
    explicit connection(std::shared_ptr<pool> owner);

    // Dials, then carries `first`. Once, right after the connection was made.
    void open(outbound_request& first);

    // Carries `next`. Only while idle.
    void send(outbound_request& next);

    // There is nothing to send: waits for the next request, or for the peer to close.
    void become_idle();

    // Ends what is under way with `why` and closes.
    void stop(queue::cause why, std::string_view detail);

    void deadline_passed() override;

    // Where the pool keeps it; the pool's own.
    std::size_t place = 0;

  private:
    enum class state { dialling, busy, idle, closed };
    using time_point = std::chrono::steady_clock::time_point;
    using awaitable = boost::asio::awaitable<void, wire::executor_type>;

    awaitable run();
    bool is_next_an_event() const;
    void on_run_ended(std::exception_ptr error);
    void on_dial_failed();
    void begin();
    void write_head();
    bool may_write();
    void flush();
    void wait_to_write();
    void on_write_failed();
    void on_ready();
    bool on_read(io_result result);
    bool take(std::string_view bytes);
    void complete();
    void lost(bool by_peer, std::string const& why);
    void fail(queue::cause why, std::string_view detail);
    void close();
    bool is_written() const { return head_left_.empty() && body_left_.empty(); }

    std::shared_ptr<pool> pool_;
    wire wire_;
    http::moving_deadline deadline_;
    std::optional<dialer> dialer_; // while dialling
    response_reader reader_;
    outbound_request* current_ = nullptr;
    std::string head_;           // what is written first: the head, with a small body behind it
    std::string_view head_left_; // of head_, not yet written
    std::string_view body_left_; // of a larger body, not yet written
    boost::asio::ip::tcp::socket::wait_type waits_for_ = boost::asio::ip::tcp::socket::wait_read;
    state state_ = state::dialling;
    bool is_reused_ = false; // has carried an exchange
    bool has_sent_ = false;  // of the request at hand, a byte at least
    bool waits_to_write_ = false;
    bool write_failed_ = false;
};

} // namespace sluice::gateway::client
