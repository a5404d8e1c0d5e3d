// Asks the other gateways of a cluster on behalf of the calls of one thread, and joins what they
// answer. Made, used and destroyed on that thread. Everything is bounded: questions under way,
// connections, the time of each question, the size of each answer.
#pragma once

#include "gateway/call/cluster.hpp"
#include "gateway/client/http_client.hpp"
#include "gateway/client/resolver.hpp"
#include "gateway/client/tls_context.hpp"
#include "gateway/cluster/forwarded_call.hpp"
#include "gateway/cluster/join_answers.hpp"
#include "gateway/cluster/member_lines.hpp"
#include "gateway/cluster/whom_to_ask.hpp"
#include "queue/postgres/members.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace sluice::gateway::cluster {

// Who is in the cluster now; any thread. Null or without members: not known yet.
using view_source = std::function<queue::postgres::shared_members()>;

// Numbers of jobs that run at every gateway. Shared by the askers of one gateway.
class job_numbers {
  public:
    // The log stands in them, so that two gateways give no number twice; `now` in milliseconds, so
    // that a gateway gives none twice after a restart.
    job_numbers(std::uint32_t log, std::uint64_t now)
        : next_(std::uint64_t{log} << 40 | (now & 0xFF'FFFF'FFFF)) {}
    std::uint64_t next() { return next_.fetch_add(1, std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> next_;
};

class asker final : public call::cluster, private client::completion {
  public:
    struct parts {
        view_source view;
        std::shared_ptr<client::tls_context const> tls;
        // Where this gateway's own internal listener is reached from here.
        std::string own_address;
        std::shared_ptr<job_numbers> jobs;
        std::chrono::milliseconds patience = std::chrono::seconds(2); // for each question
    };
    // `names` outlives it.
    asker(boost::asio::io_context& io, client::resolver& names, parts with);
    ~asker();

    void ask(server::exchange& on, call::cluster_question const& what) override;

    static constexpr std::size_t most_questions = 64;   // under way at once
    static constexpr std::size_t most_connections = 16; // to one gateway

  private:
    struct question;
    struct sent;
    using questions = std::list<std::unique_ptr<question>>;

    void on_answer(client::outbound_request& done, client::inbound_response const& got) override;
    void on_failure(client::outbound_request& done, client::failure const& why) override;

    begun_job job_of(question const& q);
    void go_on_with(question& q, call::checked<std::string> const& line);
    void begin_round(question& q);
    void end_counting(question& q);
    void send(question& q, sent& each);
    void take(client::outbound_request& done, member_answer&& got);
    void go_on(question& q);
    void answer(question& q);

    parts with_;
    member_lines lines_;
    questions questions_;
};

} // namespace sluice::gateway::cluster
