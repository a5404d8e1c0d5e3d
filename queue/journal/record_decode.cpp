// The reading side of record_codec.hpp.
#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"

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

task_extras& extras_of(accepted& r) {
    if (!r.task.extras) r.task.extras = std::make_unique<task_extras>();
    return *r.task.extras;
}

bool take_idempotency(std::string_view list, task_extras& extras) {
    extras.idempotency = std::make_unique<idempotency>();
    return take(next_part(list), extras.idempotency->key) &&
           take(next_part(list), extras.idempotency->body) &&
           take(next_part(list), extras.idempotency->answer);
}

// The key of a content stands for the content as well.
bool take_content(std::string_view list, task_extras& extras) {
    extras.content = std::make_unique<idempotency>();
    if (!take(next_part(list), extras.content->key)) return false;
    extras.content->body = extras.content->key;
    return take(next_part(list), extras.content->lifetime) &&
           take(next_part(list), extras.content->answer);
}

bool take_note(std::string_view list, task_extras& extras) {
    attempt_note note;
    if (!take(list, note)) return false;
    extras.notes.push_back(std::move(note));
    return true;
}

bool take_extra(std::string_view key, std::string_view value, accepted& r) {
    auto& extras = extras_of(r);
    if (key == "group") return take(value, extras.group);
    if (key == "order") return take(value, extras.order_key);
    if (key == "callback") return take(value, extras.callback);
    if (key == "rendered") return take(value, extras.rendered_at);
    if (key == "idem") return take_idempotency(value, extras);
    if (key == "content") return take_content(value, extras);
    if (key == "travel") return take(value, extras.travel_key);
    if (key == "batch") return take(value, extras.batch);
    if (key == "note") return take_note(value, extras);
    if (key == "reason") return take(value, extras.reason);
    if (key == "result") return take(value, extras.result);
    return false;
}

bool take_field(std::string_view key, std::string_view value, accepted& r, names& table) {
    if (key == "dest") return take(value, table.lanes, r.task.lane);
    if (key == "acct") return take(value, table.accounts, r.task.account);
    if (key == "at") return take(value, r.task.accepted_at);
    if (key == "ready") return take(value, r.task.not_before);
    if (key == "expires") return take(value, r.task.expires_at);
    if (key == "state") return take(value, r.state);
    if (key == "attempts") return take(value, r.attempts);
    if (key == "next") return take(value, r.next_attempt_at);
    if (key == "finished") return take(value, r.finished_at);
    return take_extra(key, value, r);
}

bool take_field(std::string_view key, std::string_view value, started& r, names&) {
    if (key == "batch") return take(value, r.batch);
    return key == "rendered" && take(value, r.rendered_at);
}

bool take_field(std::string_view key, std::string_view value, retried& r, names& table) {
    if (key == "next") return take(value, r.next_attempt_at);
    if (key == "company") return take(value, r.company);
    if (key == "gate") return take(value, table, r.gate);
    return key == "note" && take(value, r.note);
}

bool take_field(std::string_view key, std::string_view value, finished& r, names& table) {
    if (key == "at") return take(value, r.at);
    if (key == "note") return take(value, r.note);
    if (key == "reason") return take(value, r.reason);
    if (key == "gate") return take(value, table, r.gate);
    return key == "result" && take(value, r.result);
}

bool take_field(std::string_view key, std::string_view value, redriven& r, names&) {
    return key == "ready" && take(value, r.not_before);
}

bool take_field(std::string_view, std::string_view, purged&, names&) {
    return false;
}

bool take_field(std::string_view key, std::string_view value, lane_changed& r, names& table) {
    if (key == "dest") return take(value, table.lanes, r.lane);
    if (key == "paused") return take(value, r.is_paused);
    if (key == "disabled") return take(value, r.is_disabled);
    if (key == "at") return take(value, r.at);
    if (key == "gate") {
        return take(next_part(value), r.gate_until) && take(next_part(value), r.gate_by);
    }
    return key == "by" && take(value, r.by);
}

bool take_field(std::string_view key, std::string_view value, kept_task& r, names& table) {
    if (key == "end") return take(value, r.end.state);
    if (key == "ended") return take(value, r.end.at);
    if (key == "last") return take(value, r.end.note);
    if (key == "why") return take(value, r.end.reason);
    if (key == "gave") return take(value, r.end.result);
    return take_field(key, value, r.task, table);
}

template <class Record>
bool take_fields(journal_line const& line, Record& r, names& table) {
    auto fields = line.fields;
    std::string_view key;
    std::string_view value;
    while (next_field(fields, key, value)) {
        if (!take_field(key, value, r, table)) return false;
    }
    return true;
}

template <class Record>
result<record> take_all(journal_line const& line, Record r, names& table) {
    if (!take_fields(line, r, table)) return make_error_code(journal_errc::newer_format);
    return record(std::move(r));
}

template <class Record>
Record named(journal_line const& line) {
    Record r;
    r.id = line.id;
    return r;
}

} // namespace

bool is_full_record(journal_line const& line) {
    return line.kind == "put" || line.kind == "copy";
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
    if (is_full_record(line)) {
        accepted r;
        r.task.id = line.id;
        r.task.payload = shared_bytes(body);
        return take_all(line, std::move(r), table);
    }
    if (line.kind == "start") return take_all(line, named<started>(line), table);
    if (line.kind == "retry") return take_all(line, named<retried>(line), table);
    if (line.kind == "redrive") return take_all(line, named<redriven>(line), table);
    if (line.kind == "purge") return take_all(line, named<purged>(line), table);
    if (line.kind == "lane") return take_all(line, lane_changed{}, table);
    auto r = named<finished>(line);
    if (!take(line.kind, r.state) || !is_finished(r.state)) {
        return make_error_code(journal_errc::newer_format);
    }
    return take_all(line, std::move(r), table);
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
                                     : false;
    }
    if (!is_good || version != format_version) return make_error_code(journal_errc::newer_format);
    return header;
}

} // namespace sluice::queue
