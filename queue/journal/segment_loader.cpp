#include "queue/journal/segment_loader.hpp"

#include "queue/journal/journal_error.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

constexpr std::uint64_t least_piece = 4096; // a header fits into it
// Of whole segments: one is read, one is used.
constexpr std::size_t least_pieces = 2;

void take_header(loaded_segment& s) {
    s.header = decode_header(s.content);
    if (s.header.has_value() && (s.header->is_history || s.header->number != s.ref.number)) {
        s.header = make_error_code(journal_errc::bad_checksum);
    }
}

} // namespace

loaded_segment load_segment(job_worker& disk, segment_ref const& ref, std::string* room) {
    auto loaded = disk.run({load_job{ref, room}, 0});
    loaded_segment s;
    s.ref = ref;
    s.error = loaded.error;
    if (s.error) return s;
    s.content = std::move(loaded.content);
    take_header(s);
    return s;
}

segment_loader::segment_loader(job_worker& disk, std::vector<segment_ref> all,
                               std::uint64_t piece_bytes)
    : disk_(disk)
    , all_(std::move(all))
    , piece_bytes_(std::max(piece_bytes, least_piece))
    , rooms_(std::make_shared<rooms>(most_pieces))
    , loaded_(1) {
    for (std::size_t i = 0; i < least_pieces; ++i)
        rooms_->push({});
    thread_ = std::thread([this] {
        try {
            work();
            loaded_.finish();
        } catch (...) {
            loaded_.finish(std::current_exception());
        }
    });
}

segment_loader::~segment_loader() {
    close();
    thread_.join();
}

void segment_loader::close() {
    rooms_->close();
    loaded_.close();
}

void segment_loader::work() {
    for (auto const& ref : all_) {
        if (!read(ref)) return;
    }
}

// False: it could not be, or nobody wants more.
bool segment_loader::read(segment_ref const& ref) {
    std::uint64_t begin = 0;
    do {
        auto room = rooms_->pop();
        if (!room) return false;
        std::shared_ptr<segment_piece> piece(new segment_piece, [to = rooms_](segment_piece* used) {
            to->push(std::move(used->content));
            delete used;
        });
        auto done = disk_.run({load_job{ref, &*room, begin, piece_bytes_}, 0});
        piece->ref = ref;
        piece->error = done.error;
        piece->content = std::move(done.content);
        piece->begin = begin;
        piece->is_last = done.goes_on_at == 0;
        if (!done.error && begin == 0) take_header(*piece);
        begin = done.goes_on_at;
        if (begin != 0 && !std::exchange(has_all_rooms_, true)) {
            for (auto i = least_pieces; i < most_pieces; ++i)
                rooms_->push({});
        }
        if (!loaded_.push(std::move(piece)) || done.error) return false;
    } while (begin != 0);
    return true;
}

std::shared_ptr<segment_piece> segment_loader::next() {
    auto piece = loaded_.pop();
    return piece ? std::move(*piece) : nullptr;
}

} // namespace sluice::queue
