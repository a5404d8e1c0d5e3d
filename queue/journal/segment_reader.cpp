#include "queue/journal/segment_reader.hpp"

#include <cstring>

namespace sluice::queue {

namespace {

constexpr std::string_view line_begin = "#J1 ";

} // namespace

bool is_all_zero(std::string_view bytes) {
    if (bytes.empty()) return true;
    return bytes.front() == '\0' &&
           std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

segment_reader::segment_reader(std::string_view content, std::uint64_t salt, std::uint64_t start,
                               believe b)
    : content_(content)
    , salt_(salted(salt))
    , believe_(std::move(b))
    , at_(start) {}

bool segment_reader::whole_at(std::size_t position, segment_item& item) const {
    auto const bytes = content_.substr(position);
    auto const line = parse_line(bytes, salt_);
    if (!line) return false;
    auto const body = body_of(*line, bytes, salt_);
    if (!body) return false;
    item.line = *line;
    item.body = *body;
    return true;
}

segment_item segment_reader::next() {
    segment_item item{segment_item::kind::line, at_, 0, {}, {}};
    auto const trust = whole_at(at_, item) ? believe_(item.line) : belief::no;
    if (trust == belief::no) return hole_from_here();
    if (trust == belief::gap && !was_gap_) {
        was_gap_ = true;
        return {segment_item::kind::hole, at_, 0, {}, {}};
    }
    was_gap_ = false;
    item.bytes = item.line.total_bytes();
    at_ += item.bytes;
    return item;
}

bool segment_reader::next_whole(segment_item& item) {
    if (!whole_at(at_, item)) return false;
    item.what = segment_item::kind::line;
    item.offset = at_;
    item.bytes = item.line.total_bytes();
    at_ += item.bytes;
    return true;
}

// The next record may begin anywhere: the newline before it may be among the bad bytes. Only the
// salted checksum tells it from a body that looks like one.
segment_item segment_reader::hole_from_here() {
    auto const begin = at_;
    if (is_all_zero(content_.substr(begin))) return {segment_item::kind::end, begin, 0, {}, {}};
    for (auto p = content_.find(line_begin, begin + 1); p != std::string_view::npos;
         p = content_.find(line_begin, p + 1)) {
        segment_item found;
        if (!whole_at(p, found) || believe_(found.line) == belief::no) continue;
        at_ = p;
        was_gap_ = true; // this hole is the gap
        return {segment_item::kind::hole, begin, p - begin, {}, {}};
    }
    at_ = content_.find_last_not_of('\0') + 1;
    return {segment_item::kind::hole, begin, at_ - begin, {}, {}};
}

} // namespace sluice::queue
