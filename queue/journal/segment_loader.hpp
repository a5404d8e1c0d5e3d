// Reads segments ahead of whoever goes through them, in their order and piece by piece: some are
// read while those before them are used, and their memory, which stays in a processor's cache, is
// used again. Owned by one reading of the journal.
#pragma once

#include "queue/journal/hand_over.hpp"
#include "queue/journal/record_codec.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace sluice::queue {

struct loaded_segment {
    segment_ref ref;
    boost::system::error_code error; // of the disk; then there is nothing else
    std::string content;
    // bad_checksum: also where it is another file's
    boost::system::result<file_header> header = file_header{};
};

// The whole of one. Blocks for as long as the disk takes. `room` as in load_job.
loaded_segment load_segment(job_worker& disk, segment_ref const& ref, std::string* room = nullptr);

// Bytes of a segment, as they follow each other in it: all of them, where a worker reads no less.
struct segment_piece : loaded_segment { // the header is that of the first one
    std::uint64_t begin = 0;
    bool is_last = false;

    std::uint64_t end() const { return begin + content.size(); }
};

class segment_loader {
  public:
    // `disk` outlives this object. It is asked for `piece_bytes` at a time, 4 KiB at the least.
    segment_loader(job_worker& disk, std::vector<segment_ref> all, std::uint64_t piece_bytes);
    ~segment_loader(); // waits for what is being read
    segment_loader(segment_loader const&) = delete;
    segment_loader& operator=(segment_loader const&) = delete;

    // Null: that was the last. Nothing follows one with an error. So many are in memory at a time
    // (`most_pieces`): whoever keeps them all gets no other. One thread; they go where they like.
    std::shared_ptr<segment_piece> next();
    // Ends a waiting `next`. Any thread.
    void close();

    static constexpr std::size_t most_pieces = 6; // 2, where a worker reads a segment at once

  private:
    using rooms = hand_over<std::string>;

    void work();
    bool read(segment_ref const& ref);

    job_worker& disk_;
    std::vector<segment_ref> const all_;
    std::uint64_t const piece_bytes_;
    std::shared_ptr<rooms> rooms_; // the memory of pieces that nobody has any more
    bool has_all_rooms_ = false;
    hand_over<std::shared_ptr<segment_piece>> loaded_;
    std::thread thread_;
};

} // namespace sluice::queue
