// Forwards the calls of one thread to the homes of their order keys, each once: an answer that is
// lost is nobody's to guess. Made, used and destroyed on that thread. Calls under way, connections
// and the time of each are bounded.
#pragma once

#include "gateway/call/order_homes.hpp"
#include "gateway/cluster/member_lines.hpp"
#include "queue/postgres/order_rules.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace sluice::gateway::cluster {

// What became of forwarded calls. Shared by the threads of one gateway.
struct forward_counters {
    std::atomic<std::uint64_t> taken{0};       // 2xx
    std::atomic<std::uint64_t> refused{0};     // the home said why not
    std::atomic<std::uint64_t> moved{0};       // the slot had another home or generation
    std::atomic<std::uint64_t> unreachable{0}; // it had not read the call
    std::atomic<std::uint64_t> unknown{0};     // it may have read it
};

// What the thread needs of the rest of the gateway; all may be called on any thread.
struct home_sources {
    std::function<queue::postgres::shared_members()> members;
    std::function<queue::postgres::shared_order_rows()> rows; // null: not known yet
    std::function<void(std::function<void()>)> look_again;    // as order_homes::look_again
    std::uint32_t own_log = 0;
};

class home_asker final : public call::order_homes, private client::completion {
  public:
    // `names` and `counters` outlive it.
    home_asker(boost::asio::io_context& io, client::resolver& names, home_sources from,
               std::shared_ptr<client::tls_context const> tls, std::string own_address,
               forward_counters& counters);
    ~home_asker();

    std::uint32_t own_log() const override { return from_.own_log; }
    std::optional<call::order_home> find(std::uint16_t slot) const override;
    void ask_home(std::string_view target, call::home_question what,
                  std::function<void(call::home_answer const&)> then) override;
    void look_again(std::function<void()> then) override;

    static constexpr std::size_t most_calls = 1024;     // under way at once
    static constexpr std::size_t most_connections = 16; // to one gateway
    // How long a home may take to answer, beside what the caller waits for.
    static constexpr std::chrono::milliseconds patience{10'000};

  private:
    struct asked;
    using asked_calls = std::list<asked>;

    void on_answer(client::outbound_request& done, client::inbound_response const& got) override;
    void on_failure(client::outbound_request& done, client::failure const& why) override;
    void end(client::outbound_request& done, call::home_answer const& got);
    std::string address_of(std::uint32_t log) const;

    boost::asio::io_context& io_;
    home_sources from_;
    forward_counters& counters_;
    member_lines lines_;
    asked_calls asked_;
    bool is_ending_ = false;
};

} // namespace sluice::gateway::cluster
