#include "gateway/stress/load/run_output.hpp"

#include "gateway/stress/report/report_text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace sluice::gateway::stress {

namespace {

bool write_if_wanted(std::string const& path, std::string const& text) {
    if (path.empty() || write_file(path, text)) return true;
    fmt::print(stderr, "sluice: cannot write {}: {}\n", path == "-" ? "the output" : path,
               std::generic_category().message(errno));
    return false;
}

} // namespace

progress_line::progress_line(bool is_quiet)
    : is_on_(!is_quiet && ::isatty(STDERR_FILENO) == 1) {}

progress_line::~progress_line() {
    if (is_shown_) fmt::print(stderr, "\r\x1b[K");
}

void progress_line::show(std::string const& line) {
    if (!is_on_) return;
    is_shown_ = true;
    fmt::print(stderr, "\r{}\x1b[K", line);
    std::fflush(stderr);
}

bool write_file(std::string const& path, std::string const& text) {
    if (path == "-") {
        return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
               std::fflush(stdout) == 0;
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text << std::flush;
    return static_cast<bool>(out);
}

bool can_write_reports(report_files const& files) {
    for (auto const& path : {files.json, files.percentiles, files.html}) {
        if (path.empty() || path == "-") continue;
        // What an earlier run wrote stays until this one has something to say.
        std::ofstream const out(path, std::ios::binary | std::ios::app);
        if (out) continue;
        fmt::print(stderr, "sluice: cannot write {}: {}\n", path,
                   std::generic_category().message(errno));
        return false;
    }
    return true;
}

bool write_reports(run_result const& result, report_files const& files) {
    // The table gives way to JSON on standard output, so that this can be read by a program.
    bool is_written = files.json == "-" || write_if_wanted("-", to_table(result));
    is_written &= write_if_wanted(files.json, files.json.empty() ? "" : to_json(result));
    is_written &= write_if_wanted(
        files.percentiles, files.percentiles.empty() ? "" : to_percentile_file(result.latency));
    is_written &= write_if_wanted(files.html, files.html.empty() ? "" : to_page(result));
    return is_written;
}

} // namespace sluice::gateway::stress
