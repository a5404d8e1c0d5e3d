// The reading side of record_codec.hpp.
#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/record_fields.hpp"

#include <cstring>
#include <limits>

namespace sluice::queue {

namespace {

using boost::system::result;

// Each `take` is false when the text is not what the field must be.
bool take(std::string_view text, std::string& into) {
    auto plain = unescape(text);
    if (plain) into = std::move(*plain);
    return plain.has_value();
}

bool take(std::string_view text, wall_time& into) {
    auto const time = parse_time(text);
    if (time) into = *time;
    return time.has_value();
}

template <class Number>
    requires std::is_unsigned_v<Number>
bool take(std::string_view text, Number& into) {
    auto const value = parse_number(text);
    if (!value || *value > std::numeric_limits<Number>::max()) return false;
    into = static_cast<Number>(*value);
    return true;
}

bool take(std::string_view text, bool& into) {
    into = text == "1";
    return text == "0" || text == "1";
}

bool take(std::string_view text, task_id& into) {
    auto const id = parse_task_id(text);
    if (id.has_value()) into = *id;
    return id.has_value();
}

bool take(std::string_view text, std::chrono::milliseconds& into) {
    auto const value = parse_number(text);
    if (!value) return false;
    into = std::chrono::milliseconds(static_cast<std::int64_t>(*value));
    return true;
}

bool take(std::string_view text, task_state& into) {
    for (auto s = task_state::scheduled; s <= task_state::expired;
         s = static_cast<task_state>(static_cast<int>(s) + 1)) {
        if (to_string(s) != text) continue;
        into = s;
        return true;
    }
    return false;
}

bool take(std::string_view text, company& into) {
    into = text == "leaves" ? company::leaves : company::alone;
    return text == "leaves" || text == "alone";
}

bool take(std::string_view text, cause& into) {
    for (auto c = cause::answered; c <= cause::stopped;
         c = static_cast<cause>(static_cast<int>(c) + 1)) {
        if (to_string(c) != text) continue;
        into = c;
        return true;
    }
    return false;
}

template <class Id>
bool take(std::string_view text, name_table<Id>& table, Id& into) {
    if (text.find('%') == std::string_view::npos) {
        into = table.intern(text);
        return true;
    }
    auto const plain = unescape(text);
    if (plain) into = table.intern(*plain);
    return plain.has_value();
}

bool take(std::string_view list, names& table, closed_gate& into) {
    return take(next_part(list), into.until) && take(next_part(list), table.lanes, into.lane);
}

bool take(std::string_view list, attempt_note& into) {
    return take(next_part(list), into.number) && take(next_part(list), into.at) &&
           take(next_part(list), into.duration) && take(next_part(list), into.status) &&
           take(next_part(list), into.cause) && take(next_part(list), into.detail) &&
           take(next_part(list), into.response);
}

bool take(std::string_view text, std::array<std::uint8_t, 16>& into) {
    if (text.size() != 2 * into.size()) return false;
    for (auto& byte : into) {
        auto const value = parse_number(text.substr(0, 2), 16);
        if (!value) return false;
        byte = static_cast<std::uint8_t>(*value);
        text.remove_prefix(2);
    }
    return true;
}

bool take(std::string_view list, boxed<idempotency>& into) {
    auto& key = into.made();
    return take(next_part(list), key.key) && take(next_part(list), key.body) &&
           take(next_part(list), key.answer);
}

bool take(std::string_view list, boxed<replayed>& into) {
    auto& replay = into.made();
    return take(next_part(list), replay.of) && take(next_part(list), replay.by);
}

bool take(std::string_view text, boxed<std::string>& into) {
    return take(text, into.made());
}

bool take(std::string_view list, content_form<boxed<idempotency>> into) {
    auto& content = into.of.made();
    if (!take(next_part(list), content.key)) return false;
    content.body = content.key;
    return take(next_part(list), content.lifetime) && take(next_part(list), content.answer);
}

bool take(std::string_view list, std::vector<attempt_note>& into) {
    attempt_note note;
    if (!take(list, note)) return false;
    into.push_back(std::move(note));
    return true;
}

bool take(std::string_view list, std::tuple<wall_time&, std::string&> gate) {
    return take(next_part(list), std::get<0>(gate)) && take(next_part(list), std::get<1>(gate));
}

// Takes a field's value for what it is asked for.
struct value_taker {
    std::string_view value;
    names& table;

    template <class T>
    bool take_one(T& into) {
        return take(value, into);
    }
    bool take_one(lane_id& into) { return take(value, table.lanes, into); }
    bool take_one(account_id& into) { return take(value, table.accounts, into); }
    bool take_one(closed_gate& into) { return take(value, table, into); }
};

// Takes the fields of a line as it is asked for them, as long as they stand in the order that they
// are written in: one comparison for each, where looking for each takes five.
struct ordered_reader : value_taker {
    std::string_view rest;
    bool is_good = true;

    ordered_reader(std::string_view fields, names& table)
        : value_taker{{}, table}
        , rest(fields) {}

    // `name` is a literal: where this is inlined its length is known, and no call compares.
    [[gnu::always_inline]] bool is_next(std::string_view name) const {
        auto const length = name.size() - 1; // without the blank
        return rest.size() >= length && std::memcmp(rest.data(), name.data() + 1, length) == 0;
    }
    template <class T>
    [[gnu::always_inline]] void must(std::string_view name, T&& into) {
        while (is_good && is_next(name)) {
            rest.remove_prefix(name.size() - 1);
            value = next_value(rest);
            is_good = take_one(into);
        }
    }
    template <class T>
    [[gnu::always_inline]] void may(std::string_view name, T&& into, wall_time = {}) {
        must(name, into);
    }
};

// Looks for the field with this key, and takes its value.
struct field_reader : value_taker {
    std::string_view key;
    bool is_taken = false;
    bool is_good = false;

    template <class T>
    void must(std::string_view name, T&& into) {
        if (is_taken || key != name.substr(1, name.size() - 2)) return;
        is_taken = true;
        is_good = take_one(into);
    }
    template <class T>
    void may(std::string_view name, T&& into, wall_time = {}) {
        must(name, into);
    }
};

// Whether a reader wants no more fields of the record.
bool is_done(ordered_reader const& reader) {
    return reader.rest.empty() || !reader.is_good;
}
bool is_done(field_reader const& reader) {
    return reader.is_taken;
}

template <class Record, class Reader>
void look_among(Record& r, Reader& reader) {
    visit_fields(r, reader);
}

template <class Reader>
void look_among(accepted& r, Reader& reader) {
    visit_fields(r, reader);
    if (!is_done(reader)) visit_fields(r.task.extras.made(), reader);
}

template <class Reader>
void look_among(kept_task& r, Reader& reader) {
    visit_fields_of_end(r.end, reader);
    if (!is_done(reader)) look_among(r.task, reader);
}

template <class Record>
bool take_fields(journal_line const& line, Record& r, names& table) {
    ordered_reader ordered(line.fields, table);
    look_among(r, ordered);
    if (!ordered.is_good) return false;
    // What stands elsewhere, or is not known. What a later version adds to a line may be left out
    // by this one.
    field_reader reader{{{}, table}, {}};
    while (next_field(ordered.rest, reader.key, reader.value)) {
        reader.is_taken = false;
        look_among(r, reader);
        if (reader.is_taken && !reader.is_good) return false;
    }
    return true;
}

// A fresh record of this kind in `into`, with what the line says.
template <class Record>
bool take_all(journal_line const& line, record& into, names& table) {
    auto& r = into.emplace<Record>();
    if constexpr (requires { r.id; }) r.id = line.id;
    return take_fields(line, r, table);
}

bool take_end(journal_line const& line, record& into, names& table) {
    auto& r = into.emplace<finished>();
    r.id = line.id;
    return take(line.kind, r.state) && is_finished(r.state) && take_fields(line, r, table);
}

} // namespace

bool is_full_record(journal_line const& line) {
    // Asked of each line of a journal: a comparison of a known length is no call.
    auto const& kind = line.kind;
    return (kind.size() == 3 && std::memcmp(kind.data(), "put", 3) == 0) || kind == "copy";
}

bool is_end(journal_line const& line) {
    task_state state{};
    return take(line.kind, state) && is_finished(state);
}

bool is_void(journal_line const& line) {
    return line.kind == "void";
}

bool is_seal(journal_line const& line) {
    return line.kind == "sealed";
}

bool is_kept(journal_line const& line) {
    return line.kind == "kept";
}

bool is_record(journal_line const& line) {
    return line.kind != "mark" && line.kind != "segment" && line.kind != "history" &&
           !is_seal(line) && !is_kept(line);
}

result<record> decode(journal_line const& line, std::string_view body, names& table) {
    record decoded;
    if (!decode(line, table, decoded)) return make_error_code(journal_errc::newer_format);
    if (auto* const full = std::get_if<accepted>(&decoded)) {
        full->task.payload = shared_bytes(body);
    }
    return decoded;
}

bool decode(journal_line const& line, names& table, record& into) {
    if (is_full_record(line)) {
        return decode(line, table, std::get<accepted>(into)); // a fresh record is one
    }
    if (line.kind == "start") return take_all<started>(line, into, table);
    if (line.kind == "retry") return take_all<retried>(line, into, table);
    if (line.kind == "redrive") return take_all<redriven>(line, into, table);
    if (line.kind == "purge") return take_all<purged>(line, into, table);
    if (line.kind == "lane") return take_all<lane_changed>(line, into, table);
    return take_end(line, into, table);
}

bool decode(journal_line const& line, names& table, accepted& into) {
    into.task.id = line.id;
    return take_fields(line, into, table);
}

result<kept_task> decode_kept(journal_line const& line, std::string_view body, names& table) {
    kept_task r;
    r.number = line.seq;
    r.task.task.id = r.end.id = line.id;
    r.task.task.payload = shared_bytes(body);
    if (!take_fields(line, r, table)) return make_error_code(journal_errc::newer_format);
    return r;
}

std::optional<mark> decode_mark(journal_line const& line) {
    if (line.kind != "mark") return std::nullopt;
    mark m;
    m.first = line.seq;
    auto fields = line.fields;
    std::string_view key;
    std::string_view value;
    while (next_field(fields, key, value)) {
        bool const is_good = key == "batch"     ? take(value, m.batch)
                             : key == "synced"  ? take(value, m.synced)
                             : key == "records" ? take(value, m.records)
                                                : true;
        if (!is_good) return std::nullopt;
    }
    return m;
}

result<file_header> decode_header(std::string_view bytes) {
    auto const line = parse_line(bytes, 0);
    if (!line) return make_error_code(journal_errc::bad_checksum);
    file_header header;
    header.is_history = line->kind == "history";
    header.line_bytes = line->line_bytes;
    std::uint64_t version = 0;
    bool is_good = header.is_history || line->kind == "segment";
    auto fields = line->fields;
    std::string_view key;
    std::string_view value;
    while (is_good && next_field(fields, key, value)) {
        is_good = key == "format"    ? take(value, version)
                  : key == "number"  ? take(value, header.number)
                  : key == "salt"    ? take(value, header.salt)
                  : key == "created" ? take(value, header.created)
                  : key == "after"   ? take(value, header.after)
                  : key == "batch"   ? take(value, header.first_batch)
                                     : true;
    }
    bool const is_known = version >= 1 && version <= format_version;
    if (!is_good || !is_known) return make_error_code(journal_errc::newer_format);
    return header;
}

} // namespace sluice::queue
