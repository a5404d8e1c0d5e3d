// The whole command line: every command declared, with its examples. Owned by main; main thread.
#pragma once

#include "gateway/cli/commands.hpp"

#include <CLI/App.hpp>

#include <utility>
#include <vector>

namespace sluice::gateway::cli {

class program {
  public:
    program();
    program(program const&) = delete;
    program& operator=(program const&) = delete;

    // Parses the command line and runs the command that was asked for; the exit code. What it
    // printed may not have been written yet.
    int run(int argc, char** argv);

    CLI::App& declared() { return app_; }

  private:
    CLI::App app_;
    std::vector<std::pair<CLI::App*, command>> commands_;
};

} // namespace sluice::gateway::cli
