#include "queue/journal/record_codec.hpp"

#include "queue/journal/journal_error.hpp"

#include <cstring>

namespace sluice::queue {

namespace {

std::string_view as_text(std::array<std::uint8_t, 16> const& bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

std::size_t escaped_room(std::string_view text) {
    return 3 * text.size();
}

std::size_t note_room(attempt_note const& note) {
    return 2 * field_room + escaped_room(note.detail) + escaped_room(note.response);
}

std::size_t extras_room(task_extras const& extras) {
    std::size_t room = escaped_room(extras.order_key) + escaped_room(extras.callback) +
                       escaped_room(extras.result) + escaped_room(extras.reason) + 6 * field_room;
    room += 2 * field_room;
    if (extras.content) room += 3 * field_room + escaped_room(extras.content->answer);
    if (extras.idempotency) room += 2 * field_room + escaped_room(extras.idempotency->answer);
    for (auto const& note : extras.notes)
        room += note_room(note);
    return room;
}

std::size_t accepted_room(accepted const& r, names const& table) {
    return line_room + 10 * field_room + escaped_room(table.lanes.name(r.task.lane)) +
           escaped_room(table.accounts.name(r.task.account)) + r.task.payload.size() +
           (r.task.extras ? extras_room(*r.task.extras) : 0);
}

std::size_t gate_room(closed_gate const& gate, names const& table) {
    return gate.is_closed() ? 2 * field_room + escaped_room(table.lanes.name(gate.lane)) : 0;
}

std::size_t finished_room(finished const& r) {
    return line_room + 3 * field_room + note_room(r.note) + escaped_room(r.reason) +
           escaped_room(r.result);
}

void write_note(line_writer& line, std::string_view key, attempt_note const& note) {
    line.number(key, note.number);
    line.raw(",");
    line.milliseconds(note.at);
    line.raw(",");
    line.decimal(static_cast<std::uint64_t>(note.duration.count()));
    line.raw(",");
    line.decimal(note.status);
    line.raw(",");
    line.raw(to_string(note.cause));
    line.raw(",");
    line.escaped(note.detail);
    line.raw(",");
    line.escaped(note.response);
}

void write_text(line_writer& line, std::string_view key, std::string_view value) {
    if (!value.empty()) line.text(key, value);
}

void write_extras(line_writer& line, task_extras const& extras) {
    if (!extras.group.is_nil()) line.id(" group=", extras.group);
    write_text(line, " order=", extras.order_key);
    write_text(line, " callback=", extras.callback);
    if (extras.rendered_at != wall_time{}) line.time(" rendered=", extras.rendered_at);
    if (extras.idempotency) {
        line.hex(" idem=", as_text(extras.idempotency->key));
        line.hex(",", as_text(extras.idempotency->body));
        line.text(",", extras.idempotency->answer);
    }
    if (extras.content) {
        line.hex(" content=", as_text(extras.content->key));
        line.number(",", static_cast<std::uint64_t>(extras.content->lifetime.count()));
        line.text(",", extras.content->answer);
    }
    if (extras.travel_key != 0) line.number(" travel=", extras.travel_key);
    if (extras.batch != 0) line.number(" batch=", extras.batch);
    for (auto const& note : extras.notes)
        write_note(line, " note=", note);
    write_text(line, " reason=", extras.reason);
    write_text(line, " result=", extras.result);
}

// What stands on the line of a put, a copy and a kept.
void write_fields(line_writer& line, accepted const& r, names const& table) {
    line.text(" dest=", table.lanes.name(r.task.lane));
    line.text(" acct=", table.accounts.name(r.task.account));
    line.time(" at=", r.task.accepted_at);
    line.time(" ready=", r.task.not_before);
    if (r.task.expires_at != never) line.time(" expires=", r.task.expires_at);
    if (r.state != task_state::scheduled) {
        line.raw(" state=");
        line.raw(to_string(r.state));
    }
    if (r.attempts != 0) line.number(" attempts=", r.attempts);
    if (r.next_attempt_at != wall_time{}) line.time(" next=", r.next_attempt_at);
    if (r.finished_at != wall_time{}) line.time(" finished=", r.finished_at);
    if (r.task.extras) write_extras(line, *r.task.extras);
}

encoded finish(line_writer& line, char const* out, std::string_view body) {
    char* const end = line.end(body);
    return {end, static_cast<std::size_t>(end - out) - body.size() - 1};
}

encoded finish(line_writer& line) {
    return {line.end(), 0};
}

// One overload a kind.
struct encoder {
    names const& table;
    sequence number;
    std::uint32_t salt;
    char* out;

    void write_gate(line_writer& line, closed_gate const& gate) const {
        if (!gate.is_closed()) return;
        line.time(" gate=", gate.until);
        line.text(",", table.lanes.name(gate.lane));
    }
    encoded operator()(accepted const& r) const {
        bool const is_copy = r.state != task_state::scheduled || r.attempts != 0;
        line_writer line(out, salt);
        line.begin(is_copy ? "copy" : "put", r.task.id, number);
        write_fields(line, r, table);
        return finish(line, out, r.task.payload.view());
    }
    encoded operator()(started const& r) const {
        line_writer line(out, salt);
        line.begin("start", r.id, number);
        line.time(" rendered=", r.rendered_at);
        if (r.batch != 0) line.number(" batch=", r.batch);
        return finish(line);
    }
    encoded operator()(retried const& r) const {
        line_writer line(out, salt);
        line.begin("retry", r.id, number);
        line.time(" next=", r.next_attempt_at);
        if (r.company == company::leaves) line.raw(" company=leaves");
        if (r.company == company::alone) line.raw(" company=alone");
        write_gate(line, r.gate);
        write_note(line, " note=", r.note);
        return finish(line);
    }
    encoded operator()(finished const& r) const {
        line_writer line(out, salt);
        line.begin(to_string(r.state), r.id, number);
        line.time(" at=", r.at);
        if (r.note.number != 0) write_note(line, " note=", r.note);
        write_text(line, " reason=", r.reason);
        write_text(line, " result=", r.result);
        write_gate(line, r.gate);
        return finish(line);
    }
    encoded operator()(redriven const& r) const {
        line_writer line(out, salt);
        line.begin("redrive", r.id, number);
        line.time(" ready=", r.not_before);
        return finish(line);
    }
    encoded operator()(purged const& r) const {
        line_writer line(out, salt);
        line.begin("purge", r.id, number);
        return finish(line);
    }
    encoded operator()(lane_changed const& r) const {
        line_writer line(out, salt);
        line.begin("lane", task_id{}, number);
        line.text(" dest=", table.lanes.name(r.lane));
        line.number(" paused=", r.is_paused ? 1 : 0);
        line.number(" disabled=", r.is_disabled ? 1 : 0);
        line.time(" at=", r.at);
        write_text(line, " by=", r.by);
        if (r.gate_until != wall_time{}) {
            line.time(" gate=", r.gate_until);
            line.text(",", r.gate_by);
        }
        return finish(line);
    }
};

} // namespace

std::size_t room_for(record const& r, names const& table) {
    if (auto const* task = std::get_if<accepted>(&r)) return accepted_room(*task, table);
    if (auto const* again = std::get_if<retried>(&r)) {
        return line_room + 2 * field_room + note_room(again->note) + gate_room(again->gate, table);
    }
    if (auto const* end = std::get_if<finished>(&r)) {
        return finished_room(*end) + gate_room(end->gate, table);
    }
    if (auto const* lane = std::get_if<lane_changed>(&r)) {
        return line_room + 7 * field_room + escaped_room(table.lanes.name(lane->lane)) +
               escaped_room(lane->by) + escaped_room(lane->gate_by);
    }
    return line_room + 3 * field_room;
}

std::size_t room_for(accepted const& task, finished const& end, names const& table) {
    return accepted_room(task, table) + finished_room(end);
}

encoded encode(record const& r, names const& table, sequence number, std::uint32_t salt,
               char* out) {
    return std::visit(encoder{table, number, salt, out}, r);
}

encoded encode(accepted const& task, finished const& end, names const& table, sequence number,
               std::uint32_t salt, char* out) {
    line_writer line(out, salt);
    line.begin("kept", task.task.id, number);
    line.raw(" end=");
    line.raw(to_string(end.state));
    line.time(" ended=", end.at);
    if (end.note.number != 0) write_note(line, " last=", end.note);
    write_text(line, " why=", end.reason);
    write_text(line, " gave=", end.result);
    write_fields(line, task, table);
    return finish(line, out, task.task.payload.view());
}

encoded encode_void(sequence number, std::uint32_t salt, char* out) {
    line_writer line(out, salt);
    line.begin("void", task_id{}, number);
    return finish(line);
}

std::size_t mark_bytes() {
    static std::size_t const bytes = [] {
        std::array<char, line_room + 4 * field_room> scratch;
        line_writer line(scratch.data(), 0);
        line.begin_padded("mark", 0);
        line.padded(" batch=", 0);
        line.padded(" synced=", 0);
        line.padded(" records=", 0);
        return static_cast<std::size_t>(line.end() - scratch.data());
    }();
    return bytes;
}

void encode(mark const& m, std::uint32_t salt, char* out) {
    line_writer line(out, salt);
    line.begin_padded("mark", m.first);
    line.padded(" batch=", m.batch);
    line.padded(" synced=", m.synced);
    line.padded(" records=", m.records);
    line.end();
}

std::string encode(file_header const& header) {
    std::string bytes(line_room + 8 * field_room, '\0');
    line_writer line(bytes.data(), 0);
    line.begin(header.is_history ? "history" : "segment", task_id{}, 0);
    line.number(" format=", format_version);
    line.number(" number=", header.number);
    line.number(" salt=", header.salt);
    line.time(" created=", header.created);
    if (header.is_history) {
        line.number(" after=", header.after);
    } else {
        line.number(" batch=", header.first_batch);
    }
    bytes.resize(static_cast<std::size_t>(line.end() - bytes.data()));
    return bytes;
}

std::string encode_seal(std::uint64_t entries, std::uint32_t salt) {
    std::string bytes(line_room + field_room, '\0');
    line_writer line(bytes.data(), salt);
    line.begin("sealed", task_id{}, 0);
    line.number(" entries=", entries);
    bytes.resize(static_cast<std::size_t>(line.end() - bytes.data()));
    return bytes;
}

} // namespace sluice::queue
