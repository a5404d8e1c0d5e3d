#include "tests/support/pseudo_terminal.hpp"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <pty.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace sluice::tests {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

pseudo_terminal::pseudo_terminal(process_options const& options, unsigned short columns) {
    auto arguments = options.arguments;
    auto environment = environment_of(options);
    auto const argument_pointers = pointers_to(arguments);
    auto const environment_pointers = pointers_to(environment);
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    pid_ = ::forkpty(&screen_, nullptr, nullptr, &size);
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::execve(argument_pointers[0], argument_pointers.data(), environment_pointers.data());
        ::_exit(127);
    }
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "forkpty");
}

pseudo_terminal::~pseudo_terminal() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    if (screen_ >= 0) ::close(screen_);
}

void pseudo_terminal::type(std::string_view text) {
    while (!text.empty()) {
        auto const taken = ::write(screen_, text.data(), text.size());
        if (taken <= 0) throw std::system_error(errno, std::generic_category(), "typing");
        text.remove_prefix(static_cast<std::size_t>(taken));
    }
}

bool pseudo_terminal::read_some(milliseconds patience) {
    if (is_over_) return false;
    pollfd wanted{screen_, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0) return true;
    char block[4096];
    auto const got = ::read(screen_, block, sizeof(block));
    if (got > 0) text_.append(block, static_cast<std::size_t>(got));
    // The last program that had this terminal has closed it.
    is_over_ = got <= 0 && errno != EINTR;
    return !is_over_;
}

bool pseudo_terminal::shows(std::string_view part, milliseconds limit) {
    auto const deadline = clock::now() + limit;
    while (text_.find(part) == text_.npos) {
        if (clock::now() >= deadline || !read_some(milliseconds(50)))
            return text_.find(part) != text_.npos;
    }
    return true;
}

int pseudo_terminal::wait(milliseconds limit) {
    auto const deadline = clock::now() + limit;
    while (read_some(milliseconds(50))) {
        if (clock::now() >= deadline)
            throw std::runtime_error("still running; its terminal says:\n" + text_);
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace sluice::tests
