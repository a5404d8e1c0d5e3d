// A child process on a terminal of its own: what a person would see, and what he types. Owned by
// the test that starts it; used from one thread.
#pragma once

#include "tests/support/process.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace sluice::tests {

class pseudo_terminal {
  public:
    // `columns` wide. Throws std::system_error where there is no terminal to be had.
    explicit pseudo_terminal(process_options const& options, unsigned short columns = 80);
    ~pseudo_terminal();
    pseudo_terminal(pseudo_terminal const&) = delete;
    pseudo_terminal& operator=(pseudo_terminal const&) = delete;

    void type(std::string_view text);
    // Reads until `part` is on the screen; false when the time is over or the process has ended.
    bool shows(std::string_view part, std::chrono::milliseconds limit = std::chrono::seconds(20));
    // Waits for its end and gives the exit code; 128 + N for signal N. Throws std::runtime_error
    // with what it wrote when the time is over.
    int wait(std::chrono::milliseconds limit = std::chrono::seconds(30));
    // All that it wrote, control sequences included; lines end with "\r\n".
    std::string const& text() const { return text_; }

  private:
    // False: there will be nothing more.
    bool read_some(std::chrono::milliseconds patience);

    int screen_ = -1;
    pid_t pid_ = -1;
    bool is_over_ = false;
    std::string text_;
};

} // namespace sluice::tests
