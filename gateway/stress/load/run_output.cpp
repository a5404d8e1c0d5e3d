#include "gateway/stress/load/run_output.hpp"

#include "gateway/stress/report/report_page.hpp"
#include "gateway/stress/report/report_text.hpp"
#include "gateway/stress/report/result_json.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace sluice::gateway::stress {

namespace {

bool write_if_wanted(std::string const& path, std::string const& text) {
    if (path.empty() || write_file(path, text)) return true;
    fmt::print(stderr, "sluice: cannot write {}\n", path);
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
        fmt::print("{}", text);
        return true;
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text << std::flush;
    return static_cast<bool>(out);
}

bool write_reports(run_result const& result, report_files const& files) {
    // The table gives way to JSON on standard output, so that this can be read by a program.
    if (files.json != "-") {
        fmt::print("{}", to_table(result));
        std::fflush(stdout);
    }
    bool is_written = write_if_wanted(files.json, files.json.empty() ? "" : to_json(result));
    is_written &= write_if_wanted(
        files.percentiles, files.percentiles.empty() ? "" : to_percentile_file(result.latency));
    is_written &= write_if_wanted(files.html, files.html.empty() ? "" : to_page(result));
    return is_written;
}

} // namespace sluice::gateway::stress
