#include "gateway/stress/report/svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace sluice::gateway::stress {

namespace {

using output = std::back_insert_iterator<std::string>;

constexpr double width = 640, height = 280;
constexpr double left = 58, right = 14, top = 12, bottom = 40;

std::string label_of(double value) {
    auto const size = std::abs(value);
    if (size >= 1e6) return fmt::format("{:.4g}M", value / 1e6);
    if (size >= 1e4) return fmt::format("{:.4g}k", value / 1e3);
    return fmt::format("{:.4g}", value);
}

double round_step(double rough) {
    auto const decade = std::pow(10, std::floor(std::log10(rough)));
    for (auto const factor : {1.0, 2.0, 2.5, 5.0}) {
        if (rough <= factor * decade) return factor * decade;
    }
    return 10 * decade;
}

// From values to places on the picture.
struct axis {
    double low = 0, high = 1;
    double begin = 0, end = 1; // on the picture
    bool is_log = false;

    double place(double value) const {
        auto const at = is_log ? std::log10(value / low) / std::log10(high / low)
                               : (value - low) / (high - low);
        return begin + at * (end - begin);
    }
};

struct extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    bool is_empty() const { return low > high; }
    void take(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

bool is_drawn(plot_spec const& plot, double y) {
    return std::isfinite(y) && (!plot.is_log_y || y > 0);
}

extent extent_of(plot_spec const& plot, bool is_x) {
    extent out;
    for (auto const& one : plot.series) {
        for (auto const& [x, y] : one.points) {
            if (is_drawn(plot, y)) out.take(is_x ? x : y);
        }
    }
    return out;
}

std::vector<std::pair<double, double>>
thinned(std::vector<std::pair<double, double>> const& points) {
    auto const bundle = (points.size() + most_drawn_points - 1) / most_drawn_points;
    if (bundle <= 1) return points;
    std::vector<std::pair<double, double>> out;
    for (std::size_t i = 0; i < points.size(); i += bundle) {
        auto const begin = points.begin() + static_cast<std::ptrdiff_t>(i);
        auto const end =
            points.begin() + static_cast<std::ptrdiff_t>(std::min(i + bundle, points.size()));
        out.push_back(*std::ranges::max_element(begin, end, {},
                                                [](auto const& point) { return point.second; }));
    }
    return out;
}

// The pen is lifted where a value cannot be drawn.
std::string path_of(plot_spec const& plot, std::vector<std::pair<double, double>> const& points,
                    axis const& xs, axis const& ys) {
    std::string path;
    bool is_down = false;
    for (auto const& [x, y] : points) {
        if (!is_drawn(plot, y)) {
            is_down = false;
            continue;
        }
        fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", is_down ? 'L' : 'M',
                       xs.place(x), ys.place(y));
        is_down = true;
    }
    return path;
}

void draw_axes(output out, plot_spec const& plot, axis const& xs, axis const& ys,
               std::vector<plot_tick> const& x_ticks, std::vector<plot_tick> const& y_ticks) {
    for (auto const& tick : y_ticks) {
        auto const y = ys.place(tick.at);
        fmt::format_to(out,
                       "<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" "
                       "y2=\"{:.1f}\"/><text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" "
                       "text-anchor=\"end\">{}</text>",
                       xs.begin, xs.end, y, y, xs.begin - 8, y + 4, html_escape(tick.label));
    }
    for (auto const& tick : x_ticks) {
        auto const x = xs.place(tick.at);
        if (x > xs.end + 0.5) continue;
        fmt::format_to(out,
                       "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" "
                       "text-anchor=\"middle\">{}</text>",
                       x, ys.begin + 17, html_escape(tick.label));
    }
    fmt::format_to(out,
                   "<line class=\"axis\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
                   "<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                   xs.begin, xs.end, ys.begin, ys.begin, xs.end, height - 6,
                   html_escape(plot.x_label));
}

void draw_series(output out, plot_spec const& plot, axis const& xs, axis const& ys) {
    for (auto const& one : plot.series) {
        auto const points = thinned(one.points);
        auto const path = path_of(plot, points, xs, ys);
        if (path.empty()) continue;
        if (one.is_filled && path.find('M', 1) == std::string::npos) {
            fmt::format_to(out, "<path class=\"area s{}\" d=\"{}L{:.1f} {:.1f}L{:.1f} {:.1f}Z\"/>",
                           one.colour, path, xs.place(points.back().first), ys.begin,
                           xs.place(points.front().first), ys.begin);
        }
        fmt::format_to(out, "<path class=\"line s{}{}\" d=\"{}\"/>", one.colour,
                       one.is_dashed ? " dashed" : "", path);
    }
}

// [{"n":"p50","c":0,"p":[[x,y,place of x,place of y],…]},…] for the page's script.
std::string values_of(plot_spec const& plot, axis const& xs, axis const& ys) {
    std::string out = "[";
    auto const to = std::back_inserter(out);
    for (auto const& one : plot.series) {
        fmt::format_to(to, "{}{{\"n\":\"{}\",\"c\":{},\"p\":[", out.size() > 1 ? "," : "", one.name,
                       one.colour);
        bool is_first = true;
        for (auto const& [x, y] : thinned(one.points)) {
            if (!is_drawn(plot, y)) continue;
            fmt::format_to(to, "{}[{:.6g},{:.4g},{:.1f},{:.1f}]", is_first ? "" : ",", x, y,
                           xs.place(x), ys.place(y));
            is_first = false;
        }
        out += "]}";
    }
    return out + "]";
}

std::string legend_of(plot_spec const& plot) {
    std::string out;
    for (auto const& one : plot.series) {
        fmt::format_to(std::back_inserter(out),
                       "<span class=\"key\"><i class=\"s{}{}\"></i>{}</span>", one.colour,
                       one.is_dashed ? " dashed" : "", html_escape(one.name));
    }
    return out;
}

} // namespace

std::vector<plot_tick> round_ticks(double low, double high, bool is_log) {
    std::vector<plot_tick> ticks;
    if (is_log) {
        auto const first = std::floor(std::log10(low) + 1e-9);
        auto const last = std::max(first + 1, std::ceil(std::log10(high) - 1e-9));
        auto const step = std::max(1.0, std::ceil((last - first) / 8));
        for (auto decade = first; decade < last + step; decade += step) {
            auto const at = std::pow(10, decade);
            ticks.push_back({at, label_of(at)});
        }
        return ticks;
    }
    low = std::min(low, 0.0);
    auto const step = round_step(std::max(high - low, 1e-9) / 5);
    auto const first = std::floor(low / step);
    for (auto i = first; i * step < high + step * 0.999; ++i)
        ticks.push_back({i * step, label_of(i * step)});
    if (ticks.size() < 2) ticks.push_back({(first + 1) * step, label_of((first + 1) * step)});
    return ticks;
}

std::string html_escape(std::string_view text) {
    std::string out;
    for (auto const c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string render_plot(plot_spec const& plot) {
    std::string text;
    output const out(text);
    fmt::format_to(out,
                   "<figure id=\"{}\"><figcaption><b>{}</b> <small>{}</small>"
                   "<span class=\"legend\">{}</span></figcaption>",
                   html_escape(plot.id), html_escape(plot.title), html_escape(plot.y_label),
                   legend_of(plot));
    auto const x_extent = extent_of(plot, true);
    auto const y_extent = extent_of(plot, false);
    if (x_extent.is_empty()) {
        fmt::format_to(out, "<p class=\"empty\">{}</p></figure>\n", html_escape(plot.empty_text));
        return text;
    }
    auto const y_ticks = round_ticks(y_extent.low, y_extent.high, plot.is_log_y);
    auto x_ticks = plot.x_ticks;
    if (x_ticks.empty()) x_ticks = round_ticks(0, x_extent.high, false);
    axis const xs{std::min(x_extent.low, x_ticks.front().at),
                  std::max(x_extent.high, x_extent.low + 1e-9), left, width - right, false};
    axis const ys{y_ticks.front().at, y_ticks.back().at, height - bottom, top, plot.is_log_y};
    fmt::format_to(out,
                   "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\" "
                   "data-values=\"{}\">",
                   width, height, html_escape(plot.title), html_escape(values_of(plot, xs, ys)));
    draw_axes(out, plot, xs, ys, x_ticks, y_ticks);
    draw_series(out, plot, xs, ys);
    text += "<line class=\"cursor\" y1=\"12\" y2=\"240\"/></svg></figure>\n";
    return text;
}

} // namespace sluice::gateway::stress
