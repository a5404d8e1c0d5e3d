#include "gateway/cli/table.hpp"

#include "codecs/text.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace sluice::gateway::cli {

namespace {

constexpr std::string_view gap = "  ";
constexpr std::string_view ellipsis = "…";
constexpr std::size_t least_beside = 16; // columns of a terminal that the others need
constexpr std::size_t good_beside = 44;  // where the first has more than half of it

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::string_view colour_of(tone of) {
    switch (of) {
    case tone::good:
        return "\x1b[32m";
    case tone::bad:
        return "\x1b[31m";
    case tone::warning:
        return "\x1b[33m";
    case tone::faint:
        return "\x1b[2m";
    case tone::plain:
        break;
    }
    return {};
}

// Puts one line together; what does not fit is left out, and an ellipsis says so.
class row_writer {
  public:
    explicit row_writer(table_layout const& how, std::size_t indent = 0)
        : how_(how)
        , owed_(indent) {}

    void add(std::string_view text, std::size_t width, bool is_number, std::string_view colour) {
        if (!line_.empty()) pad(gap.size());
        auto const own = std::min(width_of(text), width);
        if (is_number) pad(width - own);
        write(text, colour);
        if (!is_number) owed_ = width - own;
    }
    std::string take() { return std::move(line_) + '\n'; }

  private:
    // Blanks wait until something follows them.
    void pad(std::size_t count) { owed_ += count; }
    void write(std::string_view text, std::string_view colour) {
        if (is_over_) return;
        auto const wanted = owed_ + width_of(text);
        is_over_ = how_.width != 0 && used_ + wanted > how_.width;
        if (is_over_ && used_ + owed_ >= how_.width) return cut_last();
        line_.append(owed_, ' ');
        used_ += owed_;
        owed_ = 0;
        last_ = {line_.size(), used_, text, colour};
        put(cut_to(text, how_.width == 0 ? width_of(text) : how_.width - used_), colour);
    }
    void put(std::string_view shown, std::string_view colour) {
        used_ += width_of(shown);
        bool const has_colour = how_.has_colour && !colour.empty();
        if (has_colour) line_ += colour;
        line_ += shown;
        if (has_colour) line_ += "\x1b[0m";
    }
    // Of what follows not even the beginning fits: the ellipsis stands behind what is there, or in
    // the place of its end.
    void cut_last() {
        if (used_ < how_.width) {
            line_.append(used_ + 1 < how_.width ? 1 : 0, ' ');
            line_ += ellipsis;
            return;
        }
        line_.resize(last_.begin);
        used_ = last_.column;
        put(cut_to(std::string(last_.text) + ' ', how_.width - used_), last_.colour);
    }

    table_layout const& how_;
    std::string line_;
    std::size_t used_ = 0;
    std::size_t owed_;
    bool is_over_ = false;
    struct {
        std::size_t begin = 0;  // in line_
        std::size_t column = 0; // on the screen
        std::string_view text, colour;
    } last_; // what was written last
};

} // namespace

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string cut_to(std::string_view text, std::size_t width) {
    if (width_of(text) <= width) return std::string(text);
    if (width == 0) return {};
    std::size_t end = 0;
    for (std::size_t characters = 0; end < text.size(); ++end) {
        if (begins_character(text[end]) && characters++ == width - 1) break;
    }
    return std::string(text.substr(0, end)).append(ellipsis);
}

std::string painted(std::string_view text, tone of) {
    auto const colour = colour_of(of);
    if (colour.empty()) return std::string(text);
    return std::string(colour).append(text).append("\x1b[0m");
}

std::string to_text(table const& from, table_layout const& how) {
    std::vector<std::size_t> shown, widths;
    for (std::size_t i = 0; i < from.columns.size(); ++i) {
        if (from.columns[i].is == column::kind::wide && !how.is_wide) continue;
        auto width = how.has_header ? width_of(from.columns[i].name) : std::size_t{1};
        for (auto const& row : from.rows)
            width = std::max(width, width_of(row[i].text));
        shown.push_back(i);
        widths.push_back(width);
    }
    std::string out;
    auto const whole =
        std::accumulate(widths.begin(), widths.end(), gap.size() * (shown.size() - 1));
    // Where not all fits and the first column leaves little room, the others stand below it.
    auto const first = widths.front();
    auto const beside = 2 * first > how.width ? good_beside : least_beside;
    bool const is_stacked =
        how.width != 0 && shown.size() > 1 && whole > how.width && first + beside > how.width;
    auto const add_line = [&](auto const& text_of, auto const& colour) {
        std::optional<row_writer> line(std::in_place, how);
        for (std::size_t n = 0; n < shown.size(); ++n) {
            if (is_stacked && n == 1) {
                out += line->take();
                line.emplace(how, gap.size());
            }
            bool const is_number = from.columns[shown[n]].is == column::kind::number;
            line->add(text_of(shown[n]), widths[n], is_number, colour(shown[n]));
        }
        out += line->take();
    };
    if (how.has_header)
        add_line([&](std::size_t i) { return std::string_view(from.columns[i].name); },
                 [](std::size_t) { return std::string_view("\x1b[1m"); });
    for (auto const& row : from.rows)
        add_line(
            [&](std::size_t i) {
                return row[i].text.empty() ? std::string_view("-") : std::string_view(row[i].text);
            },
            [&](std::size_t i) { return colour_of(row[i].of); });
    return out;
}

std::string to_lines(table const& from) {
    std::string out;
    for (auto const& row : from.rows) {
        for (std::size_t i = 0; i < from.columns.size(); ++i) {
            if (i > 0 && row[i].text.empty()) continue;
            if (i > 0) out.append(gap).append(codecs::to_lower(from.columns[i].name)) += ' ';
            out += row[i].text;
        }
        out += '\n';
    }
    return out;
}

void append_safe(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F are control characters, too: 0xC2 and such a byte.
        bool const is_c1 =
            byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (is_c1) ++i;
        out += is_c1 || byte < 0x20 || byte == 0x7f ? ' ' : text[i];
    }
}

} // namespace sluice::gateway::cli
