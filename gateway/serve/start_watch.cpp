#include "gateway/serve/start_watch.hpp"

#include "gateway/telemetry/exit_code.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>

namespace sluice::gateway::serve {

namespace {

sigset_t set_of(std::initializer_list<int> numbers) {
    sigset_t set;
    sigemptyset(&set);
    for (int const number : numbers)
        sigaddset(&set, number);
    return set;
}

int checked(int descriptor) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "watching signals");
    return descriptor;
}

} // namespace

void start_watch::hold_signals() {
    auto const held = set_of({SIGTERM, SIGINT, SIGHUP});
    ::pthread_sigmask(SIG_BLOCK, &held, nullptr);
}

start_watch::start_watch() {
    hold_signals();
    auto const ending = set_of({SIGTERM, SIGINT});
    signals_ = checked(::signalfd(-1, &ending, SFD_CLOEXEC));
    over_ = checked(::eventfd(0, EFD_CLOEXEC));
    thread_ = std::thread([this] { watch(); });
}

void start_watch::log_by(telemetry::log_options const& options) {
    std::lock_guard const lock(mutex_);
    options_ = options;
}

void start_watch::watch() {
    std::array<pollfd, 2> waited{pollfd{over_, POLLIN, 0}, pollfd{signals_, POLLIN, 0}};
    while (::poll(waited.data(), waited.size(), -1) < 0) {
    }
    if (waited[0].revents != 0) return;
    signalfd_siginfo what{};
    [[maybe_unused]] auto const size = ::read(signals_, &what, sizeof(what));
    std::lock_guard const lock(mutex_);
    {
        // One of its own, whose end is that the line is written.
        telemetry::log lines(options_);
        lines.info("stopped before the start was over", {{"signal", what.ssi_signo}});
    }
    std::_Exit(exit_ok);
}

void start_watch::end() {
    if (!thread_.joinable()) return;
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const size = ::write(over_, &one, sizeof(one));
    thread_.join();
    ::close(signals_);
    ::close(over_);
}

void start_watch::hand_over() {
    end();
    auto const held = set_of({SIGTERM, SIGINT, SIGHUP});
    ::pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
}

} // namespace sluice::gateway::serve
