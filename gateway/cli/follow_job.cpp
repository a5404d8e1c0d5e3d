#include "gateway/cli/follow_job.hpp"

#include "gateway/cli/admin_text.hpp"
#include "gateway/cli/json_text.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <iostream>

namespace sluice::gateway::cli {

namespace {

constexpr std::chrono::milliseconds look_period{250};

void wait_a_moment() {
    boost::asio::io_context io;
    boost::asio::steady_timer timer(io, look_period);
    timer.wait();
}

} // namespace

boost::json::value follow_job(verb_call const& with, std::string const& id,
                              std::uint64_t expected) {
    auto const path = path_of("/v1/jobs/", id);
    bool const is_drawn = with.screen().is_errors;
    bool has_said = false;
    while (true) {
        auto job = with.gateway().call("GET", path);
        auto const done = number_of(job, "done") + number_of(job, "refused");
        bool const is_running = text_of(job, "state") == "running";
        if (is_drawn && is_running && !has_said) {
            std::cerr << "job " << id << " goes on where this is interrupted\n";
            has_said = true;
        }
        if (is_drawn)
            draw_progress(
                progress_text(done, std::max(expected, whole_of_job(job)), with.screen().width));
        if (!is_running) {
            if (is_drawn) finish_progress();
            return job;
        }
        wait_a_moment();
    }
}

int exit_code_of_job(boost::json::value const& job) {
    bool const is_whole = text_of(job, "state") == "ended" && number_of(job, "refused") == 0 &&
                          number_of(job, "unknown") == 0;
    return is_whole ? exit_ok : exit_missed;
}

} // namespace sluice::gateway::cli
