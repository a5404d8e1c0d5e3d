#include "codecs/utf8.hpp"
#include "gateway/cli/declared.hpp"
#include "gateway/cli/examples.hpp"
#include "gateway/telemetry/exit_code.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway::cli {

namespace {

// Text of which roff takes nothing for a request or an escape. Valid UTF-8; what is not ASCII is
// written as roff's escape for its code point, which every roff reads.
std::string roff(std::string_view text) {
    std::string out;
    bool is_line_start = true;
    while (!text.empty()) {
        auto const length = std::max<std::size_t>(1, codecs::utf8_sequence_length(text));
        auto const c = text.front();
        if (is_line_start && (c == '.' || c == '\'')) out += "\\&";
        is_line_start = c == '\n';
        if (length > 1)
            out += fmt::format("\\[u{:04X}]",
                               static_cast<std::uint32_t>(codecs::utf8_code_point(text)));
        else if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
        text.remove_prefix(length);
    }
    return out;
}

std::string heading(std::string_view page, std::string_view section, std::string_view version,
                    std::string_view what) {
    return fmt::format(".TH {} {} \"\" \"Sluice {}\" \"{}\"\n", page, section, version, what);
}

std::string flag_entry(declared_flag const& flag) {
    std::string names;
    for (auto const& name : flag.names)
        names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", roff(name));
    if (!flag.is_positional && !flag.value.empty())
        names += fmt::format(" \\fI{}\\fR", roff(flag.value));
    auto text = fmt::format(".TP\n{}\n{}", names, roff(flag.description));
    if (!flag.words.empty())
        text += fmt::format(" ({})", roff(fmt::format("{}", fmt::join(flag.words, ", "))));
    return text + ".\n";
}

std::string synopsis_of(declared_command const& of) {
    auto text = fmt::format("\\fBsluice {}\\fR", roff(of.path));
    bool has_flags = false;
    for (auto const& flag : of.flags)
        has_flags = has_flags || !flag.is_positional;
    if (has_flags) text += " [\\fIflags\\fR]";
    for (auto const& flag : of.flags) {
        if (!flag.is_positional) continue;
        auto const name =
            fmt::format("\\fI{}\\fR{}", roff(flag.names.front()), flag.takes_many ? "..." : "");
        text += flag.is_required ? " " + name : " [" + name + "]";
    }
    return text;
}

std::string command_entry(declared_command const& of) {
    auto text = fmt::format(".SS {}\n{}.\n", synopsis_of(of), roff(of.description));
    for (auto const& flag : of.flags) {
        if (flag.names.back().starts_with("--help")) continue;
        text += flag_entry(flag);
    }
    for (auto const& each : examples()) {
        if (each.command == of.path)
            text += fmt::format(".PP\n.EX\n    sluice {}\n.EE\n{}.\n", roff(each.line),
                                roff(each.what));
    }
    return text;
}

// Markdown's marks around code mean nothing here.
std::string without_marks(std::string text) {
    std::erase(text, '`');
    return text;
}

std::string table_heading(std::string_view table) {
    if (table.empty()) return ".SS Above the first table\n";
    return fmt::format(".SS [{}]\n", roff(table));
}

std::string key_entry(config::reference_row const& row) {
    auto text = fmt::format(".TP\n\\fB{}\\fR ({}{}{})\n{}", roff(row.key), roff(row.type),
                            row.bounds.empty() ? "" : ": ", roff(row.bounds),
                            roff(without_marks(row.what)));
    text += fmt::format("\nDefault: {}.", roff(without_marks(row.fallback)));
    return text + (row.needs_restart ? " Needs a restart.\n" : "\n");
}

} // namespace

std::string program_manual(std::span<declared_command const> all, std::string_view version) {
    auto text = heading("SLUICE", "1", version, "Sluice Manual");
    text +=
        ".SH NAME\nsluice \\- an asynchronous webhook gateway\n"
        ".SH SYNOPSIS\n\\fBsluice\\fR \\fIcommand\\fR [\\fIflags\\fR]\n"
        ".SH DESCRIPTION\n"
        "Sluice takes calls, makes them safe on disk, answers 202, and delivers them later: at "
        "their time, at the pace the destination can bear, until they are delivered or dead. "
        "One binary serves, checks configurations, asks and changes a running gateway, looks "
        "into a data directory and tests under load.\n.PP\n"
        "Verbs that ask a gateway print a table with ages to a terminal, cut to its width, and "
        "lines to a pipe; \\fB\\-\\-output\\fR chooses. On a terminal those that take something "
        "away ask first; where standard input is none nobody is asked, as with \\fBrm\\fR(1).\n"
        ".SH COMMANDS\n";
    for (auto const& each : all) {
        if (!each.path.empty() && each.below.empty()) text += command_entry(each);
    }
    text += ".SH ENVIRONMENT\n";
    for (auto const& each : variables())
        text += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", roff(each.name), roff(each.text));
    text += ".SH EXIT STATUS\n";
    for (auto const& [code, meaning] : exit_meanings)
        text += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", static_cast<int>(code), roff(meaning));
    return text + ".SH SEE ALSO\n\\fBsluice.toml\\fR(5)\n";
}

std::string configuration_manual(std::span<config::reference_row const> keys,
                                 std::string_view version) {
    auto text = heading("SLUICE.TOML", "5", version, "Sluice Manual");
    text +=
        ".SH NAME\nsluice.toml \\- configuration of the sluice webhook gateway\n"
        ".SH DESCRIPTION\n"
        "A file in TOML, named by \\fBsluice serve \\-\\-config\\fR or SLUICE_CONFIG and checked "
        "by \\fBsluice check\\fR. Flags and the environment count before it. SIGHUP reads it "
        "again; keys that need a restart say so. A duration is \"250ms\", \"5s\", \"2m\", "
        "\"1h\", \"7d\" or a number of seconds; a size \"64KiB\", \"1MiB\", \"8GiB\" or a "
        "number of bytes.\n"
        ".SH KEYS\n";
    std::string_view table = "?";
    for (auto const& row : keys) {
        if (row.table != table) text += table_heading(row.table);
        table = row.table;
        text += key_entry(row);
    }
    return text + ".SH SEE ALSO\n\\fBsluice\\fR(1)\n";
}

} // namespace sluice::gateway::cli
