#include "gateway/cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sluice::gateway::cli {

namespace {

std::string_view variable(char const* name) {
    char const* const value = std::getenv(name);
    return value ? std::string_view(value) : std::string_view();
}

// Leaves what it cannot be told as it is.
void measure(int descriptor, terminal& to) {
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return;
    if (size.ws_col > 0) to.width = size.ws_col;
    if (size.ws_row > 0) to.rows = size.ws_row;
}

} // namespace

terminal terminal_of_process() {
    terminal found;
    found.is_output = ::isatty(STDOUT_FILENO) == 1;
    found.is_errors = ::isatty(STDERR_FILENO) == 1;
    found.can_ask = ::isatty(STDIN_FILENO) == 1;
    found.has_colour =
        found.is_output && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    measure(found.is_output ? STDOUT_FILENO : STDERR_FILENO, found);
    return found;
}

bool ask_yes_or_no(std::string const& question) {
    auto const text = question + " [y/N] ";
    if (::isatty(STDERR_FILENO) == 1) {
        std::cerr << text << std::flush;
    } else {
        std::ofstream("/dev/tty") << text << std::flush;
    }
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
}

void draw_progress(std::string const& line) {
    std::cerr << "\r\x1b[K" << line << std::flush;
}

void finish_progress() {
    std::cerr << '\n';
}

void clear_progress() {
    std::cerr << "\r\x1b[K" << std::flush;
}

std::string progress_text(std::size_t done, std::size_t of, std::size_t width) {
    if (of == 0) return fmt::format("{} done", done);
    auto const share = std::min(done, of) * 100 / of;
    auto const words = fmt::format(" {:>3} %  {} of {}", share, done, of);
    if (width < words.size() + 12) return words.substr(1);
    auto const room = std::min<std::size_t>(40, width - words.size() - 3);
    auto const full = room * std::min(done, of) / of;
    return '[' + std::string(full, '#') + std::string(room - full, '.') + ']' + words;
}

} // namespace sluice::gateway::cli
