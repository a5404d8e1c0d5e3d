// Line plots as inline SVG: axes with round numbers, a legend, colours from the page's style sheet
// (classes s0 to s4), and the values in an attribute for the page's script. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway::stress {

struct plot_series {
    std::string name;
    unsigned colour = 0; // 0 to 4: the class of the line
    bool is_dashed = false;
    bool is_filled = false;                        // down to the axis
    std::vector<std::pair<double, double>> points; // by x, ascending
};

struct plot_tick {
    double at = 0;
    std::string label;
};

struct plot_spec {
    std::string id; // of the figure, for links and tests
    std::string title;
    std::string x_label, y_label;
    std::vector<plot_series> series;
    bool is_log_y = false;                // Values at or below 0 leave a gap.
    std::vector<plot_tick> x_ticks;       // Empty: round numbers.
    std::string empty_text = "no values"; // Shown where no series has a point.
};

// At most so many points of a series are drawn; of each bundle the highest.
inline constexpr std::size_t most_drawn_points = 600;

// A <figure> with the plot.
std::string render_plot(plot_spec const& plot);

// Four to eight round values from 0 (or, on a log scale, decades) that cover `low` to `high`.
std::vector<plot_tick> round_ticks(double low, double high, bool is_log);

// `&`, `<`, `>` and quotes for text and attributes.
std::string html_escape(std::string_view text);

} // namespace sluice::gateway::stress
