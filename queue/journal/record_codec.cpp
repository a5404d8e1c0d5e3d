#include "queue/journal/record_codec.hpp"

#include "queue/journal/record_fields.hpp"

#include <algorithm>
#include <array>
#include <concepts>

namespace sluice::queue {

namespace {

// Whether a field that may be left out is left out.
bool is_fresh(std::string const& text) {
    return text.empty();
}
bool is_fresh(wall_time time) {
    return time == wall_time{};
}
bool is_fresh(task_id const& id) {
    return id.is_nil();
}
template <std::unsigned_integral Number>
bool is_fresh(Number number) {
    return number == 0;
}
bool is_fresh(task_state state) {
    return state == task_state::scheduled;
}
bool is_fresh(company with) {
    return with == company::stays;
}
bool is_fresh(closed_gate const& gate) {
    return !gate.is_closed();
}
bool is_fresh(attempt_note const& note) {
    return note.number == 0;
}
template <class T>
bool is_fresh(boxed<T> const& value) {
    return !value;
}
bool is_fresh(content_form<boxed<idempotency> const> content) {
    return !content.of;
}
bool is_fresh(std::tuple<wall_time const&, std::string const&> gate) {
    return is_fresh(std::get<0>(gate));
}

std::string_view as_text(std::array<std::uint8_t, 16> const& bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

// How much room a line takes at the most: has the members of line_writer, and adds up.
class line_measure {
  public:
    void raw(std::string_view bytes) { room_ += bytes.size(); }
    void escaped(std::string_view value) { room_ += 3 * value.size(); }
    void decimal(std::uint64_t) { room_ += number_room; }
    void milliseconds(wall_time) { room_ += number_room; }
    void number(std::string_view key, std::uint64_t) { room_ += key.size() + number_room; }
    void time(std::string_view key, wall_time) { room_ += key.size() + number_room; }
    void text(std::string_view key, std::string_view value) {
        room_ += key.size() + 3 * value.size();
    }
    void id(std::string_view key, task_id const&) { room_ += key.size() + task_id_length; }
    void hex(std::string_view key, std::string_view bytes) {
        room_ += key.size() + 2 * bytes.size();
    }
    std::size_t room(std::size_t body) const { return room_ + body; }

  private:
    static constexpr std::size_t number_room = 20; // digits, or a sign and 19 of them
    std::size_t room_ = line_room;
};

// Puts the fields of a record on a line, or on its measure.
template <class Line>
struct field_writer {
    Line& line;
    names const& table;

    template <class T>
    void must(std::string_view key, T const& value) {
        put(key, value);
    }
    template <class T>
    void may(std::string_view key, T const& value) {
        if (!is_fresh(value)) put(key, value);
    }
    void may(std::string_view key, wall_time value, wall_time fresh) {
        if (value != fresh) put(key, value);
    }
    void may(std::string_view key, std::vector<attempt_note> const& notes) {
        for (auto const& note : notes)
            put(key, note);
    }

    void put(std::string_view key, std::string const& text) { line.text(key, text); }
    void put(std::string_view key, wall_time time) { line.time(key, time); }
    void put(std::string_view key, task_id const& id) { line.id(key, id); }
    template <std::unsigned_integral Number> // and bool
    void put(std::string_view key, Number number) {
        line.number(key, number);
    }
    void put(std::string_view key, lane_id id) { line.text(key, table.lanes.name(id)); }
    void put(std::string_view key, account_id id) { line.text(key, table.accounts.name(id)); }
    void put(std::string_view key, task_state state) {
        line.raw(key);
        line.raw(to_string(state));
    }
    void put(std::string_view key, company with) {
        line.raw(key);
        line.raw(with == company::leaves ? "leaves" : "alone");
    }
    void put(std::string_view key, closed_gate const& gate) {
        line.time(key, gate.until);
        line.text(",", table.lanes.name(gate.lane));
    }
    void put(std::string_view key, std::tuple<wall_time const&, std::string const&> gate) {
        line.time(key, std::get<0>(gate));
        line.text(",", std::get<1>(gate));
    }
    void put(std::string_view key, boxed<idempotency> const& of) {
        line.hex(key, as_text(of->key));
        line.hex(",", as_text(of->body));
        line.text(",", of->answer);
    }
    void put(std::string_view key, boxed<replayed> const& of) {
        line.id(key, of->of);
        line.text(",", of->by);
    }
    void put(std::string_view key, boxed<std::string> const& text) { line.text(key, *text); }
    void put(std::string_view key, content_form<boxed<idempotency> const> content) {
        line.hex(key, as_text(content.of->key));
        line.number(",", static_cast<std::uint64_t>(content.of->lifetime.count()));
        line.text(",", content.of->answer);
    }
    void put(std::string_view key, attempt_note const& note) {
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
};

template <class Line, class Record>
void put_fields(Line& line, names const& table, Record const& r) {
    field_writer<Line> writer{line, table};
    visit_fields(r, writer);
    if constexpr (std::same_as<Record, accepted>) {
        if (r.task.extras) visit_fields(*r.task.extras, writer);
    }
}

template <class Line>
void put_fields(Line& line, names const& table, accepted const& task, finished const& end) {
    field_writer<Line> writer{line, table};
    visit_fields_of_end(end, writer);
    put_fields(line, table, task);
}

std::string_view kind_of(accepted const& r) {
    bool const is_copy = r.state != task_state::scheduled || r.attempts != 0;
    return is_copy ? "copy" : "put";
}
std::string_view kind_of(started const&) {
    return "start";
}
std::string_view kind_of(retried const&) {
    return "retry";
}
std::string_view kind_of(finished const& r) {
    return to_string(r.state);
}
std::string_view kind_of(redriven const&) {
    return "redrive";
}
std::string_view kind_of(purged const&) {
    return "purge";
}
std::string_view kind_of(lane_changed const&) {
    return "lane";
}

template <class Record>
task_id id_on_line(Record const& r) {
    if constexpr (std::same_as<Record, accepted>) {
        return r.task.id;
    } else if constexpr (std::same_as<Record, lane_changed>) {
        return {};
    } else {
        return r.id;
    }
}

encoded finish(line_writer& line, char const* out, std::string_view body) {
    char* const end = line.end(body);
    return {end, static_cast<std::size_t>(end - out) - body.size() - 1};
}

} // namespace

std::size_t room_for(record const& r, names const& table) {
    line_measure line;
    std::visit([&](auto const& kind) { put_fields(line, table, kind); }, r);
    auto const* const task = std::get_if<accepted>(&r);
    return line.room(task ? task->task.payload.size() : 0);
}

std::size_t room_for(accepted const& task, finished const& end, names const& table) {
    line_measure line;
    put_fields(line, table, task, end);
    return line.room(task.task.payload.size());
}

finished cut_short(finished const& r, names const& table, std::size_t room) {
    constexpr std::size_t longest = 32; // bytes, up to three times that when escaped
    finished brief = r;
    brief.result.clear();
    brief.note.response.clear();
    brief.note.detail.resize(std::min(brief.note.detail.size(), longest));
    brief.reason.resize(std::min(brief.reason.size(), longest));
    if (room_for(brief, table) > room) brief.gate = {};
    return brief;
}

encoded encode(record const& r, names const& table, sequence number, std::uint32_t salt,
               char* out) {
    return std::visit(
        [&](auto const& kind) -> encoded {
            line_writer line(out, salt);
            line.begin(kind_of(kind), id_on_line(kind), number);
            put_fields(line, table, kind);
            if constexpr (std::same_as<std::remove_cvref_t<decltype(kind)>, accepted>) {
                return finish(line, out, kind.task.payload.view());
            } else {
                return {line.end(), 0};
            }
        },
        r);
}

encoded encode(accepted const& task, finished const& end, names const& table, sequence number,
               std::uint32_t salt, char* out) {
    line_writer line(out, salt);
    line.begin("kept", task.task.id, number);
    put_fields(line, table, task, end);
    return finish(line, out, task.task.payload.view());
}

encoded encode_void(sequence number, std::uint32_t salt, char* out) {
    line_writer line(out, salt);
    line.begin("void", task_id{}, number);
    return {line.end(), 0};
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
