// A dispatcher over a simulated disk, with a clock, a destination and disk jobs that stand still
// until the test says so. All on the test's thread.
#pragma once

#include "queue/dispatch/dispatcher.hpp"
#include "queue/journal/file_worker.hpp"
#include "tests/support/simulated_storage.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::queue {

class loop_fixture : public observer, public transport, public clock {
  public:
    loop_fixture();
    ~loop_fixture() override;

    // Begins a life on what the disk holds; the one before was killed.
    void restart();

    // Hands in a task of lane "crm", whose end is to be told where `callback` says something.
    task_id submit(std::string const& payload = "x", std::string const& callback = {});
    // The same for one that keeps its place among those with its order key.
    task_id submit_in_order(std::string const& key);
    // The same for a call that is known by what it holds.
    task_id submit_once(std::string const& content);
    // What its call was answered; nothing: it still waits.
    std::optional<boost::system::error_code> answer_of(task_id id) const;
    // The answer to `ask(core, done)`, after everything has run.
    using done_handler = dispatcher::done_handler;
    std::optional<boost::system::error_code>
    ask(std::function<void(dispatcher&, done_handler)> const& question);
    // What was sent and not answered yet, as it was sent.
    std::vector<task_id> under_way() const;
    // Answers it.
    void answer_all(verdict what, std::uint16_t status);
    void answer_all(outcome const& result);

    // Turns and disk jobs until there is nothing more to do; no time passes.
    void run();
    // Time passes in small steps, and everything runs in between.
    void pass(std::chrono::milliseconds time);

    // --- the dispatcher's surroundings
    instant now() const override { return time; }
    void send(attempt&& a, outcome_sink& sink) override;
    void stop() override {}
    void on_storage_failed(std::string_view operation, boost::system::error_code) override {
        failures.emplace_back(operation);
    }
    void on_storage_recovered() override { ++recoveries; }

    tests::simulated_storage disk{1};
    std::optional<file_worker> files; // of this life
    dispatcher_options options;
    dispatcher::read_handler when_read; // of the next life
    lane_options crm;
    // The monotonic clock is far ahead of the machine's, so that no timer goes off by itself.
    instant time{wall_time{std::chrono::milliseconds{1'764'000'000'000}},
                 mono_time{std::chrono::hours{1'000'000}}};
    std::optional<dispatcher> core;
    names table;
    std::vector<std::string> failures; // of the storage
    int recoveries = 0;
    bool must_end = false; // the disk failed for good
    bool is_away = false;  // what the journal is kept in: no job comes back

  private:
    class jobs;
    struct caller;
    struct sent_attempt {
        attempt what;
        outcome_sink* sink;
    };

    void turn();
    new_task make_task(std::string const& payload);
    task_id hand_in(new_task&& task);

    boost::asio::io_context io_{1};
    port* port_ = nullptr;
    std::vector<jobs*> runners_;
    std::deque<std::unique_ptr<caller>> callers_;
    std::map<task_id, boost::system::error_code> answers_;
    std::vector<sent_attempt> sent_;
    task_id_generator ids_{5};
};

} // namespace sluice::queue
