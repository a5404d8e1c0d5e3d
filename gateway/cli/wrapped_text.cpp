#include "gateway/cli/wrapped_text.hpp"

#include "gateway/cli/table.hpp"

#include <algorithm>

namespace sluice::gateway::cli {

namespace {

constexpr std::size_t least_second_column = 12;
constexpr std::size_t last_second_column = 40; // a gap further on is none between columns
constexpr std::size_t least_room = 20;         // of what stands in the second column

struct line_shape {
    std::size_t text; // where what can be broken begins
    std::size_t hang; // where the lines begin that go on
};

line_shape shape_of(std::string_view line, std::size_t width) {
    auto const own = std::min(line.find_first_not_of(' '), line.size());
    auto const gap = line.substr(0, last_second_column).rfind("  ");
    bool const is_column = own >= least_second_column; // by itself: its first is on the line above
    if (gap == line.npos || gap < own) return {own, is_column ? own : own + 2};
    auto const second = gap + 2;
    return {second, second + least_room <= width ? second : own + 2};
}

void append_wrapped(std::string& out, std::string_view line, std::size_t width) {
    auto const shape = shape_of(line, width);
    out += line.substr(0, shape.text);
    auto used = width_of(line.substr(0, shape.text));
    bool is_first = true; // of its line
    for (auto at = shape.text; at < line.size();) {
        auto const begin = std::min(line.find_first_not_of(' ', at), line.size());
        auto const end = std::min(line.find(' ', begin), line.size());
        auto const word = line.substr(begin, end - begin);
        auto blanks = begin - at;
        if (used + blanks + width_of(word) > width && (!is_first || used > shape.hang)) {
            out.erase(out.find_last_not_of(' ') + 1);
            out.append(1, '\n').append(shape.hang, ' ');
            used = shape.hang;
            blanks = 0;
        }
        out.append(blanks, ' ').append(word);
        used += blanks + width_of(word);
        is_first = false;
        at = end;
    }
}

} // namespace

std::string wrapped_lines(std::string_view text, std::size_t width) {
    if (width == 0) return std::string(text);
    std::string out;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        auto const line = text.substr(0, end);
        if (width_of(line) <= width)
            out += line;
        else
            append_wrapped(out, line, width);
        if (end < text.size()) out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

} // namespace sluice::gateway::cli
