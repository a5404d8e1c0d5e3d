// What this process may write to and ask: whether a person looks at the output, how wide it is,
// whether it may have colours, and whether somebody can be asked. Main thread of a command.
#pragma once

#include <cstddef>
#include <string>

namespace sluice::gateway::cli {

struct terminal {
    bool is_output = false;  // standard output is one
    bool is_errors = false;  // standard error is one: progress may be drawn there
    bool can_ask = false;    // standard input is one: somebody would answer
    bool has_colour = false; // NO_COLOR, TERM=dumb and everything but a terminal say no
    std::size_t width = 80;  // columns of the output
    std::size_t rows = 24;   // and its lines
};

terminal terminal_of_process();

// Asks on standard error, on the terminal itself where that leads elsewhere; only "y" and "yes" are
// one.
bool ask_yes_or_no(std::string const& question);

// Draws over the line that was drawn before; finish_progress() ends it, clear_progress() takes it
// away. On standard error.
void draw_progress(std::string const& line);
void finish_progress();
void clear_progress();

// "[#########.....] 64 %  640 of 1000", in `width` columns. `of` 0: how many there are is not
// known.
std::string progress_text(std::size_t done, std::size_t of, std::size_t width);

} // namespace sluice::gateway::cli
