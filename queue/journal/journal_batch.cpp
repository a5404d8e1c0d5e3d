#include "queue/journal/journal_batch.hpp"

#include <boost/assert.hpp>

#include <algorithm>

namespace sluice::queue {

namespace {
constexpr std::size_t first_buffer = 64 << 10; // bytes
constexpr std::size_t step = 2 << 10;          // bytes; some four records
} // namespace

journal_batch::journal_batch(std::uint64_t number, sequence first, place where,
                             std::string&& buffer)
    : number_(number)
    , first_(first)
    , where_(where)
    , bytes_(std::move(buffer))
    , used_(mark_bytes()) {
    bytes_.reserve(first_buffer);
    if (bytes_.size() < used_) bytes_.resize(used_);
}

// Grows by small steps: whatever is added is zeroed first, and a batch of few records would pay for
// the memory of a large one. What the batch before it used is there already, with its old bytes:
// none is given away that was not written again.
char* journal_batch::make_room(std::size_t bytes) {
    if (bytes_.size() < used_ + bytes) bytes_.resize(used_ + std::max(bytes, step));
    return bytes_.data() + used_;
}

std::uint64_t journal_batch::add(record const& r, std::size_t room, names const& table) {
    char* const out = make_room(room);
    auto const done = encode(r, table, first_ + records_, where_.salt, out);
    auto const body = done.body_offset == 0 ? 0 : used_ + done.body_offset;
    used_ += static_cast<std::size_t>(done.end - out);
    BOOST_ASSERT(used_ <= bytes_.size());
    ++records_;
    return body;
}

std::uint64_t journal_batch::drop(bool with_ends) {
    std::string const before = std::move(bytes_);
    bytes_.clear();
    bytes_.reserve(std::max(first_buffer, before.size()));
    bytes_.resize(mark_bytes());
    auto rest = std::string_view(before).substr(0, used_);
    rest.remove_prefix(mark_bytes());
    used_ = mark_bytes();
    std::uint64_t dropped = 0;
    while (!rest.empty()) {
        auto const line = parse_line(rest, where_.salt);
        BOOST_ASSERT(line); // we wrote it ourselves
        auto const whole = rest.substr(0, line->total_bytes());
        char* const out = make_room(whole.size() + line_room + field_room);
        bool const is_task = is_full_record(*line);
        if (is_task || (with_ends && is_end(*line))) {
            used_ += static_cast<std::size_t>(encode_void(line->seq, where_.salt, out).end - out);
            dropped += is_task;
        } else {
            used_ += whole.copy(out, whole.size());
        }
        rest.remove_prefix(whole.size());
    }
    return dropped;
}

std::string journal_batch::take_bytes(std::uint64_t synced) {
    encode(mark{number_, synced, first_, records_}, where_.salt, bytes_.data());
    bytes_.resize(used_);
    return std::move(bytes_);
}

} // namespace sluice::queue
