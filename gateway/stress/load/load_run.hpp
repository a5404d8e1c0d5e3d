// One run of the generator against one URL, with everything it needs: its io_context, its client,
// its connections. Blocks the calling thread until the run is over.
#pragma once

#include "gateway/client/endpoint.hpp"
#include "gateway/stress/load/load_generator.hpp"
#include "gateway/stress/load/load_options.hpp"

#include <functional>
#include <memory>
#include <string>

namespace sluice::gateway::stress {

// The target as the client needs it. Every address may be called: whoever starts a load test says
// where to. Errors are sentences: a URL that is none, a CA file that cannot be read.
parsed<std::shared_ptr<client::endpoint const>> make_target(request_options const& request,
                                                            std::size_t connections,
                                                            std::chrono::milliseconds timeout);

// What happens beside the run, on its thread.
struct run_hooks {
    std::function<void(progress const&)> on_second;
    std::function<double()> in_queue;
    // SIGINT and SIGTERM end the run; false: they are left alone.
    bool takes_signals = true;
    // Called with the start on the steady clock.
    std::function<void(std::chrono::steady_clock::time_point)> on_begin;
};

run_result run_generator(std::shared_ptr<client::endpoint const> to, generator_options options,
                         request_source& source, run_hooks const& hooks);

// Body, template and headers of the options; made anew for each run, from the same seed.
std::unique_ptr<request_source> make_source(request_options const& request, std::uint64_t seed);

// `run_generator` for a plain load, with the text fields of the result filled in.
run_result run_load(load_options const& options, rate_plan const& plan,
                    std::shared_ptr<client::endpoint const> to, run_hooks const& hooks);

// RFC 3339 in UTC, for run_result::began.
std::string utc_now();

// The command `sluice load`, once its flags are read. Main thread.
// Runs the load (or the search for the highest rate), prints, writes the files. Returns 0; 1 when
// an objective is missed; 64 for a URL or CA file that cannot be used; 69 when nothing answered,
// or with objectives when not one connection was made; 73 when a file cannot be written.
int load_main(load_options const& options);

// `sluice load --compare`: prints two results side by side. Returns 0, or 69 for a file that cannot
// be read or is none.
int compare_main(std::string const& a, std::string const& b);

} // namespace sluice::gateway::stress
