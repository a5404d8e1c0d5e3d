#include "tests/support/process.hpp"

#include "tests/support/wait_until.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace sluice::tests {

std::vector<std::string> environment_of(process_options const& options) {
    std::vector<std::string> environment;
    for (char** entry = ::environ; *entry != nullptr; ++entry) {
        if (!std::string_view(*entry).starts_with("SLUICE_")) {
            environment.emplace_back(*entry);
        }
    }
    for (auto const& [name, value] : options.environment) {
        environment.push_back(name + '=' + value);
    }
    return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& values) {
    std::vector<char*> pointers;
    for (auto& value : values) {
        pointers.push_back(value.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

namespace {

int open_for_output(std::filesystem::path const& file) {
    int const descriptor =
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        throw std::system_error(errno, std::generic_category(), file.string());
    }
    return descriptor;
}

// Nothing where it stays this process's user. Throws where there is no such user.
passwd const* find_user(std::string const& name) {
    if (name.empty()) return nullptr;
    auto const* const found = ::getpwnam(name.c_str());
    if (found == nullptr) throw std::runtime_error("no user " + name);
    return found;
}

// What the child does between fork and exec: only calls that are safe there.
[[noreturn]] void become_program(char** arguments, char** environment, char const* directory,
                                 passwd const* user, int output, int errors, pid_t parent) {
    bool const is_other = user != nullptr;
    if (is_other && (::setgroups(1, &user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 ||
                     ::setuid(user->pw_uid) != 0)) {
        ::_exit(127);
    }
    // Behind the change of user, which would take it back.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(127); // The parent ended before the line above took effect.
    }
    int const input = ::open("/dev/null", O_RDONLY);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (*directory == '\0' || ::chdir(directory) == 0) {
        ::execve(arguments[0], arguments, environment);
    }
    ::_exit(127);
}

} // namespace

child_process::child_process(process_options const& options) {
    auto arguments = options.arguments;
    auto environment = environment_of(options);
    auto argument_pointers = pointers_to(arguments);
    auto environment_pointers = pointers_to(environment);
    auto const* const user = find_user(options.user);
    int const output = open_for_output(files_ / "stdout");
    int const errors = open_for_output(files_ / "stderr");
    pid_t const parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
        become_program(argument_pointers.data(), environment_pointers.data(),
                       options.working_directory.c_str(), user, output, errors, parent);
    }
    int const error = errno;
    ::close(output);
    ::close(errors);
    if (pid_ < 0) {
        throw std::system_error(error, std::generic_category(), "fork");
    }
}

child_process::~child_process() {
    kill();
}

void child_process::signal(int number) {
    if (is_running()) {
        ::kill(pid_, number);
    }
}

std::optional<int> child_process::exit_code() {
    int status = 0;
    if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    return exit_code_;
}

int child_process::wait(std::chrono::milliseconds limit) {
    if (!wait_until([this] { return !is_running(); }, limit)) {
        throw std::runtime_error("still running after " + std::to_string(limit.count()) +
                                 " ms\nstdout: " + output() + "\nstderr: " + errors());
    }
    return *exit_code_;
}

void child_process::kill() {
    signal(SIGKILL);
    // It ends as soon as the kernel gets to it; a process in uninterruptible sleep is given up.
    wait_until([this] { return !is_running(); });
}

std::string child_process::output() const {
    return read_whole(files_ / "stdout");
}

std::string child_process::errors() const {
    return read_whole(files_ / "stderr");
}

finished_process run_process(process_options const& options, std::chrono::milliseconds limit) {
    child_process child(options);
    finished_process result;
    result.exit_code = child.wait(limit);
    result.output = child.output();
    result.errors = child.errors();
    return result;
}

} // namespace sluice::tests
