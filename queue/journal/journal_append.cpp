// The journal: the way in: records into the batch that is being filled.
#include "queue/core/error.hpp"
#include "queue/journal/journal.hpp"

#include <boost/assert.hpp>

#include <algorithm>

namespace sluice::queue {

journal::journal(journal_options const& options, names& table)
    : options_(options)
    , names_(table)
    , random_(options.seed)
    , space_(options.limit)
    , kept_(options_, table, [this] { return random_.next(); }) {}

std::uint64_t journal::capacity_of(segment const& s) const {
    return s.is_made ? s.capacity : options_.segment_bytes;
}

journal_space::files journal::count_segments() const {
    return {segments_.total_bytes(), segments_.prepared_room()};
}

journal_space::files journal::files() const {
    if (!counted_segments_) counted_segments_ = count_segments();
    auto all = *counted_segments_;
    all.used += kept_.total_bytes();
    auto const filling = filling_ ? filling_->size() : 0;
    all.prepared -= std::min<std::uint64_t>(all.prepared, filling);
    return all;
}

boost::system::result<void> journal::reserve(std::uint64_t tasks, std::uint64_t bytes) {
    if (has_failed_ || is_closing_ || !trouble_.empty() || !space_.admits(tasks, bytes, files()))
        return errc::disk_full;
    space_.reserve(tasks, bytes);
    return {};
}

bool journal::reserve_report(std::uint64_t bytes, std::uint64_t callback_bytes) {
    if (has_failed_ || is_closing_ || !space_.admits_report(bytes, callback_bytes)) return false;
    space_.reserve(1, bytes);
    return true;
}

void journal::on_live(location where) {
    segments_.on_live(where);
    space_.live(!is_recovering_ && !is_moving_);
}

void journal::on_released(location where) {
    segments_.on_released(where);
    space_.released();
}

std::optional<appended> journal::append(record const& r, bool is_urgent) {
    if (has_failed_ || has_last_mark_) return std::nullopt;
    bool const is_short = space_.is_short(files());
    if (is_short && std::holds_alternative<retried>(r)) {
        ++counted_.skipped_retries;
        return std::nullopt;
    }
    auto const* const end = std::get_if<finished>(&r);
    std::uint64_t body = 0;
    if (is_short && end != nullptr) {
        record const brief = cut_short(*end, names_, end_room);
        body = add(brief, room_for(brief, names_));
    } else {
        body = add(r, room_for(r, names_));
    }
    if (auto const* const task = std::get_if<accepted>(&r)) {
        if (!is_recovering_) space_.appended(task->task.payload.size());
        last_location_.length = static_cast<std::uint32_t>(task->task.payload.size());
    }
    if (options_.safe.mode != durability::kind::memory) is_urgent_ |= is_urgent;
    return appended{filling_->last(), body};
}

std::uint64_t journal::add(record const& r, std::size_t room) {
    auto& batch = batch_for(room);
    auto const body = batch.add(r, room, names_);
    ++next_record_;
    last_location_ = {batch.where().segment, 0, batch.where().offset + body};
    return body;
}

void journal::append_copy(accepted&& task) {
    auto const id = task.task.id;
    auto const length = static_cast<std::uint32_t>(task.task.payload.size());
    record const r = std::move(task);
    auto const body = add(r, room_for(r, names_));
    copies_.push_back({filling_->last(), id, {filling_->where().segment, length, body}});
    ++counted_.copied_records;
}

journal_batch& journal::batch_for(std::size_t bytes) {
    if (filling_ && filling_->records() != 0) {
        auto const& s = *segments_.find(filling_->where().segment);
        bool const is_full_segment =
            filling_->where().offset + filling_->size() + bytes > capacity_of(s);
        if (is_full_segment || filling_->size() >= options_.batch_bytes) close_batch();
    }
    if (!filling_) begin_batch(bytes);
    return *filling_;
}

void journal::begin_batch(std::size_t bytes) {
    counted_segments_.reset();
    auto const* const s = segments_.current();
    bool const has_room = s != nullptr && s->end + mark_bytes() + bytes <= capacity_of(*s);
    // A record that is larger than a segment stands alone at the head of one.
    bool const is_fresh = s != nullptr && !s->has_batches();
    if (!has_room && !is_fresh) begin_segment();
    auto& here = *segments_.current();
    bool const is_head = !here.has_batches();
    filling_.emplace(next_batch_++, next_record_,
                     journal_batch::place{here.number, salted(here.salt), here.end},
                     std::move(spare_buffer_));
    spare_buffer_.clear();
    if (is_head) {
        here.first_batch = filling_->number();
        repeat_lanes(*filling_);
    }
    here.last_batch = filling_->number();
}

void journal::begin_segment() {
    if (segments_.current() == nullptr) {
        plan_segment();
        return;
    }
    if (segments_.next() == nullptr) plan_segment();
    segments_.advance();
}

segment& journal::plan_segment() {
    segment s;
    s.number = next_segment_++;
    s.salt = random_.next();
    file_header header;
    header.number = s.number;
    header.salt = s.salt;
    header.created = wall_;
    header.first_batch = next_batch_;
    s.header = encode(header);
    s.end = s.written = s.header.size();
    return segments_.add(std::move(s));
}

std::vector<appended> journal::adopt(adopted_slice const& slice,
                                     std::vector<record> const& records) {
    std::vector<appended> places;
    if (has_failed_ || has_last_mark_) return places;
    if (filling_) close_batch();
    std::vector<std::size_t> rooms;
    std::size_t room = 0;
    for (auto const& r : records)
        room += rooms.emplace_back(room_for(r, names_));
    begin_batch(room);
    for (auto const& r : records) {
        if (auto const* const task = std::get_if<accepted>(&r)) {
            space_.reserve(1, task->task.payload.size());
            space_.appended(task->task.payload.size());
        }
        auto const body = filling_->add(r, rooms[places.size()], names_);
        ++next_record_;
        places.push_back({filling_->last(), body});
    }
    filling_->set_adopts(slice);
    close_batch();
    return places;
}

// So that an old segment may go although it says who is paused, or asked for a pause.
void journal::repeat_lanes(journal_batch& batch) {
    if (host_ == nullptr) return;
    std::vector<lane_changed> lanes;
    host_->append_lanes(lanes);
    for (auto& lane : lanes) {
        record const r(std::move(lane));
        batch.add(r, room_for(r, names_), names_);
        ++next_record_;
    }
}

} // namespace sluice::queue
