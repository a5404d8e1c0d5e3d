// Records, marks and headers as lines of the journal's files, and back (FORMAT.md, "Kinds").
// Pure: no disk, no state. The writing side makes no string on its way.
#pragma once

#include "queue/core/record.hpp"
#include "queue/journal/journal_line.hpp"
#include "queue/journal/replay.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::queue {

// How many bytes `r` takes at the most.
std::size_t room_for(record const& r, names const& table);
std::size_t room_for(accepted const& task, finished const& end, names const& table);

// The end of a task in little room: texts are shortened, and what the attempt answered goes. What
// changes the queue stays, but for the gate of a lane whose long name has no room beside long
// texts.
finished cut_short(finished const& r, names const& table, std::size_t room);

struct encoded {
    char* end = nullptr;
    std::size_t body_offset = 0; // from the line's first byte; 0: no body
};
// Writes `r` to `out`, which has `room_for` bytes.
encoded encode(record const& r, names const& table, sequence number, std::uint32_t salt, char* out);
// A finished task for the history.
encoded encode(accepted const& task, finished const& end, names const& table, sequence number,
               std::uint32_t salt, char* out);

// Whether a line is a record of the journal (and not a mark, a header or the history's).
bool is_record(journal_line const& line);
bool is_full_record(journal_line const& line); // put or copy: everything about a task
bool is_end(journal_line const& line);         // of a task: its kind is how it ended

// Gives names new to `table` their numbers. Error: newer_format, also for fields that make no
// sense, because the checksum says that they were written so.
boost::system::result<record> decode(journal_line const& line, std::string_view body, names& table);
// The same where `into` lies, which is fresh, and without the payload of a full record. False:
// newer_format.
bool decode(journal_line const& line, names& table, record& into);
bool decode(journal_line const& line, names& table, accepted& into); // of a full record
boost::system::result<kept_task> decode_kept(journal_line const& line, std::string_view body,
                                             names& table);

// --- marks ------------------------------------------------------------------------------------

// Begins a batch. Of fixed length, so that it is filled in when the batch is closed.
struct mark {
    std::uint64_t batch = 0;
    std::uint64_t synced = 0;  // the highest batch known to be synced
    sequence first = 0;        // of the batch's records
    std::uint64_t records = 0; // in the batch
};
std::size_t mark_bytes();
void encode(mark const& m, std::uint32_t salt, char* out);
std::optional<mark> decode_mark(journal_line const& line); // nothing: not a mark

// --- headers ----------------------------------------------------------------------------------

// 2: `breaker` on a `lane` line; a reader skips fields that it does not know, so that what may be
// left out can be added without another version. What version 1 wrote is read as before.
inline constexpr std::uint64_t format_version = 2;

// The first line of a file.
struct file_header {
    bool is_history = false;
    std::uint32_t number = 0;
    std::uint64_t salt = 0;
    wall_time created{};
    sequence after = 0; // history: terminal records up to here were dealt with in earlier files
    std::uint64_t first_batch = 0; // segment: no batch in it has a lower number
    std::size_t line_bytes = 0;
};
std::string encode(file_header const& header);
// Errors: bad_checksum, newer_format.
boost::system::result<file_header> decode_header(std::string_view bytes);

// The last line of a history file, written after all before it was synced.
std::string encode_seal(std::uint64_t entries, std::uint32_t salt);
bool is_seal(journal_line const& line);
bool is_kept(journal_line const& line);

// Stands where a record stood that was refused for want of room: keeps the numbers gapless.
encoded encode_void(sequence number, std::uint32_t salt, char* out);
bool is_void(journal_line const& line);

} // namespace sluice::queue
