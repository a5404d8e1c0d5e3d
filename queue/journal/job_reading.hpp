// Finding records in segments, the same for every worker: it says how bytes are read.
#pragma once

#include "queue/journal/journal_job.hpp"

#include <functional>

namespace sluice::queue {

// At most `size` bytes from `offset` on; fewer only at the end of the segment.
using read_range =
    std::function<boost::system::result<std::string>(std::uint64_t offset, std::size_t size)>;

// The body at item.where, checked against the checksums of its line. Errors: bad_checksum, those of
// `read`.
boost::system::result<shared_bytes> read_body(read_item const& item, read_range const& read);

// The whole record (line and body) that begins at job.offset. Errors as above.
boost::system::result<std::string> read_record(look_up_job const& job, read_range const& read);

struct records_found {
    std::vector<task_id> ids; // of the full ones
    std::size_t end = 0;      // of the last whole record in the content; 0: there is none
};
// In a part of a segment that begins where a record does.
records_found full_records(std::uint64_t salt, std::string_view content);

} // namespace sluice::queue
