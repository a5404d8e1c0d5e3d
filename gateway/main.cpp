// The program: runs the command that the command line asks for.
#include "gateway/cli/program.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <system_error>

namespace {

// What was printed must have arrived: a full disk behind `>` is an error of the command, whatever
// it did before.
int ended(int code) {
    errno = 0;
    std::cout.flush();
    std::fflush(stdout);
    int const why = errno;
    if (std::cout && std::ferror(stdout) == 0) return code;
    // What failed in the middle of a long output has not kept its reason.
    std::cerr << "sluice: cannot write the output"
              << (why == 0 ? "" : ": " + std::generic_category().message(why)) << '\n';
    bool const has_failed =
        code != sluice::gateway::exit_ok && code != sluice::gateway::exit_missed;
    return has_failed ? code : static_cast<int>(sluice::gateway::exit_cannot_write);
}

} // namespace

int main(int argc, char** argv) {
    // A file-size limit must be an error that is told, from the first file on, and not an end.
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        return ended(sluice::gateway::cli::program().run(argc, argv));
    } catch (std::exception const& e) {
        std::cerr << "sluice: this should not have happened: " << e.what() << '\n';
        return sluice::gateway::exit_bug;
    }
}
