// Reads segments ahead of whoever goes through them, in their order: one is read while the one
// before it is used. At most two are in memory, and those at the end that were read before. Owned
// by one reading of the journal.
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
    std::uint64_t bytes = 0; // of the file: of an empty one `content` has the header only
    // bad_checksum: also where it is another file's
    boost::system::result<file_header> header = file_header{};
};

// Blocks for as long as the disk takes. `room` as in load_job.
loaded_segment load_segment(job_worker& disk, segment_ref const& ref, std::string* room = nullptr);

class segment_loader {
  public:
    // `disk` outlives this object, and nobody else uses it meanwhile. `known`: those of them that
    // were read already.
    segment_loader(job_worker& disk, std::vector<segment_ref> all,
                   std::vector<std::shared_ptr<loaded_segment>> known = {});
    ~segment_loader(); // waits for the segment that is being read
    segment_loader(segment_loader const&) = delete;
    segment_loader& operator=(segment_loader const&) = delete;

    // Null: that was the last. Nothing follows one with an error. One thread.
    std::shared_ptr<loaded_segment> next();
    // Its memory is read into again. Without it no third one comes. Any thread.
    void give_back(std::shared_ptr<loaded_segment>&& used);
    // Ends a waiting `next`. Any thread.
    void close();

  private:
    void work();
    std::shared_ptr<loaded_segment> take_known(segment_ref const& ref);

    job_worker& disk_;
    std::vector<segment_ref> const all_;
    std::vector<std::shared_ptr<loaded_segment>> known_;
    hand_over<std::string> rooms_;
    hand_over<std::shared_ptr<loaded_segment>> loaded_;
    std::thread thread_;
};

} // namespace sluice::queue
