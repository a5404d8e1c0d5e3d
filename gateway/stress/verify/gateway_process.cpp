#include "gateway/stress/verify/gateway_process.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sluice::gateway::stress {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto step = 5ms;
constexpr auto stop_limit = 10s;

class loopback_socket {
  public:
    explicit loopback_socket(std::uint16_t port)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_port = htons(port);
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    ~loopback_socket() { ::close(descriptor_); }
    loopback_socket(loopback_socket const&) = delete;
    loopback_socket& operator=(loopback_socket const&) = delete;

    bool connects() { return ::connect(descriptor_, address(), sizeof address_) == 0; }
    bool binds() {
        int const on = 1;
        ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        return ::bind(descriptor_, address(), sizeof address_) == 0;
    }

  private:
    sockaddr const* address() const { return reinterpret_cast<sockaddr const*>(&address_); }
    int descriptor_;
    sockaddr_in address_{};
};

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become_gateway(char const* const* arguments, char* const* environment, int log,
                                 pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::setpgid(0, 0); // Ctrl-C is for the run, which then ends the gateway
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(arguments[0], const_cast<char* const*>(arguments), environment);
    ::_exit(127);
}

// What is set for a gateway of the caller's (SLUICE_ADMIN, SLUICE_DATA, …) is not for this one.
std::vector<char*> without_own_variables(char** environment) {
    std::vector<char*> kept;
    for (; *environment != nullptr; ++environment) {
        if (!std::string_view(*environment).starts_with("SLUICE_")) kept.push_back(*environment);
    }
    kept.push_back(nullptr);
    return kept;
}

pid_t spawn(gateway_process_options const& options) {
    char const* const arguments[] = {
        options.program.c_str(), "serve",   "--config", options.configuration.c_str(),
        "--log-level",           "warning", nullptr};
    int const log = ::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    auto const environment = without_own_variables(::environ);
    auto const parent = ::getpid();
    auto const child = ::fork();
    if (child == 0) become_gateway(arguments, environment.data(), log, parent);
    if (log >= 0) ::close(log);
    return child;
}

} // namespace

gateway_process::gateway_process(gateway_process_options options)
    : options_(std::move(options)) {}

gateway_process::~gateway_process() {
    stop();
}

bool gateway_process::start() {
    thread_ = std::thread([this] { live(); });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_up_.has_value(); });
    return *is_up_;
}

bool gateway_process::stop_killing() {
    std::unique_lock lock(mutex_);
    wish_ = wish::no_more_kills;
    is_up_.reset();
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_up_.has_value(); });
    return *is_up_;
}

void gateway_process::stop() {
    if (!thread_.joinable()) return;
    {
        std::lock_guard lock(mutex_);
        wish_ = wish::end;
        changed_.notify_all();
    }
    thread_.join();
}

std::optional<int> gateway_process::unexpected_end() const {
    std::lock_guard lock(mutex_);
    return unexpected_;
}

// The thread. It looks after the child a few times a second, for one may end unasked.
void gateway_process::live() {
    report(bring_up());
    auto next_kill = steady_clock::now() + options_.kill_every;
    bool kills = options_.kill_every.count() > 0;
    while (!wait_for(wish::end, step)) {
        bool const is_over = kills && wait_for(wish::no_more_kills, 0ms);
        kills = kills && !is_over;
        bool const died = child_ > 0 && is_ended();
        if (kills && steady_clock::now() >= next_kill) {
            kill_now();
            bring_up();
            next_kill = steady_clock::now() + options_.kill_every;
        } else if (died) {
            std::lock_guard lock(mutex_);
            unexpected_ = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
            child_ = -1;
        }
        if (!kills && wait_for(wish::no_more_kills, 0ms)) report(child_ > 0);
    }
    end_gently();
    report(false);
}

bool gateway_process::bring_up() {
    child_ = spawn(options_);
    auto const limit = steady_clock::now() + options_.start_limit;
    while (child_ > 0 && steady_clock::now() < limit) {
        if (is_ended()) {
            child_ = -1;
            std::lock_guard lock(mutex_);
            unexpected_ = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
            return false;
        }
        if (loopback_socket(options_.port).connects()) return true;
        if (wait_for(wish::end, step)) return false;
    }
    return false;
}

void gateway_process::kill_now() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    while (::waitpid(child_, &status_, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
    ++kills_;
}

bool gateway_process::is_ended() {
    return ::waitpid(child_, &status_, WNOHANG) == child_;
}

void gateway_process::end_gently() {
    if (child_ <= 0) return;
    ::kill(child_, SIGTERM);
    auto const limit = steady_clock::now() + stop_limit;
    std::unique_lock lock(mutex_);
    while (!is_ended()) {
        if (steady_clock::now() > limit) ::kill(child_, SIGKILL);
        changed_.wait_for(lock, step);
    }
    child_ = -1;
}

// Whether the wish is `least` or further, waiting for that up to `limit`.
bool gateway_process::wait_for(wish least, milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this, least] { return wish_ >= least; });
}

void gateway_process::report(bool is_up) {
    std::lock_guard lock(mutex_);
    is_up_ = is_up;
    changed_.notify_all();
}

std::uint16_t free_loopback_port(std::uint64_t seed) {
    constexpr std::uint64_t first = 15'000, count = 17'000; // Linux gives ports from 32,768
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const port = static_cast<std::uint16_t>(first + (seed * 7919 + i) % count);
        if (loopback_socket(port).binds()) return port;
    }
    return 0;
}

} // namespace sluice::gateway::stress
