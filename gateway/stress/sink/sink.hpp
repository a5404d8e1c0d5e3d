// A programmable HTTP/1.1 destination: the other end for demos, tests and benchmarks.
// One object is one destination; it listens on each io_context that it is given, one for each
// thread. Everything it keeps is bounded by sink_limits. It is no part of the gateway's service.
//
//     sink destination(options);
//     destination.listen(io).value();          // once for each io_context
//     … destination.port(), destination.totals(), destination.recorded() …
//     destination.stop();                      // before the io_contexts end
#pragma once

#include "gateway/stress/sink/sink_behaviour.hpp"
#include "gateway/stress/sink/sink_recorder.hpp"
#include "gateway/stress/sink/sink_stats.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sluice::gateway::stress {

struct sink_state;   // shared by the listeners and their connections
class sink_listener; // one for each io_context

class sink {
  public:
    // Called on the thread of the connection for every request, before it is answered; `status` is
    // 0 when it is left hanging or reset. Must be fast and thread-safe.
    using hook = std::function<void(sink_request const&, arrival, unsigned status)>;

    explicit sink(sink_options options, hook on_request = {});
    // Stops. The io_contexts must still exist.
    ~sink();
    sink(sink const&) = delete;
    sink& operator=(sink const&) = delete;

    // Accepts on this io_context, which one thread runs, from now until `stop`. Further calls
    // share the listening socket. Errors: of opening `record`; of open, bind and listen; of making
    // and writing the certificate.
    boost::system::result<void> listen(boost::asio::io_context& io);

    std::uint16_t port() const; // The real one; 0 before `listen`.
    std::string url() const;    // "http://127.0.0.1:9000"
    // Whether `record` could be opened: tells the errors of `listen` apart.
    bool is_recording() const;

    // Any thread.
    sink_totals totals() const;
    std::vector<recorded_request> recorded() const; // The newest `limits.kept_requests`.
    boost::system::error_code record_error() const; // The file could not be written.
    behaviour_options behaviour() const;
    void configure(behaviour_options const& options); // From the next request on.
    void reset();                                     // Counters and what is kept in memory.

    // Ends accepting and closes every connection, hung ones too; returns at once, the io_contexts
    // do the rest. The owner's thread.
    void stop();

  private:
    std::shared_ptr<sink_state> state_;
    std::vector<std::shared_ptr<sink_listener>> listeners_;
    std::uint16_t port_ = 0;
};

// The command `sluice sink`: a sink on its own threads until Ctrl-C or the end of its duration.
// Prints `sink listening on http://…` at once, and totals at the end. Returns the exit code: 0,
// 69 when the address cannot be bound, 73 when the record file cannot be opened or written.
int sink_main(sink_options const& options);

} // namespace sluice::gateway::stress
