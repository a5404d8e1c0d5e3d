#include "queue/journal/job_reading.hpp"

#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/segment_reader.hpp"

namespace sluice::queue {

namespace {

constexpr std::uint64_t line_guess = 4096;       // most lines are shorter
constexpr std::uint64_t longest_line = 64 << 20; // no line is longer

} // namespace

// The line ends right before the body and begins behind the newline before that.
boost::system::result<shared_bytes> read_body(read_item const& item, read_range const& read) {
    for (auto reach = line_guess; reach <= longest_line; reach *= 8) {
        auto const begin = item.where.offset > reach ? item.where.offset - reach : 0;
        auto const size = item.where.offset - begin + item.where.length + 1;
        auto const bytes = read(begin, size);
        if (bytes.has_error()) return bytes.error();
        if (bytes->size() < size) return make_error_code(journal_errc::ends_early);
        auto const line_end = item.where.offset - begin;
        if (line_end < 2) break;
        auto const before = bytes->rfind('\n', line_end - 2);
        if (before == std::string::npos && begin > 0) continue;
        auto const at = before == std::string::npos ? 0 : before + 1;
        auto const text = std::string_view(*bytes).substr(at);
        auto const salt = salted(item.salt);
        auto const line = parse_line(text, salt);
        if (!line || at + line->line_bytes != line_end) break;
        auto const body = body_of(*line, text, salt);
        if (!body || body->size() != item.where.length) break;
        return shared_bytes(*body);
    }
    return make_error_code(journal_errc::bad_checksum);
}

boost::system::result<std::string> read_record(look_up_job const& job, read_range const& read) {
    for (auto reach = line_guess; reach <= longest_line; reach *= 8) {
        auto bytes = read(job.offset, reach);
        if (bytes.has_error()) return bytes.error();
        auto const salt = salted(job.salt);
        auto const line = parse_line(*bytes, salt);
        if (line && body_of(*line, *bytes, salt)) {
            bytes->resize(line->total_bytes());
            return bytes;
        }
        if (bytes->size() < reach) break;
    }
    return make_error_code(journal_errc::bad_checksum);
}

records_found full_records(std::uint64_t salt, std::string_view content) {
    records_found found;
    segment_reader reader(content, salt, 0, [](journal_line const&) { return belief::yes; });
    for (auto item = reader.next(); item.what != segment_item::kind::end; item = reader.next()) {
        if (item.what != segment_item::kind::line) continue;
        if (is_full_record(item.line)) found.ids.push_back(item.line.id);
        found.end = item.offset + item.bytes;
    }
    return found;
}

} // namespace sluice::queue
