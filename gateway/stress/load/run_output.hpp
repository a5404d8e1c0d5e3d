// Where a run's result goes: the terminal, the files that were asked for. Shared by
// `sluice load` and `sluice stress`. Main thread.
#pragma once

#include "gateway/stress/load/load_options.hpp"
#include "gateway/stress/report/run_result.hpp"
#include "gateway/stress/report/tally.hpp"

#include <string>

namespace sluice::gateway::stress {

// A line on standard error that is written over and over while a run lasts; nothing at all where
// that is no terminal, or when it is to be quiet.
class progress_line {
  public:
    explicit progress_line(bool is_quiet);
    ~progress_line(); // Takes the line away.
    progress_line(progress_line const&) = delete;
    progress_line& operator=(progress_line const&) = delete;

    void show(std::string const& line);

  private:
    bool is_on_;
    bool is_shown_ = false;
};

// Before a run: whether each file can be opened to be written, so that an hour of load is not lost
// to a misspelt directory. False, and said why on standard error.
bool can_write_reports(report_files const& files);

// Prints the table on standard output and writes the files. False, and said why on standard
// error, when a file cannot be written.
bool write_reports(run_result const& result, report_files const& files);

// "-" is standard output. False when it cannot be written whole; errno says why.
bool write_file(std::string const& path, std::string const& text);

} // namespace sluice::gateway::stress
