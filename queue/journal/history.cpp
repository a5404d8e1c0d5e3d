#include "queue/journal/history.hpp"

#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace sluice::queue {

namespace {

// What may wait in memory while the disk is away; beyond it entries are dropped.
constexpr std::size_t most_pending = 8 << 20;

// Memory for entries that is kept for the next ones.
constexpr std::size_t kept_buffer = 256 << 10;

// A file holds at most this share of what is kept, so that cutting one is a small step.
constexpr int parts_of_retention = 8;

segment_ref part_ref(std::uint32_t number) {
    return {segment_kind::history, number};
}

} // namespace

history::history(journal_options const& options, names& table, std::function<std::uint64_t()> salt)
    : options_(options)
    , names_(table)
    , salt_(std::move(salt)) {}

history::part const* history::find_part(std::uint32_t number) const {
    auto const found = std::ranges::lower_bound(parts_, number, {}, &part::number);
    return found != parts_.end() && found->number == number ? &*found : nullptr;
}

void history::begin_part(wall_time now) {
    part p;
    p.number = next_number_++;
    p.salt = salt_();
    p.created = p.newest = now;
    p.after = newest_number_;
    file_header header;
    header.is_history = true;
    header.number = p.number;
    header.salt = p.salt;
    header.created = now;
    header.after = p.after;
    p.header = encode(header);
    p.end = p.written = p.header.size();
    add_part(std::move(p));
}

void history::add_part(part&& p) {
    // Each is made before the next is begun.
    older_bytes_ += parts_.empty() ? 0 : parts_.back().end;
    p.line_salt = salted(p.salt);
    parts_.push_back(std::move(p));
}

bool history::is_due_for_rotation(part const& p) const {
    return p.end >= std::min(options_.history_segment_bytes, part_limit_) ||
           p.ids.size() >=
               std::max<std::uint64_t>(1, options_.retention_count / parts_of_retention) ||
           p.newest - p.created >= options_.retention_time / parts_of_retention;
}

void history::enter(part& p, task_id id, std::uint64_t offset, wall_time ended) {
    index_.insert_or_assign(id, place{p.number, static_cast<std::uint32_t>(offset), ended});
    p.ids.push_back(id);
    p.newest = std::max(p.newest, ended);
}

bool history::is_to_keep(finished const& end, sequence number) const {
    if (!is_on()) return false;
    auto const entry = index_.find(end.id);
    if (entry != index_.end() && entry->second.ended == end.at) return false;
    return parts_.empty() || number > parts_.front().after;
}

bool history::add(accepted const& task, finished const& end, sequence number) {
    if (!is_on()) return true;
    auto const room = room_for(task, end, names_);
    if (pending_.size() + room > most_pending) return false;
    if (parts_.empty() || parts_.back().is_full) begin_part(end.at);
    auto& p = parts_.back();
    auto const before = pending_.size();
    if (before == 0 && spare_.capacity() > pending_.capacity()) pending_.swap(spare_);
    pending_.resize(before + room);
    auto const* const last =
        encode(task, end, names_, number, p.line_salt, pending_.data() + before).end;
    pending_.resize(static_cast<std::size_t>(last - pending_.data()));
    if (before == 0) first_pending_ = number;
    enter(p, task.task.id, p.end, end.at);
    p.end += pending_.size() - before;
    newest_number_ = std::max(newest_number_, number);
    return true;
}

bool history::is_behind() const {
    return pending_.size() > most_pending / 2;
}

std::vector<task_id> history::newest(std::size_t max, task_id after) const {
    std::vector<task_id> found;
    std::uint32_t from = 0; // the part that holds `after`
    if (!after.is_nil()) {
        auto const entry = index_.find(after);
        if (entry == index_.end()) return found;
        from = entry->second.part;
    }
    bool is_behind = from == 0;
    for (auto p = parts_.rbegin(); p != parts_.rend(); ++p) {
        if (!is_behind && p->number > from) continue;
        for (auto id = p->ids.rbegin(); id != p->ids.rend(); ++id) {
            if (!is_behind) {
                is_behind = *id == after;
                continue;
            }
            if (found.size() == max) return found;
            auto const entry = index_.find(*id);
            if (entry != index_.end() && entry->second.part == p->number) found.push_back(*id);
        }
    }
    return found;
}

segment_write history::take_write() {
    if (pending_.empty() || in_flight_part_ != 0 || !parts_.back().is_made) return {};
    auto& p = parts_.back();
    segment_write job{part_ref(p.number), p.end - pending_.size(), std::move(pending_)};
    pending_.clear();
    first_in_flight_ = std::exchange(first_pending_, 0);
    in_flight_part_ = p.number;
    in_flight_end_ = p.end;
    p.is_full = is_due_for_rotation(p);
    return job;
}

std::uint64_t history::on_written(bool ok, std::string&& buffer) {
    if (buffer.capacity() <= kept_buffer) {
        spare_ = std::move(buffer);
        spare_.clear();
    }
    auto const found = std::ranges::lower_bound(parts_, in_flight_part_, {}, &part::number);
    in_flight_part_ = 0;
    first_in_flight_ = 0;
    if (found == parts_.end()) return 0;
    auto& p = *found;
    std::uint64_t lost = 0;
    for (auto id = p.ids.rbegin(); !ok && id != p.ids.rend(); ++id) {
        auto const entry = index_.find(*id);
        if (entry == index_.end() || entry->second.part != p.number) continue;
        if (entry->second.offset >= in_flight_end_) continue; // not yet handed out
        if (entry->second.offset < p.written) break;
        index_.erase(entry);
        ++lost;
    }
    p.written = in_flight_end_;
    p.has_holes |= !ok;
    return lost;
}

bool history::is_write_due() const {
    return !pending_.empty() && in_flight_part_ == 0 && parts_.back().is_made;
}

sequence history::first_unwritten() const {
    return first_in_flight_ != 0 ? first_in_flight_ : first_pending_;
}

history::whereabouts history::find(task_id id) const {
    whereabouts out;
    auto const entry = index_.find(id);
    if (entry == index_.end()) return out;
    auto const* const p = find_part(entry->second.part);
    BOOST_ASSERT(p != nullptr); // a cut takes its entries along
    auto const offset = entry->second.offset;
    out.salt = p->salt;
    if (p->is_made && offset < p->written) {
        out.where = presence::written;
        out.job = {part_ref(p->number), p->salt, offset};
    } else if (auto const from = p->end - pending_.size(); p == &parts_.back() && offset >= from) {
        out.where = presence::waiting;
        out.bytes = std::string_view(pending_).substr(offset - from);
    } else {
        out.where = presence::under_way;
    }
    return out;
}

std::optional<prepare_job> history::to_prepare() {
    if (parts_.empty() || parts_.back().is_made) return std::nullopt;
    auto const& p = parts_.back();
    return prepare_job{part_ref(p.number), p.header, 0};
}

void history::on_prepared() {
    parts_.back().is_made = true;
}

std::optional<seal_job> history::to_seal() {
    for (auto const& p : parts_) {
        if (!p.is_full || p.is_sealed) continue;
        if (p.written != p.end) return std::nullopt;
        auto line = p.has_holes ? std::string() : encode_seal(p.ids.size(), salted(p.salt));
        return seal_job{{part_ref(p.number), p.end, std::move(line)}};
    }
    return std::nullopt;
}

void history::on_sealed() {
    auto const first =
        std::ranges::find_if(parts_, [](part const& p) { return p.is_full && !p.is_sealed; });
    if (first != parts_.end()) first->is_sealed = true;
}

std::optional<segment_ref> history::to_cut(wall_time now, bool must_give_way) {
    if (parts_.empty()) return std::nullopt;
    bool const is_too_old = parts_.front().newest + options_.retention_time <= now;
    bool const is_too_many = index_.size() >= options_.retention_count + parts_.front().ids.size();
    if (!is_too_old && !is_too_many && !must_give_way) return std::nullopt;
    is_cut_early_ = !is_too_old && !is_too_many;
    if (parts_.front().is_sealed) return part_ref(parts_.front().number);
    if (must_give_way) return to_give_up();
    auto& oldest = parts_.front();
    // Nothing was added for a long time: it will be sealed, then cut.
    if (is_too_old && oldest.is_made && oldest.written == oldest.end) oldest.is_full = true;
    return std::nullopt;
}

// The oldest file as it stands, unless bytes are on their way to it.
std::optional<segment_ref> history::to_give_up() {
    auto const& oldest = parts_.front();
    if (in_flight_part_ == oldest.number || !oldest.is_made) return std::nullopt;
    if (parts_.size() == 1) {
        if (oldest.ids.empty()) return std::nullopt; // it holds nothing but its header
        lost_ += drop_pending();
        // What comes next says up to where the journal's ends were dealt with.
        begin_part(parts_.front().newest);
    }
    return part_ref(parts_.front().number);
}

// They are the last ones of the last part.
std::uint64_t history::drop_pending() {
    if (pending_.empty()) return 0;
    auto& p = parts_.back();
    auto const from = p.end - pending_.size();
    std::uint64_t lost = 0;
    while (!p.ids.empty()) {
        auto const entry = index_.find(p.ids.back());
        bool const is_here = entry != index_.end() && entry->second.part == p.number;
        if (is_here && entry->second.offset < from) break;
        if (is_here) {
            index_.erase(entry);
            ++lost;
        }
        p.ids.pop_back();
    }
    p.end = from;
    pending_.clear();
    first_pending_ = 0;
    return lost;
}

std::optional<wall_time> history::newest_end() const {
    if (parts_.empty()) return std::nullopt;
    return parts_.back().newest;
}

void history::on_cut() {
    auto const number = parts_.front().number;
    auto const before = index_.size();
    for (auto const& id : parts_.front().ids) {
        auto const entry = index_.find(id);
        if (entry != index_.end() && entry->second.part == number) index_.erase(entry);
    }
    if (is_cut_early_) gave_way_ += before - index_.size();
    if (parts_.size() > 1) older_bytes_ -= parts_.front().end;
    parts_.pop_front();
}

std::vector<segment_ref> history::unsynced() const {
    std::vector<segment_ref> all;
    for (auto const& p : parts_) {
        if (!p.is_sealed && p.is_made) all.push_back(part_ref(p.number));
    }
    return all;
}

boost::system::result<kept_task> history::decode(std::string_view bytes, std::uint64_t salt) {
    auto const line = parse_line(bytes, salted(salt));
    if (!line || !queue::is_kept(*line)) return make_error_code(journal_errc::bad_checksum);
    return decode_kept(*line, bytes.substr(line->line_bytes, line->body_bytes), names_);
}

} // namespace sluice::queue
