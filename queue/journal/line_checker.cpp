#include "queue/journal/line_checker.hpp"

namespace sluice::queue {

namespace {

// A part fits into a processor's cache beside the bytes it was made of, and a thread is woken once
// for it.
constexpr std::size_t lines_at_once = 256;
constexpr std::size_t most_parts = 16; // waiting

// Whether there is nothing in it that a checked_line has no room for.
bool is_plain(accepted const& r) {
    return !r.task.extras && r.task.expires_at == never && r.state == task_state::scheduled &&
           r.attempts == 0 && r.next_attempt_at == wall_time{} && r.finished_at == wall_time{};
}

using line_kind = checked_line::kind;

line_kind take_full_record(journal_line const& line, names& table, checked_line& checked,
                           std::vector<record>& records) {
    accepted r;
    if (!decode(line, table, r)) return line_kind::newer;
    if (!is_plain(r)) {
        records.emplace_back(std::move(r));
        return line_kind::record;
    }
    checked.lane = r.task.lane;
    checked.account = r.task.account;
    checked.accepted_at = r.task.accepted_at;
    checked.not_before = r.task.not_before;
    return line_kind::task;
}

} // namespace

void checked_lines::add(segment_item const& item, names& table) {
    auto const& line = item.line;
    auto& checked = lines.emplace_back();
    checked.id = line.id;
    checked.seq = line.seq;
    checked.offset = static_cast<std::uint32_t>(item.offset);
    checked.line_bytes = static_cast<std::uint32_t>(line.line_bytes);
    checked.body_bytes = static_cast<std::uint32_t>(item.body.size());
    if (is_full_record(line)) {
        checked.what = take_full_record(line, table, checked, records);
    } else if (is_void(line)) {
        checked.what = line_kind::gap_filler;
    } else if (is_record(line)) {
        record r;
        bool const is_understood = decode(line, table, r);
        checked.what = is_understood ? line_kind::record : line_kind::newer;
        if (is_understood) records.push_back(std::move(r));
    } else if (auto const m = decode_mark(line)) {
        checked.what = line_kind::mark;
        marks.push_back(*m);
    }
}

line_checker::line_checker(job_worker& disk, std::vector<segment_ref> all,
                           std::vector<std::shared_ptr<loaded_segment>> known)
    : loader_(disk, std::move(all), std::move(known))
    , parts_(most_parts) {
    thread_ = std::thread([this] {
        try {
            work();
            parts_.finish();
        } catch (...) {
            parts_.finish(std::current_exception());
        }
    });
}

line_checker::~line_checker() {
    parts_.close();
    loader_.close();
    thread_.join();
}

void line_checker::work() {
    while (auto const segment = loader_.next()) {
        if (!check(segment)) return;
    }
}

// False: nobody wants more.
bool line_checker::check(std::shared_ptr<loaded_segment> const& segment) {
    auto const begin = [&](bool is_first) {
        checked_part part;
        part.of = segment;
        part.is_first = is_first;
        return part;
    };
    auto part = begin(true);
    if (segment->error || segment->header.has_error()) {
        part.is_last = true;
        return parts_.push(std::move(part));
    }
    auto const& header = *segment->header;
    segment_reader reader(segment->content, header.salt, header.line_bytes,
                          [](journal_line const&) { return belief::yes; });
    part.end = header.line_bytes;
    part.lines.reserve(lines_at_once);
    auto item = reader.next();
    for (; item.what == segment_item::kind::line; item = reader.next()) {
        part.add(item, names_);
        part.end = item.offset + item.bytes;
        if (part.lines.size() < lines_at_once) continue;
        auto const end = part.end;
        part.fresh = fresh_.take_new(names_);
        if (!parts_.push(std::move(part))) return false;
        part = begin(false);
        part.end = end;
        part.lines.reserve(lines_at_once);
    }
    part.is_last = true;
    part.is_at_end = item.what == segment_item::kind::end;
    part.fresh = fresh_.take_new(names_);
    return parts_.push(std::move(part));
}

} // namespace sluice::queue
