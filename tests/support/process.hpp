// Child processes for tests: the real program, started, watched, signalled, and never left behind.
// Owned by the test that starts it; used from one thread. Not for programs that read their stdin.
#pragma once

#include "tests/support/temporary_directory.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace sluice::tests {

struct process_options {
    std::vector<std::string> arguments; // arguments[0] is the program's path.
    // Added to this process's environment, from which every SLUICE_* variable is taken first.
    std::vector<std::pair<std::string, std::string>> environment;
    std::filesystem::path working_directory; // Empty: this process's.
    std::string user;                        // Whom it runs as; empty: this process's user.
};

// What its environment is, and such a list as execve(2) takes it: while `values` lives.
std::vector<std::string> environment_of(process_options const& options);
std::vector<char*> pointers_to(std::vector<std::string>& values);

// A running child. It is killed with this process (PR_SET_PDEATHSIG), and by the destructor.
// Its output goes to files, so that it can never block on a full pipe.
class child_process {
  public:
    // Throws std::system_error where no process can be made. A program that cannot be executed
    // ends with 127.
    explicit child_process(process_options const& options);
    ~child_process();

    child_process(child_process const&) = delete;
    child_process& operator=(child_process const&) = delete;

    pid_t pid() const noexcept { return pid_; }

    // Sends a signal; nothing happens where the process has ended.
    void signal(int number);

    // The exit code once it has ended; 128 + N where signal N ended it. Does not wait.
    std::optional<int> exit_code();
    bool is_running() { return !exit_code(); }

    // Waits for its end. Throws std::runtime_error (with what it wrote) when the time is over.
    int wait(std::chrono::milliseconds limit = std::chrono::seconds(30));

    // SIGKILL, and waits for the end.
    void kill();

    // What it has written so far.
    std::string output() const;
    std::string errors() const;

  private:
    temporary_directory files_;
    pid_t pid_ = -1;
    std::optional<int> exit_code_;
};

struct finished_process {
    int exit_code = 0;
    std::string output;
    std::string errors;
};

// Runs a program to its end. Throws as child_process and wait() do.
finished_process run_process(process_options const& options,
                             std::chrono::milliseconds limit = std::chrono::seconds(30));

} // namespace sluice::tests
