// One line of the journal's files (FORMAT.md, "A line"): how it is written, checked and taken
// apart. Knows nothing of what the fields mean.
#pragma once

#include "queue/core/task_id.hpp"
#include "queue/journal/sequence.hpp"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::queue {

// What all checksums of a file begin with, so that no line of another file is ever believed.
std::uint32_t salted(std::uint64_t salt);

// Writes a line and its body to where the caller has made room. The room a line takes: its texts
// three times (escaped), `line_room`, and `field_room` for each field.
class line_writer {
  public:
    line_writer(char* out, std::uint32_t salt)
        : begin_(out)
        , at_(out)
        , salt_(salt) {}

    // `seq` stands first on every line: the record's number.
    void begin(std::string_view kind, task_id const& id, sequence seq);
    void begin_padded(std::string_view kind, sequence seq); // without id, of fixed length
    // `key` with its blank and equals sign: " dest=". Those that are defined here are so because
    // a key is a literal: it is written by moves of its known size instead of a call.
    void number(std::string_view key, std::uint64_t value) {
        raw(key);
        decimal(value);
    }
    void padded(std::string_view key, std::uint64_t value); // 16 digits: for lines of fixed length
    void text(std::string_view key, std::string_view value) {
        raw(key);
        escaped(value);
    }
    void id(std::string_view key, task_id const& value);
    void hex(std::string_view key, std::string_view bytes);
    // Parts of a list: raw separators and parts, after a key.
    void raw(std::string_view bytes) {
        if (bytes.empty()) return; // an empty view may point nowhere
        std::memcpy(at_, bytes.data(), bytes.size());
        at_ += bytes.size();
    }
    void escaped(std::string_view value);
    void decimal(std::uint64_t value);
    void time(std::string_view key, wall_time value) { // milliseconds since 1970
        raw(key);
        milliseconds(value);
    }
    void milliseconds(wall_time value);

    // Ends a line without a body. Both return the end of what was written.
    char* end();
    // The same, of a line with a body, which is copied behind it.
    char* end(std::string_view body);

  private:
    void head(std::string_view kind, task_id const& id);
    void finish_line(std::uint32_t body_checksum);

    char* begin_;
    char* at_;
    std::uint32_t salt_;
    sequence seq_ = 0;
};

inline constexpr std::size_t line_room = 160; // kind, id, seq, length, both checksums, newlines
inline constexpr std::size_t field_room = 64; // key and a number or an id

// A line whose checksum is right. Views into the bytes it was parsed from.
struct journal_line {
    std::string_view kind;
    task_id id; // nil: "-"
    sequence seq = 0;
    std::string_view fields; // "dest=crm acct=163", without seq
    bool has_body = false;
    std::uint64_t body_bytes = 0;
    std::uint32_t body_checksum = 0;
    std::size_t line_bytes = 0; // with its newline
    // Line, body and newlines.
    std::uint64_t total_bytes() const { return line_bytes + (has_body ? body_bytes + 1 : 0); }
};

// The line at the start of `bytes`; nothing if there is none or its checksum is wrong.
std::optional<journal_line> parse_line(std::string_view bytes, std::uint32_t salt);

// The body behind `line` in the same bytes; nothing if it is cut or its checksum is wrong.
std::optional<std::string_view> body_of(journal_line const& line, std::string_view bytes,
                                        std::uint32_t salt);

// Takes the next "key=value" off `fields`; the value is still escaped. False at the end.
bool next_field(std::string_view& fields, std::string_view& key, std::string_view& value);
// Takes what stands before the next blank, and the blank, off `fields`.
std::string_view next_value(std::string_view& fields);
// Takes the next part of a list off `list`; the part is still escaped.
std::string_view next_part(std::string_view& list);

// Nothing if the text is not what it should be.
std::optional<std::string> unescape(std::string_view text);
std::optional<std::uint64_t> parse_number(std::string_view digits, int base = 10);
std::optional<wall_time> parse_time(std::string_view digits);

} // namespace sluice::queue
