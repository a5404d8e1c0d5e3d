// Carries the queue's attempts by HTTP: turns a payload into a request, an answer into a verdict.
// One for each I/O thread, used on that thread only; owns the thread's outbound connections.
#pragma once

#include "gateway/client/http_client.hpp"
#include "gateway/client/token_source.hpp"
#include "gateway/delivery/destination_plan.hpp"
#include "gateway/delivery/request_writer.hpp"
#include "queue/dispatch/clock.hpp"
#include "queue/dispatch/transport.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway::delivery {

class http_transport final : public queue::transport, private client::completion {
  public:
    // `names` and `time` must outlive the transport.
    http_transport(boost::asio::io_context& io, client::resolver& names, queue::clock const& time,
                   client::client_options const& limits = {});
    ~http_transport() override;

    // Deliveries from now on go by these; what is under way ends by the old ones.
    void use(std::shared_ptr<plan_table const> plans);

    void send(queue::attempt&& a, queue::outcome_sink& sink) override;
    void stop() override;
    // Ends the attempts that are under way; later ones are carried as before.
    void cut() { client_.cut(); }

    client::client_counters const& counters() const { return client_.counters(); }

  private:
    struct flight; // an attempt under way, recycled
    struct line {
        std::shared_ptr<destination_plan const> plan;
        std::shared_ptr<client::pool> connections;
        std::shared_ptr<client::token_source> tokens; // null where none are needed
        known_message known;
        // Header lines of an answer that asked for no pause: nearly all that follow are the same.
        std::string plain_lines;
    };

    void on_answer(client::outbound_request& done, client::inbound_response const& answer) override;
    void on_failure(client::outbound_request& done, client::failure const& why) override;

    flight& take_flight();
    // Why the payload cannot be made into a request; empty when it was.
    std::string prepare(flight& f);
    // Where a report goes; false when it may go nowhere, and then it is finished.
    bool route_report(flight& f);
    // Sends what is prepared, as soon as there is a token for it.
    void launch(flight& f);
    void send_with_token(flight& f);
    void finish(flight& f, queue::outcome&& result);
    std::optional<std::chrono::milliseconds>
    pause_asked_for(flight const& f, client::inbound_response const& answer);
    queue::outcome judge(flight const& f, client::inbound_response const& answer);
    void judge_by_rules(queue::outcome& out, flight const& f, codecs::answer const& given) const;

    client::http_client client_;
    report_connections reports_{client_};
    queue::clock const& clock_;
    std::shared_ptr<plan_table const> plans_;
    std::vector<line> lines_;    // by lane number
    std::deque<flight> flights_; // a deque: they stay where they are
    std::vector<flight*> unused_;
    bool is_ending_ = false; // nobody is there to be told any more
};

} // namespace sluice::gateway::delivery
