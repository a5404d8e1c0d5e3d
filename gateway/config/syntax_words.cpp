#include "gateway/config/syntax_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::config {

namespace {

// What the library was reading, what it says of it, and the text that it was reading.
struct complaint {
    std::string_view scope;  // "key-value pair"
    std::string_view reason; // "expected '=', saw ':'"
    std::string_view line;
    bool is_at_end = false; // of the line

    bool is_of(std::string_view what) const { return scope.find(what) != scope.npos; }
    bool says(std::string_view what) const { return reason.find(what) != reason.npos; }
    bool is_end_of_file() const { return says("end-of-file"); }
};

std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    auto const begin = text.find_first_not_of(blanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

complaint read(std::string_view said, std::string_view line, std::size_t column) {
    constexpr std::string_view prefix = "Error while parsing ";
    complaint made{{}, said, line, column > characters_in(line)};
    if (!said.starts_with(prefix)) return made;
    said.remove_prefix(prefix.size());
    auto const colon = said.find(": ");
    if (colon == said.npos) return made;
    made.scope = said.substr(0, colon);
    made.reason = said.substr(colon + 2);
    return made;
}

std::string_view key_of(std::string_view line) {
    return trimmed(line.substr(0, line.find('=')));
}

// "[[crm]]", as it is written.
std::string_view header_of(std::string_view line) {
    auto const end = line.find_last_of(']');
    return trimmed(line.substr(0, end == line.npos ? end : end + 1));
}

std::string of_what_is_there_twice(complaint const& c) {
    if (c.is_of("table header")) {
        if (c.says(" as ")) {
            return fmt::format("{} does not go with what stands above: a table is either [one] or "
                               "[[one of several]], everywhere",
                               header_of(c.line));
        }
        return fmt::format("{} stands here a second time: put its keys together",
                           header_of(c.line));
    }
    if (c.says("dotted")) {
        return fmt::format("what is before the dot of \"{}\" has a value already and is no table",
                           key_of(c.line));
    }
    return fmt::format("\"{}\" stands here a second time", key_of(c.line));
}

std::string of_text(complaint const& c) {
    if (c.is_end_of_file())
        return "the text has no end: expected the quotes that it begins with, three of them where "
               "it has several lines";
    if (c.says("escape sequence"))
        return R"(a "\" begins an escape here, such as \n or \": write \\, or the text in '…')";
    if (c.says("hex digit")) return R"(\u needs four hexadecimal digits behind it, \U eight)";
    bool const has_control = c.says("control characters");
    if (has_control && c.is_at_end)
        return fmt::format("the text has no end on this line: expected {}",
                           c.is_of("literal") ? "'" : "\"");
    if (has_control)
        return R"(a control character in a text: write it as an escape, such as \u0001)";
    return "there is no such character in Unicode";
}

std::string of_header(complaint const& c) {
    bool const is_of_several = trimmed(c.line).starts_with("[[");
    if (c.says("blank bare keys")) return "a table needs a name between its brackets";
    if (c.says("inline table"))
        return "what is above it was written whole, in braces: nothing can be added to it here";
    if (c.says("comment or whitespace")) {
        return "expected nothing but a comment behind the table's name; [name] has one bracket on "
               "each side, [[name]] two";
    }
    if (c.is_at_end || c.is_end_of_file())
        return fmt::format("expected \"{}\" behind the table's name", is_of_several ? "]]" : "]");
    return fmt::format("expected \"{}\" behind the table's name; a name with other characters than "
                       "letters, digits, _ and - stands in quotes",
                       is_of_several ? "]]" : "]");
}

std::string of_pair(complaint const& c) {
    if (c.says("after '\\r'") || c.says("'\\r'"))
        return "a carriage return by itself: lines end with a line feed";
    bool const has_equals = c.line.find('=') != c.line.npos;
    if (c.says("expected '='") || (c.is_end_of_file() && !has_equals)) {
        if (c.is_at_end || c.is_end_of_file()) return "expected \"=\" and a value behind the key";
        if (c.says("saw ':'")) return "expected \"=\" behind the key, not \":\"";
        return "expected \"=\" behind the key; a key with other characters than letters, digits, _ "
               "and - stands in quotes";
    }
    if (c.says("expected value") || c.is_end_of_file()) return "expected a value behind \"=\"";
    return "expected the end of the line behind the value; a text stands in quotes as a whole";
}

std::string of_number(complaint const& c) {
    if (c.says("leading zero"))
        return "a number has no zero in front; what is a text stands in quotes";
    if (c.says("representable") || c.says("length limit")) return "the number is too large";
    if (c.says("underscore")) return "a \"_\" in a number stands between digits";
    return "this is no number; durations, sizes, addresses and all other texts stand in quotes";
}

std::string of_list(complaint const& c) {
    if (c.is_end_of_file()) return "the list has no end: expected \"]\"";
    if (c.says("saw comma")) return "expected a value before \",\" in the list";
    return "expected \",\" or \"]\" in the list";
}

std::string of_braces(complaint const& c) {
    if (c.says("dangling comma")) return "expected no \",\" before \"}\"";
    if (c.is_at_end || c.is_end_of_file())
        return "expected \"}\" on this line: what is in braces has no second one";
    if (c.says("comma or closing")) return "expected \",\" or \"}\" behind the value";
    return "expected a key, \"=\" and a value in the braces";
}

bool is_number(complaint const& c) {
    return c.is_of("integer") ||
           (c.is_of("floating-point") && !c.says("'nan'") && !c.says("'inf'"));
}

} // namespace

std::string syntax_words(std::string_view said, std::string_view line, std::size_t column) {
    auto const c = read(said, line, column);
    if (c.says("utf-8")) return "this is no UTF-8: save the file as UTF-8";
    if (c.says("redefine")) return of_what_is_there_twice(c);
    if (c.is_of("comment")) return "a control character in a comment";
    if (c.is_of("string") || c.is_of("unicode scalar")) return of_text(c);
    if (c.is_of("table header")) return of_header(c);
    if (c.is_of("key-value pair")) return of_pair(c);
    if (c.is_of("key")) return "a key needs a name on both sides of \".\", and in front of \"=\"";
    if (c.is_of("inline table")) return of_braces(c);
    if (c.is_of("array")) return of_list(c);
    if (c.is_of("root table")) return "expected a key and \"=\", a [table] or a # comment";
    if (c.is_of("boolean"))
        return "expected true or false, in small letters; a text stands in quotes";
    if (is_number(c)) return of_number(c);
    if (c.is_of("date") || c.is_of("time"))
        return "this is no time; addresses and all other texts stand in quotes";
    return "this is no value: a text stands in quotes, a number, true and false do not";
}

} // namespace sluice::gateway::config
