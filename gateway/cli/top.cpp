// sluice top: a running gateway at work, drawn anew every other second. On a terminal until q or
// Ctrl-C; elsewhere as often as --count says.
#include "gateway/cli/admin_client.hpp"
#include "gateway/cli/commands.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/cli/top_text.hpp"
#include "gateway/config/units.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/dispatch/clock.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <memory>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace sluice::gateway::cli {

namespace {

struct top_flags {
    admin_flags admin;
    std::string interval = "2s";
    std::uint64_t count = 0; // 0: until it is ended; elsewhere than on a terminal once
};

std::sig_atomic_t volatile is_interrupted = 0;

void interrupt(int) {
    is_interrupted = 1;
}

// The whole screen, and keys as they are pressed; as it was before when this ends.
class drawn_screen {
  public:
    explicit drawn_screen(bool is_drawn)
        : is_drawn_(is_drawn) {
        if (!is_drawn_) return;
        std::signal(SIGINT, interrupt);
        std::signal(SIGTERM, interrupt);
        has_keys_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (has_keys_) {
            auto raw = before_;
            raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
            ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        }
        std::cout << "\x1b[?1049h\x1b[?25l" << std::flush;
    }
    ~drawn_screen() {
        if (!is_drawn_) return;
        std::cout << "\x1b[?25h\x1b[?1049l" << std::flush;
        if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
    drawn_screen(drawn_screen const&) = delete;
    drawn_screen& operator=(drawn_screen const&) = delete;

    void show(std::string const& page) {
        if (is_drawn_) std::cout << "\x1b[H\x1b[J";
        std::cout << page << (is_drawn_ ? "q ends it" : "\n") << std::flush;
    }
    // Waits; false where the person has had enough.
    bool wait(std::chrono::milliseconds length) {
        pollfd keys{has_keys_ ? STDIN_FILENO : -1, POLLIN, 0};
        if (::poll(&keys, 1, static_cast<int>(length.count())) > 0) {
            char key = 0;
            if (::read(STDIN_FILENO, &key, 1) != 1) has_keys_ = false;
            if (key == 'q' || key == 'Q' || key == 3) return false;
        }
        return is_interrupted == 0;
    }

  private:
    bool is_drawn_;
    bool has_keys_ = false;
    termios before_{};
};

top_view look(admin_client const& gateway, top_sample const& before) {
    auto const now = queue::system_clock().now();
    top_view view;
    view.url = gateway.url();
    view.is_ready = gateway.look("/readyz", "text/plain").status == 200;
    view.now = read_sample(gateway.look("/metrics", "text/plain").body, now.mono);
    view.before = before.at == queue::mono_time() ? view.now : before;
    auto answer = gateway.call("GET", "/v1/destinations");
    view.destinations = std::move(answer.at("destinations").as_array());
    view.when = {now.wall, true};
    return view;
}

int show_top(top_flags const& f) {
    auto const interval = config::parse_duration(f.interval);
    if (!interval || *interval < std::chrono::milliseconds(100) ||
        *interval > std::chrono::hours(1))
        throw command_error(exit_usage, "--interval: must be a time from 100ms to 1h");
    admin_client const gateway(resolve_admin(f.admin));
    auto view = look(gateway, {}); // before the screen is taken: a gateway that is away is told
    bool const is_drawn = terminal_of_process().is_output;
    drawn_screen screen(is_drawn);
    auto const count = f.count != 0 || is_drawn ? f.count : 1;
    if (is_drawn) screen.show("");
    for (std::uint64_t n = 0; (count == 0 || n < count) && std::cout; ++n) {
        auto const around = terminal_of_process(); // its width may have changed
        table_layout how{true, around.has_colour, false, is_drawn ? around.width : 0};
        view.rows = is_drawn ? around.rows : 0;
        if (is_drawn) screen.show(top_text(view, how));
        if (!screen.wait(*interval)) break;
        view = look(gateway, view.now);
        if (!is_drawn) screen.show(top_text(view, how));
    }
    return exit_ok;
}

} // namespace

command add_top(CLI::App& program) {
    auto const flags = std::make_shared<top_flags>();
    auto* const top = program.add_subcommand("top", "Watch a running gateway at work");
    flags->admin.add_to(*top);
    top->add_option("--interval", flags->interval, "How often it looks, default 2s");
    top->add_option("--count", flags->count,
                    "End after so many looks; default: on a terminal never, else 1")
        ->check(CLI::Range(1, 1'000'000));
    return telling_errors([flags] { return show_top(*flags); });
}

} // namespace sluice::gateway::cli
