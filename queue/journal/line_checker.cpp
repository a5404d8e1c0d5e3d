#include "queue/journal/line_checker.hpp"

namespace sluice::queue {

namespace {

constexpr std::size_t most_parts = 16; // waiting
// Of a line that reaches over a piece's end. A longer one is left to the replay, as bad bytes are.
constexpr std::size_t longest_crossing = std::size_t{1} << 20;
constexpr std::size_t least_added = 4096;

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

// Takes one segment apart: what is whole in a piece, then the line that reaches into the next one.
class line_checker::pass {
  public:
    explicit pass(line_checker& owner)
        : owner_(owner) {}

    // False: nobody wants more, or there was an error, which has been handed on.
    bool check(std::shared_ptr<segment_piece> const& first);

  private:
    enum class found : std::uint8_t { line, bad_bytes, nothing_more };

    void begin_part(bool is_first);
    bool hand_on();
    bool read_on();
    bool check_lines();
    found cross_over();
    found gather(std::string& line);
    bool skip_rest(bool& is_zero);
    std::string_view rest() const {
        return std::string_view(piece_->content).substr(at_ - piece_->begin);
    }

    line_checker& owner_;
    std::shared_ptr<segment_piece> piece_;
    std::uint64_t salt_ = 0;
    std::uint64_t at_ = 0; // in the segment: where the next line begins
    checked_part part_;
};

bool line_checker::pass::check(std::shared_ptr<segment_piece> const& first) {
    piece_ = first;
    begin_part(true);
    part_.is_last = first->error || first->header.has_error();
    if (first->error) return hand_on();
    bool is_zero = false;
    if (part_.is_last) {
        if (!skip_rest(is_zero)) return false;
        part_.bytes = piece_->end();
        return hand_on();
    }
    salt_ = first->header->salt;
    at_ = part_.end = first->header->line_bytes;
    auto next = found::line;
    while (next == found::line) {
        if (!check_lines()) return false;
        if (piece_->is_last || rest().starts_with('\0')) break;
        next = cross_over();
    }
    if (next == found::nothing_more) return false;
    is_zero = next == found::line && is_all_zero(rest());
    if (!skip_rest(is_zero)) return false;
    part_.is_last = true;
    part_.is_at_end = is_zero;
    part_.bytes = piece_->end();
    return hand_on();
}

void line_checker::pass::begin_part(bool is_first) {
    part_ = {};
    part_.of = piece_;
    part_.is_first = is_first;
    part_.end = at_;
    part_.lines.reserve(lines_at_once);
}

bool line_checker::pass::hand_on() {
    part_.fresh = owner_.fresh_.take_new(owner_.names_);
    bool const is_wanted = owner_.parts_.push(std::move(part_));
    begin_part(false);
    return is_wanted;
}

bool line_checker::pass::read_on() {
    piece_ = owner_.loader_.next();
    if (!piece_) return false;
    if (!piece_->error) return true;
    begin_part(part_.is_first);
    part_.is_last = true;
    hand_on();
    return false;
}

bool line_checker::pass::check_lines() {
    part_.of = piece_;
    segment_reader reader(piece_->content, salt_, at_ - piece_->begin, {});
    segment_item item;
    while (reader.next_whole(item)) {
        item.offset = at_;
        at_ += item.bytes;
        part_.add(item, owner_.names_);
        part_.end = at_;
        if (part_.lines.size() == lines_at_once && !hand_on()) return false;
    }
    return true;
}

// A line that ends in a later piece stands in a part of its own, beside a copy of its bytes.
line_checker::pass::found line_checker::pass::cross_over() {
    bool const is_full = part_.is_first || !part_.lines.empty();
    if (is_full && !hand_on()) return found::nothing_more;
    auto seam = std::make_shared<segment_piece>();
    seam->begin = at_;
    seam->content = rest();
    if (!read_on()) return found::nothing_more;
    if (seam->content.empty()) return found::line;
    auto const done = gather(seam->content);
    if (done != found::line) return done;
    segment_reader reader(seam->content, salt_, 0, {});
    segment_item item;
    if (!reader.next_whole(item)) return found::bad_bytes;
    item.offset = at_;
    at_ += item.bytes;
    part_.of = std::move(seam);
    part_.add(item, owner_.names_);
    part_.end = at_;
    return hand_on() ? found::line : found::nothing_more;
}

// Adds what follows, piece by piece, until a line and its body may be whole. It ends in `piece_`.
line_checker::pass::found line_checker::pass::gather(std::string& line) {
    auto const salt = salted(salt_);
    std::size_t taken = 0; // of the piece
    for (;;) {
        auto const begun = parse_line(line, salt);
        if (begun && begun->total_bytes() <= line.size()) return found::line;
        if (!begun && line.size() >= longest_crossing) return found::bad_bytes;
        auto const more = begun ? begun->total_bytes() - line.size() : line.size() + least_added;
        auto const left = std::string_view(piece_->content).substr(taken);
        if (!left.empty()) {
            auto const added = left.substr(0, more);
            line += added;
            taken += added.size();
        } else if (piece_->is_last) {
            return found::bad_bytes;
        } else {
            if (!read_on()) return found::nothing_more;
            taken = 0;
        }
    }
}

// False: nothing more comes. `is_zero` is left only where there is nothing else.
bool line_checker::pass::skip_rest(bool& is_zero) {
    while (!piece_->is_last) {
        if (!read_on()) return false;
        is_zero = is_zero && is_all_zero(piece_->content);
    }
    return true;
}

line_checker::line_checker(job_worker& disk, std::vector<segment_ref> all,
                           std::uint64_t piece_bytes)
    : loader_(disk, std::move(all), piece_bytes)
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
    while (auto const first = loader_.next()) {
        if (!pass(*this).check(first)) return;
    }
}

} // namespace sluice::queue
