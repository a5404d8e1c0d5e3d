// journal cat and journal check: the files line by line.
#include "gateway/cli/journal_inspect.hpp"

#include "codecs/rfc3339.hpp"
#include "gateway/cli/journal_text.hpp"
#include "gateway/telemetry/exit_code.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/replay.hpp"
#include "queue/journal/segment_reader.hpp"

#include <fmt/format.h>

#include <functional>
#include <ostream>

namespace sluice::gateway::cli {

using namespace queue;

namespace {

using boost::system::result;

// One file, whole. Nothing when it was removed since it was listed: a running gateway does that.
struct opened_file {
    std::string name;
    std::string content;
    result<file_header> header = file_header{};
};

result<std::optional<opened_file>> open_file(job_worker& disk, segment_ref const& ref) {
    auto loaded = disk.run({load_job{ref}, 0});
    if (loaded.error == boost::system::errc::no_such_file_or_directory) {
        return std::optional<opened_file>();
    }
    if (loaded.error) return loaded.error;
    auto header = decode_header(loaded.content);
    return std::optional(opened_file{to_string(ref), std::move(loaded.content), header});
}

using visit_item = std::function<void(opened_file const&, segment_item const&)>;

// Calls `visit` for each line and hole of a file; without a header there is one hole.
void walk(opened_file const& from, visit_item const& visit) {
    if (from.header.has_error()) {
        return visit(from, {segment_item::kind::hole, 0, from.content.size(), {}, {}});
    }
    segment_reader reader(from.content, from.header->salt, from.header->line_bytes,
                          [](journal_line const&) { return belief::yes; });
    for (auto item = reader.next(); item.what != segment_item::kind::end; item = reader.next())
        visit(from, item);
}

// Journal first, then history, each in its order. Error: what could not be read.
result<void> walk_all(job_worker& disk, bool with_journal, visit_item const& visit) {
    auto const listed = disk.run({list_job{}, 0});
    if (listed.error) return listed.error;
    for (auto const& entry : listed.entries) {
        if (entry.segment.kind == segment_kind::journal && !with_journal) continue;
        auto const opened = open_file(disk, entry.segment);
        if (opened.has_error()) return opened.error();
        if (*opened) walk(**opened, visit);
    }
    return {};
}

int tell_unreadable(std::ostream& errors, boost::system::error_code ec) {
    errors << "cannot read the journal: " << ec.message() << '\n';
    return exit_cannot_reach;
}

// The moment a record speaks of, as far as its line says.
std::string time_of_line(journal_line const& line) {
    auto fields = line.fields;
    std::string_view key;
    std::string_view value;
    while (next_field(fields, key, value)) {
        if (key == "note") {
            next_part(value); // the attempt's number; its time follows
            value = next_part(value);
        } else if (key != "at" && key != "ended" && key != "rendered" && key != "ready") {
            continue;
        }
        if (auto const time = parse_time(value)) return codecs::to_rfc3339(*time);
    }
    return "-";
}

std::string name_of(journal_line const& line) {
    return line.id.is_nil() ? "-" : to_string(line.id);
}

void print_text(segment_item const& item, bool with_body, std::ostream& out) {
    auto const& line = item.line;
    out << time_of_line(line) << ' ' << line.kind << ' ' << name_of(line) << " seq=" << line.seq;
    auto fields = line.fields;
    std::string_view key;
    std::string_view value;
    while (next_field(fields, key, value)) {
        out << ' ' << key << '=' << (with_body ? std::string(value) : without_contents(key, value));
    }
    if (line.has_body) out << " bytes=" << line.body_bytes;
    out << '\n';
    if (with_body && line.has_body) out << item.body << '\n';
}

void print_json(opened_file const& from, segment_item const& item, bool with_body,
                std::ostream& out) {
    auto const& line = item.line;
    out << R"({"file":)" << json_string(from.name) << R"(,"offset":)" << item.offset << R"(,"seq":)"
        << line.seq << R"(,"kind":)" << json_string(line.kind);
    if (!line.id.is_nil()) out << R"(,"id":")" << to_string(line.id) << '"';
    if (auto const time = time_of_line(line); time != "-") out << R"(,"time":")" << time << '"';
    out << R"(,"fields":{)";
    auto fields = line.fields;
    std::string_view key;
    std::string_view value;
    std::string_view comma;
    std::uint64_t notes = 0; // the only key that comes more than once
    while (next_field(fields, key, value)) {
        auto const name = key == "note" ? fmt::format("note{}", ++notes) : std::string(key);
        auto const shown = with_body ? std::string(value) : without_contents(key, value);
        out << comma << json_string(name) << ':' << json_string(unescape(shown).value_or(""));
        comma = ",";
    }
    out << '}';
    if (line.has_body) out << R"(,"bytes":)" << line.body_bytes;
    if (with_body && line.has_body) {
        out << R"(,"body_base64":")" << base64(item.body) << '"';
    }
    out << "}\n";
}

// A history file is to be whole once it is sealed.
result<void> check_history(job_worker& disk, replay_report& report) {
    std::vector<damage> holes; // of the file at hand
    std::string at_hand;
    return walk_all(disk, false, [&](opened_file const& from, segment_item const& item) {
        if (from.name != at_hand) holes.clear();
        at_hand = from.name;
        if (item.what == segment_item::kind::hole) {
            auto const* const what = from.header.has_error() ? "The file's header is bad."
                                                             : "Entries of the history are bad.";
            auto& into = from.header.has_error() ? report.damages : holes;
            into.push_back({from.name, item.offset, item.bytes, what});
            report.torn_bytes_dropped += from.header.has_error() ? 0 : item.bytes;
        } else if (is_seal(item.line)) {
            for (auto& hole : holes) {
                report.torn_bytes_dropped -= hole.bytes;
                report.damages.push_back(std::move(hole));
            }
            holes.clear();
        } else {
            ++report.kept;
        }
    });
}

void print_damage(damage const& d, bool as_json, std::ostream& out) {
    if (as_json) {
        out << R"({"file":)" << json_string(d.file) << R"(,"offset":)" << d.offset << R"(,"bytes":)"
            << d.bytes << R"(,"what":)" << json_string(d.what) << '}';
        return;
    }
    out << to_text(d);
}

// What `serve` would say of the files.
result<void> examine(job_worker& disk, replay_report& report) {
    names table;
    segment_table segments;
    auto const listed = disk.run({list_job{}, 0});
    if (listed.error) return listed.error;
    auto const read = replay_journal(disk, listed.entries, table, {}, segments, report);
    if (read.has_error()) return read.error();
    return check_history(disk, report);
}

} // namespace

int journal_cat(job_worker& disk, inspect_options const& options, std::ostream& out,
                std::ostream& errors) {
    auto const print = [&](opened_file const& from, segment_item const& item) {
        if (item.what == segment_item::kind::hole) {
            if (!options.as_json) {
                out << fmt::format("- bad - {} offset {}, {} bytes\n", from.name, item.offset,
                                   item.bytes);
            }
        } else if (options.as_json) {
            print_json(from, item, options.with_bodies, out);
        } else {
            print_text(item, options.with_bodies, out);
        }
    };
    auto const done = walk_all(disk, true, print);
    if (done.has_error()) return tell_unreadable(errors, done.error());
    replay_report report;
    auto const examined = examine(disk, report);
    if (examined.has_error()) return tell_unreadable(errors, examined.error());
    return tell_damage(report, errors);
}

int journal_check(job_worker& disk, inspect_options const& options, std::ostream& out,
                  std::ostream& errors) {
    replay_report report;
    auto const examined = examine(disk, report);
    if (examined.has_error()) return tell_unreadable(errors, examined.error());
    if (options.as_json) {
        out << fmt::format(R"({{"segments":{},"bytes":{},"batches":{},"records":{},"finished":{},)"
                           R"("torn_bytes":{},"torn_records":{},"damages":[)",
                           report.segments, report.bytes, report.batches, report.records,
                           report.kept, report.torn_bytes_dropped, report.torn_records_dropped);
        std::string_view comma;
        for (auto const& d : report.damages) {
            out << comma;
            print_damage(d, true, out);
            comma = ",";
        }
        out << "]}\n";
    } else {
        for (auto const& d : report.damages)
            print_damage(d, false, out);
        out << report.text() << '\n';
    }
    return report.damages.empty() ? exit_ok : exit_damaged;
}

} // namespace sluice::gateway::cli
