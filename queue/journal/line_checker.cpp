#include "queue/journal/line_checker.hpp"

namespace sluice::queue {

namespace {

// A part fits into a processor's cache beside the bytes it was made of, and a thread is woken once
// for it.
constexpr std::size_t lines_at_once = 256;
constexpr std::size_t most_parts = 16; // waiting

// The usual first: a kind is compared as text.
checked_line::kind kind_of(journal_line const& line) {
    if (is_full_record(line)) return checked_line::kind::record;
    if (is_void(line)) return checked_line::kind::gap_filler;
    return is_record(line) ? checked_line::kind::record : checked_line::kind::other;
}

} // namespace

void check_line(segment_item const& item, names& table, checked_line& checked) {
    checked.id = item.line.id;
    checked.seq = item.line.seq;
    checked.offset = item.offset;
    checked.line_bytes = item.line.line_bytes;
    checked.body = item.body;
    checked.what = kind_of(item.line);
    if (checked.what == checked_line::kind::record) {
        checked.is_understood = decode(item.line, table, checked.decoded);
    } else if (auto const m = decode_mark(item.line)) {
        checked.what = checked_line::kind::mark;
        checked.as_mark = *m;
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
        check_line(item, names_, part.lines.emplace_back());
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
