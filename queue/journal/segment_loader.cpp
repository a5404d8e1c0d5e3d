#include "queue/journal/segment_loader.hpp"

#include "queue/journal/journal_error.hpp"

namespace sluice::queue {

namespace {

constexpr std::size_t most_in_memory = 2; // being read, being checked and applied

} // namespace

loaded_segment load_segment(job_worker& disk, segment_ref const& ref, std::string* room) {
    auto loaded = disk.run({load_job{ref, room}, 0});
    loaded_segment s;
    s.ref = ref;
    s.error = loaded.error;
    if (s.error) return s;
    s.content = std::move(loaded.content);
    s.bytes = s.content.size();
    s.header = decode_header(s.content);
    if (s.header.has_value() && (s.header->is_history || s.header->number != ref.number)) {
        s.header = make_error_code(journal_errc::bad_checksum);
    }
    return s;
}

segment_loader::segment_loader(job_worker& disk, std::vector<segment_ref> all,
                               std::vector<std::shared_ptr<loaded_segment>> known)
    : disk_(disk)
    , all_(std::move(all))
    , known_(std::move(known))
    , rooms_(most_in_memory)
    , loaded_(1) {
    for (std::size_t i = 0; i < most_in_memory; ++i)
        rooms_.push({});
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
    rooms_.close();
    loaded_.close();
}

void segment_loader::work() {
    for (auto const& ref : all_) {
        auto room = rooms_.pop();
        if (!room) return;
        auto segment = take_known(ref);
        if (!segment) {
            segment = std::make_shared<loaded_segment>(load_segment(disk_, ref, &*room));
        }
        bool const is_last = static_cast<bool>(segment->error);
        if (!loaded_.push(std::move(segment)) || is_last) return;
    }
}

std::shared_ptr<loaded_segment> segment_loader::take_known(segment_ref const& ref) {
    for (auto& each : known_) {
        if (each && each->ref == ref) return std::move(each);
    }
    return nullptr;
}

std::shared_ptr<loaded_segment> segment_loader::next() {
    auto segment = loaded_.pop();
    return segment ? std::move(*segment) : nullptr;
}

void segment_loader::give_back(std::shared_ptr<loaded_segment>&& used) {
    rooms_.push(std::move(used->content));
    used.reset();
}

} // namespace sluice::queue
