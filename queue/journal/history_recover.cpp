// The start of history.hpp: reading its files back.
#include "queue/journal/history.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/segment_reader.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

using boost::system::result;

// When the task of a "kept" line ended.
wall_time ended_at(journal_line const& line) {
    auto fields = line.fields;
    std::string_view key;
    std::string_view value;
    while (next_field(fields, key, value)) {
        if (key == "ended") return parse_time(value).value_or(wall_time{});
    }
    return {};
}

belief believe_history(journal_line const& line) {
    return is_kept(line) || is_seal(line) ? belief::yes : belief::no;
}

} // namespace

// Enters what is whole; whether the file was sealed.
bool history::recover_entries(part& p, std::string_view content, std::uint64_t start,
                              replay_visitor const& visitor, replay_report& report) {
    segment_reader reader(content, p.salt, start, believe_history);
    std::vector<damage> holes;
    bool is_sealed = false;
    for (auto item = reader.next(); item.what != segment_item::kind::end; item = reader.next()) {
        if (item.what == segment_item::kind::hole) {
            holes.push_back({to_string(segment_ref{segment_kind::history, p.number}), item.offset,
                             item.bytes, "Entries of the history were synced and are bad."});
            continue;
        }
        p.end = item.offset + item.bytes;
        if (is_seal(item.line)) {
            is_sealed = true;
            continue;
        }
        enter(p, item.line.id, item.offset, ended_at(item.line));
        newest_number_ = std::max(newest_number_, item.line.seq);
        ++report.kept;
        // Only what has a key is of interest to anyone before it is looked up.
        auto const has = [&](std::string_view field) {
            return item.line.fields.find(field) != std::string_view::npos;
        };
        if (!visitor.on_kept || (!has(" idem=") && !has(" content="))) continue;
        if (auto entry = decode_kept(item.line, {}, names_); entry.has_value()) {
            visitor.on_kept(std::move(*entry));
        }
    }
    if (is_sealed) {
        std::ranges::move(holes, std::back_inserter(report.damages));
    } else {
        p.has_holes = !holes.empty();
        for (auto const& hole : holes)
            report.torn_bytes_dropped += hole.bytes;
    }
    return is_sealed;
}

result<void> history::recover_part(job_worker& disk, segment_ref const& ref,
                                   replay_visitor const& visitor, replay_report& report) {
    auto const loaded = disk.run({load_job{ref}, 0});
    if (loaded.error) return loaded.error;
    auto const& content = loaded.content;
    auto const header = decode_header(content);
    if (header.has_error() && header.error() == journal_errc::newer_format) return header.error();
    part p;
    p.number = ref.number;
    next_number_ = p.number + 1;
    if (header.has_error() || !header->is_history || header->number != p.number) {
        report.damages.push_back({to_string(ref), 0, content.size(), "The file's header is bad."});
        return {};
    }
    p.salt = header->salt;
    p.is_made = true;
    p.after = header->after;
    p.created = p.newest = header->created;
    p.end = header->line_bytes;
    newest_number_ = std::max(newest_number_, p.after);
    p.is_sealed = recover_entries(p, content, header->line_bytes, visitor, report);
    p.is_full = p.is_sealed;
    p.written = p.end;
    add_part(std::move(p));
    return {};
}

result<void> history::recover(job_worker& disk, std::vector<segment_entry> const& all,
                              replay_visitor const& visitor, replay_report& report) {
    for (auto const& entry : all) {
        if (entry.segment.kind != segment_kind::history) continue;
        if (auto const done = recover_part(disk, entry.segment, visitor, report);
            done.has_error()) {
            return done.error();
        }
    }
    for (auto& p : parts_) {
        if (p.is_sealed) continue;
        // What is torn behind the last whole entry must not be found behind the next one.
        cut_job const cut{{segment_kind::history, p.number}, p.end, false};
        if (auto const done = disk.run({cut, 0}); done.error) return done.error;
        p.is_full = &p != &parts_.back();
    }
    return {};
}

} // namespace sluice::queue
