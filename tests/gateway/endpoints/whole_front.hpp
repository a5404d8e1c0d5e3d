// The public listener's front door over the real queue and tables, all on the test's thread: the
// queue's disk is in memory, and nothing is ever delivered.
#pragma once

#include "gateway/call/guess_guard.hpp"
#include "gateway/call/order_homes.hpp"
#include "gateway/endpoints/front_door.hpp"
#include "gateway/intake/durability_label.hpp"
#include "gateway/intake/key_claims.hpp"
#include "gateway/intake/wait_list.hpp"
#include "gateway/server/pipeline.hpp"
#include "gateway/telemetry/io_metrics.hpp"
#include "gateway/telemetry/log.hpp"
#include "queue/dispatch/dispatcher.hpp"
#include "queue/journal/file_worker.hpp"
#include "tests/gateway/server/answers.hpp"
#include "tests/gateway/tables/backend_fixture.hpp"
#include "tests/sim/simulated_clock.hpp"
#include "tests/support/simulated_storage.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace sluice::tests {

// Disk jobs wait until the front lets them run.
class waiting_jobs final : public queue::job_runner {
  public:
    waiting_jobs(queue::job_worker& worker, queue::dispatcher::completion done)
        : worker_(worker)
        , done_(std::move(done)) {}
    void submit(queue::disk_job&& job) override { jobs_.push_back(std::move(job)); }
    bool run_one();

  private:
    queue::job_worker& worker_;
    queue::dispatcher::completion done_;
    std::deque<queue::disk_job> jobs_;
};

struct call_text {
    std::string method = "GET";
    std::string path;
    std::string lines = {}; // header lines, each with its CRLF
    std::string body = {};
};

// What most fronts are configured with, and the header lines of a call of its account.
inline constexpr std::string_view one_destination = R"(
[[account]]
id = "163"
allow_http = true
secrets = ["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]
[[destination]]
name = "crm"
url = "https://example.com/"
)";
inline constexpr char json_lines[] =
    "Authorization: Bearer 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
    "Content-Type: application/json\r\n";

class whole_front : public gateway::tables::test::backend_fixture,
                    public gateway::server::pipeline_owner {
  public:
    // `settings` is the text of a configuration without problems. `slots`: how many calls may wait
    // for their answer at once. `homes`: of a cluster; null: there is none.
    explicit whole_front(std::string_view settings, std::size_t slots = 64,
                         gateway::call::order_homes* homes = nullptr);
    ~whole_front();

    void answer_is_ready() override {}
    bool is_peer_gone() override { return false; }

    // The answer to a call on a connection of its own, from this address.
    received_answer ask(call_text const& what, char const* address = "127.0.0.1");
    std::string status_of(std::string const& method, std::string const& path);

    simulated_clock clock;
    gateway::telemetry::io_metrics metrics;
    queue::names names;
    // Another configuration, for calls from now on.
    void reload(std::string_view settings);
    // The lines of the log so far; ends the log.
    std::string take_log();
    // While it is set, nothing becomes safe.
    bool is_disk_held = false;
    std::size_t live_tasks() const;
    queue::dispatcher& core() { return *core_; }
    boost::asio::io_context& io() { return io_; }

    // A call that is left waiting; the next ask() does not wait for it.
    class connection;
    std::unique_ptr<connection> begin(call_text const& what, char const* address = "127.0.0.1");

  private:
    void turn();

    boost::asio::io_context io_{1};
    simulated_storage disk_{1};
    queue::file_worker files_{disk_};
    gateway::intake::durability_label durability_{"fsync"};
    queue::observer events_;
    std::unique_ptr<queue::dispatcher> core_;
    waiting_jobs* commits_ = nullptr;
    waiting_jobs* background_ = nullptr;
    gateway::telemetry::label_table labels_;
    gateway::plan::call_rates rates_;
    gateway::call::guess_guard guesses_;
    gateway::intake::key_registry keys_;
    gateway::intake::key_claims claims_{keys_};
    std::ostringstream said_;
    std::optional<gateway::telemetry::log> lines_;
    std::optional<gateway::intake::wait_list> waits_;
    std::optional<gateway::endpoints::front_door> door_;
};

class whole_front::connection {
  public:
    connection(whole_front& owner, call_text const& what, char const* address);
    // Goes on until there is an answer, or nothing to do; the answer's bytes.
    std::string run();
    // One call more on this connection, whose calls before it are answered.
    received_answer ask(call_text const& what);

  private:
    friend class whole_front;

    whole_front& owner_;
    gateway::server::server_shared shared_;
    gateway::server::pipeline pipe_;
    std::string input_;
    std::string said_; // by the first run, to be told by the next
};

} // namespace sluice::tests
