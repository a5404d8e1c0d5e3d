// A table as text: columns padded, cut to a width, coloured where that is wanted. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::cli {

enum class tone : std::uint8_t { plain, good, bad, warning, faint };

struct cell {
    std::string text; // shown as "-" where it is empty
    tone of = tone::plain;
};

struct column {
    enum class kind : std::uint8_t { text, number, wide }; // `wide`: left out unless asked for
    std::string name;
    kind is = kind::text;
};

struct table {
    std::vector<column> columns;
    std::vector<std::vector<cell>> rows; // each has a cell for each column
};

struct table_layout {
    bool has_header = false;
    bool has_colour = false;
    bool is_wide = false;
    std::size_t width = 0; // lines are cut to it, with an ellipsis; 0: they are not
};

// A line for each row, two blanks between columns; two lines where the first column is almost as
// wide as the terminal.
std::string to_text(table const& from, table_layout const& how);

// The same for who has no header: a line for each row, each cell but the first behind its column's
// name in small letters; empty ones are left out. "163  doors 1 secret  weight 1"
std::string to_lines(table const& from);

// `text` in the tone's colour.
std::string painted(std::string_view text, tone of);

// Columns that a terminal needs for it, wide characters counted as one.
std::size_t width_of(std::string_view text);
// As much of it as fits, with an ellipsis where that is not all.
std::string cut_to(std::string_view text, std::size_t width);

// Control characters of what others wrote must not reach a terminal: a blank for each.
void append_safe(std::string& out, std::string_view text);

} // namespace sluice::gateway::cli
