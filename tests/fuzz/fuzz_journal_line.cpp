// A line of the journal: whatever is read is safe to take apart, and whatever is written is read
// back, but not under another salt and not with a byte changed. The input is the bytes of a file;
// it is also a value and a body that are written.
#include "queue/journal/journal_line.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <string>

using namespace sluice::queue;

namespace {

constexpr std::uint64_t file_salt = 0x5ca1ab1e0ddba11;

void take_apart(std::string_view fields) {
    std::string_view key, value;
    for (std::size_t n = 0; next_field(fields, key, value); ++n) {
        sluice::fuzz::require(n < 100'000, "fields come to an end");
        (void)unescape(value);
        (void)parse_number(value);
        (void)parse_number(value, 16);
        (void)parse_time(value);
        for (auto list = value; !list.empty();)
            (void)next_part(list);
    }
}

void read_file(std::string_view bytes) {
    auto const line = parse_line(bytes, salted(file_salt));
    if (!line) return;
    sluice::fuzz::require(line->line_bytes <= bytes.size(), "a line lies in its file");
    take_apart(line->fields);
    if (auto const body = body_of(*line, bytes, salted(file_salt))) {
        sluice::fuzz::require(body->size() == line->body_bytes, "a body has its length");
    }
}

} // namespace

SLUICE_FUZZ_TARGET(fuzz_journal_line) {
    read_file(input);
    take_apart(input);
    auto const value = input.substr(0, input.size() / 2);
    auto const body = input.substr(input.size() / 2);
    std::string bytes(line_room + 2 * field_room + 3 * value.size() + body.size(), '\0');
    line_writer writer(bytes.data(), salted(file_salt));
    writer.begin("put", task_id{}, 7);
    writer.text(" dest=", value);
    bytes.resize(static_cast<std::size_t>(writer.end(body) - bytes.data()));
    auto const line = parse_line(bytes, salted(file_salt));
    require(line && line->seq == 7 && line->kind == "put", "what is written is read");
    std::string_view fields = line->fields, key, read;
    require(next_field(fields, key, read) && unescape(read) == value, "values are read back");
    require(!next_field(fields, key, read), "no value makes another");
    require(body_of(*line, bytes, salted(file_salt)) == body, "bodies are read back");
    require(!parse_line(bytes, salted(file_salt + 1)), "another file's line is not believed");
    auto& changed = bytes[input.size() % line->line_bytes];
    changed = static_cast<char>(changed ^ 1);
    require(!parse_line(bytes, salted(file_salt)), "a changed line is not believed");
}
