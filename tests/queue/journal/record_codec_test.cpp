#include "queue/journal/journal_error.hpp"
#include "queue/journal/journal_space.hpp"
#include "queue/journal/record_codec.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::record_codec_test {

namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t salt = 0x1122334455667788;

wall_time at(std::int64_t ms) {
    return wall_time{milliseconds{ms}};
}

task_id some_id(int n = 1) {
    task_id id;
    id.bytes[0] = 1;
    id.bytes[15] = static_cast<std::uint8_t>(n);
    return id;
}

// Everything that could end a value, a line or a record, and every byte there is.
std::string hostile() {
    std::string all = "\n#J1 put - seq=1 dest=x - 00000000 00000000\n%0a,%,= ";
    for (int c = 0; c < 256; ++c)
        all += static_cast<char>(c);
    return all;
}

attempt_note hostile_note() {
    attempt_note note;
    note.number = 3;
    note.at = at(1'764'000'000'123);
    note.duration = milliseconds{250};
    note.status = 503;
    note.cause = cause::cut;
    note.detail = hostile();
    note.response = hostile();
    return note;
}

bool is_equal(attempt_note const& a, attempt_note const& b) {
    return a.number == b.number && a.at == b.at && a.duration == b.duration &&
           a.status == b.status && a.cause == b.cause && a.detail == b.detail &&
           a.response == b.response;
}

struct codec {
    names table;

    std::string write(record const& r, sequence number) {
        std::string bytes(room_for(r, table), '\0');
        auto const done = encode(r, table, number, salted(salt), bytes.data());
        auto const used = static_cast<std::size_t>(done.end - bytes.data());
        BOOST_REQUIRE_LE(used, bytes.size());
        bytes.resize(used);
        return bytes;
    }
    record read(std::string const& bytes) {
        auto const line = parse_line(bytes, salted(salt));
        BOOST_REQUIRE(line);
        BOOST_TEST(line->total_bytes() == bytes.size());
        auto const body = body_of(*line, bytes, salted(salt));
        BOOST_REQUIRE(body);
        auto r = decode(*line, *body, table);
        BOOST_REQUIRE(r.has_value());
        return std::move(*r);
    }
    template <class Record>
    Record round(Record r) {
        auto const bytes = write(record(std::move(r)), 77);
        BOOST_TEST(bytes.find(" seq=77") != std::string::npos);
        return std::get<Record>(read(bytes));
    }
};

accepted hostile_task(codec& c) {
    accepted r;
    r.task.id = some_id();
    r.task.lane = c.table.lanes.intern(hostile());
    r.task.account = c.table.accounts.intern("163");
    r.task.accepted_at = at(1);
    r.task.not_before = at(1'764'000'000'000);
    r.task.expires_at = at(1'864'000'000'000);
    r.task.payload = shared_bytes(hostile());
    r.attempts = 4;
    r.state = task_state::dead;
    r.next_attempt_at = at(5);
    r.finished_at = at(6);
    auto& extras = *(r.task.extras = std::make_unique<task_extras>());
    extras.group = some_id(9);
    extras.order_key = hostile();
    extras.callback = hostile();
    extras.idempotency = std::make_unique<idempotency>();
    extras.idempotency->key.fill(0xAB);
    extras.idempotency->body.fill(0x01);
    extras.idempotency->answer = hostile();
    extras.content = std::make_unique<idempotency>();
    extras.content->key.fill(0xCD);
    extras.content->body = extras.content->key;
    extras.content->lifetime = milliseconds(600'000);
    extras.content->answer = hostile();
    extras.travel_key = ~std::uint64_t{0};
    extras.batch = 1;
    extras.notes = {hostile_note(), hostile_note()};
    extras.result = hostile();
    extras.reason = hostile();
    extras.replay = replayed{some_id(3), hostile()};
    extras.redriven_by = hostile();
    extras.rendered_at = at(7);
    return r;
}

void check_hostile_task(codec& c, accepted const& r) {
    BOOST_TEST((r.task.id == some_id()));
    BOOST_TEST(c.table.lanes.name(r.task.lane) == hostile());
    BOOST_TEST(c.table.accounts.name(r.task.account) == "163");
    BOOST_TEST((r.task.accepted_at == at(1)));
    BOOST_TEST((r.task.not_before == at(1'764'000'000'000)));
    BOOST_TEST((r.task.expires_at == at(1'864'000'000'000)));
    BOOST_TEST(r.task.payload.view() == hostile());
    BOOST_TEST(r.attempts == 4u);
    BOOST_TEST((r.state == task_state::dead));
    BOOST_TEST((r.next_attempt_at == at(5) && r.finished_at == at(6)));
    BOOST_REQUIRE(r.task.extras);
    auto const& extras = *r.task.extras;
    BOOST_TEST((extras.group == some_id(9)));
    BOOST_TEST(extras.order_key == hostile());
    BOOST_TEST(extras.callback == hostile());
    BOOST_REQUIRE(extras.idempotency);
    BOOST_TEST(extras.idempotency->key[3] == 0xAB);
    BOOST_TEST(extras.idempotency->body[15] == 0x01);
    BOOST_TEST(extras.idempotency->answer == hostile());
    BOOST_REQUIRE(extras.content);
    BOOST_TEST((extras.content->key[3] == 0xCD && extras.content->body[15] == 0xCD));
    BOOST_TEST((extras.content->lifetime == milliseconds(600'000)));
    BOOST_TEST(extras.content->answer == hostile());
    BOOST_TEST((extras.travel_key == ~std::uint64_t{0} && extras.batch == 1u));
    BOOST_REQUIRE_EQUAL(extras.notes.size(), 2u);
    BOOST_TEST(is_equal(extras.notes[1], hostile_note()));
    BOOST_TEST((extras.result == hostile() && extras.reason == hostile()));
    BOOST_REQUIRE((extras.replay && extras.redriven_by));
    BOOST_TEST((extras.replay->of == some_id(3) && extras.replay->by == hostile()));
    BOOST_TEST(*extras.redriven_by == hostile());
    BOOST_TEST((extras.rendered_at == at(7)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(record_codec_test)

BOOST_AUTO_TEST_CASE(a_task_with_hostile_values_comes_back) {
    codec c;
    check_hostile_task(c, c.round(hostile_task(c)));
}

BOOST_AUTO_TEST_CASE(a_bare_task_comes_back_without_extras) {
    codec c;
    accepted r;
    r.task.id = some_id();
    r.task.lane = c.table.lanes.intern("crm");
    r.task.account = c.table.accounts.intern("");
    r.task.payload = shared_bytes("");
    auto const back = c.round(std::move(r));
    BOOST_TEST(!back.task.extras);
    BOOST_TEST((back.task.expires_at == never));
    BOOST_TEST(static_cast<bool>(back.task.payload));
    BOOST_TEST(back.task.payload.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_line_holds_no_newline_and_no_blank_in_a_value) {
    codec c;
    auto const bytes = c.write(record(hostile_task(c)), 1);
    auto const line = bytes.substr(0, bytes.find('\n'));
    auto const parsed = parse_line(bytes, salted(salt));
    BOOST_REQUIRE(parsed);
    BOOST_TEST(parsed->line_bytes == line.size() + 1);
    for (char const ch : line)
        BOOST_TEST((static_cast<unsigned char>(ch) >= 0x20 && ch != 0x7F));
}

BOOST_AUTO_TEST_CASE(every_other_record_comes_back) {
    codec c;
    auto const begun = c.round(started{some_id(), at(5)});
    BOOST_TEST((begun.id == some_id() && begun.rendered_at == at(5) && begun.batch == 0));
    auto const in_company = c.round(started{some_id(), at(5), ~std::uint64_t{0}});
    BOOST_TEST(in_company.batch == ~std::uint64_t{0});
    for (auto const company : {company::stays, company::leaves, company::alone}) {
        auto const left = c.round(retried{some_id(), hostile_note(), at(9), company});
        BOOST_TEST((left.company == company));
    }

    auto const again = c.round(retried{some_id(), hostile_note(), at(9)});
    BOOST_TEST((again.id == some_id() && again.next_attempt_at == at(9)));
    BOOST_TEST(is_equal(again.note, hostile_note()));

    BOOST_TEST(!again.gate.is_closed());
    auto const crm = c.table.lanes.intern("a,b c");
    retried closes{some_id(), hostile_note(), at(9)};
    closes.gate = {crm, at(10)};
    auto const closed = c.round(std::move(closes)).gate;
    BOOST_TEST((closed.lane == crm && closed.until == at(10)));

    for (auto const state :
         {task_state::delivered, task_state::dead, task_state::cancelled, task_state::expired}) {
        finished ends{some_id(), state, at(8), hostile_note(), hostile(), hostile()};
        ends.gate = {crm, at(11)};
        auto const end = c.round(std::move(ends));
        BOOST_TEST((end.gate.lane == crm && end.gate.until == at(11)));
        BOOST_TEST((end.state == state && end.at == at(8)));
        BOOST_TEST(is_equal(end.note, hostile_note()));
        BOOST_TEST(end.reason == hostile());
        BOOST_TEST(end.result == hostile());
    }
    auto const anew = c.round(redriven{some_id(), at(4), 17, hostile()});
    BOOST_TEST((anew.not_before == at(4) && anew.order_turn == 17 && anew.by == hostile()));
    BOOST_TEST((c.round(purged{some_id(2)}).id == some_id(2)));

    auto const lane =
        c.round(lane_changed{c.table.lanes.intern("a b"), true, true, hostile(), at(3)});
    BOOST_TEST(c.table.lanes.name(lane.lane) == "a b");
    BOOST_TEST((lane.is_paused && lane.is_disabled && lane.by == hostile() && lane.at == at(3)));
    BOOST_TEST((lane.gate_until == wall_time{}));
    BOOST_TEST(lane.version == 0U);
    lane_changed stands{c.table.lanes.intern("a b"), false, false, {}, at(3)};
    stands.gate_until = at(12);
    stands.gate_by = hostile();
    stands.breaker_until = at(13);
    stands.breaker_by = "5 failures in a row";
    stands.version = 12'345'678'901;
    auto const repeated = c.round(std::move(stands));
    BOOST_TEST((repeated.breaker_until == at(13)));
    BOOST_TEST(repeated.version == 12'345'678'901U);
    BOOST_TEST(repeated.breaker_by == "5 failures in a row");
    BOOST_TEST((repeated.gate_until == at(12) && repeated.gate_by == hostile()));
}

BOOST_AUTO_TEST_CASE(an_end_that_is_cut_short_keeps_what_changes_the_queue) {
    codec lines;
    names& table = lines.table;
    constexpr std::size_t room = end_room;
    finished end{some_id(), task_state::delivered, at(9), hostile_note(), {}, "mapped"};
    end.note.detail.clear();
    end.gate = closed_gate{table.lanes.intern("crm"), at(1'764'000'060'000)};
    end.is_adopted = true;
    auto const brief = cut_short(end, table, room);
    BOOST_TEST(lines.write(brief, 1).size() <= room);
    BOOST_TEST((brief.id == end.id && brief.state == end.state && brief.at == end.at));
    BOOST_TEST(
        (brief.note.number == 3u && brief.note.status == 503 && brief.note.response.empty()));
    BOOST_TEST((brief.gate.lane == end.gate.lane && brief.gate.until == end.gate.until));
    BOOST_TEST(brief.is_adopted);
    BOOST_TEST(brief.result.empty());

    // However long everything is, it has room; then the gate is what goes.
    end.note = hostile_note();
    end.reason = hostile();
    end.gate.lane = table.lanes.intern(std::string(253, 'x'));
    auto const least = cut_short(end, table, room);
    BOOST_TEST(lines.write(least, std::uint64_t(-1)).size() <= room);
    BOOST_TEST(!least.gate.is_closed());
    BOOST_TEST(least.is_adopted);
}

BOOST_AUTO_TEST_CASE(a_start_has_the_room_that_is_kept_for_it) {
    codec lines;
    started const start{some_id(), at(std::int64_t(1) << 60), std::uint64_t(-1)};
    BOOST_TEST(lines.write(start, std::uint64_t(-1)).size() <= start_room);
}

BOOST_AUTO_TEST_CASE(a_finished_task_of_the_history_comes_back_whole) {
    codec c;
    auto const task = hostile_task(c);
    finished const end{some_id(), task_state::delivered, at(8), hostile_note(), hostile(), "r"};
    std::string bytes(room_for(task, end, c.table), '\0');
    auto const done = encode(task, end, c.table, 12, salted(salt), bytes.data());
    bytes.resize(static_cast<std::size_t>(done.end - bytes.data()));
    auto const line = parse_line(bytes, salted(salt));
    BOOST_REQUIRE(line);
    BOOST_TEST(is_kept(*line));
    auto const body = body_of(*line, bytes, salted(salt));
    BOOST_REQUIRE(body);
    auto const back = decode_kept(*line, *body, c.table);
    BOOST_REQUIRE(back.has_value());
    check_hostile_task(c, back->task);
    BOOST_TEST(back->number == 12u);
    BOOST_TEST((back->end.state == task_state::delivered && back->end.at == at(8)));
    BOOST_TEST(is_equal(back->end.note, hostile_note()));
    BOOST_TEST(back->end.reason == hostile());
    BOOST_TEST(back->end.result == "r");
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_anywhere_is_noticed) {
    codec c;
    accepted r;
    r.task.id = some_id();
    r.task.lane = c.table.lanes.intern("crm");
    r.task.account = c.table.accounts.intern("163");
    r.task.payload = shared_bytes("the body");
    auto const good = c.write(record(std::move(r)), 5);
    for (std::size_t i = 0; i < good.size() * 8; ++i) {
        auto bad = good;
        bad[i / 8] = static_cast<char>(bad[i / 8] ^ 1 << i % 8);
        auto const line = parse_line(bad, salted(salt));
        BOOST_TEST((!line || !body_of(*line, bad, salted(salt))), "bit " << i);
    }
}

BOOST_AUTO_TEST_CASE(a_line_of_another_file_is_not_believed) {
    codec c;
    auto const bytes = c.write(record(purged{some_id()}), 5);
    BOOST_TEST(parse_line(bytes, salted(salt)).has_value());
    BOOST_TEST(!parse_line(bytes, salted(salt + 1)));
}

boost::system::result<record> decoded_redrive(char const* key, char const* kind = "redrive") {
    std::string bytes(500, '\0');
    line_writer line(bytes.data(), salted(salt));
    line.begin(kind, some_id(), 1);
    line.number(" ready=", 9);
    line.number(key, 5);
    line.end();
    names table;
    auto const parsed = parse_line(bytes, salted(salt));
    BOOST_REQUIRE(parsed);
    return decode(*parsed, "", table);
}

// So that a later version can add what may be left out.
BOOST_AUTO_TEST_CASE(a_field_that_is_not_known_is_skipped) {
    auto const r = decoded_redrive(" weight=");
    BOOST_REQUIRE(r.has_value());
    BOOST_TEST((std::get<redriven>(*r).not_before == at(9)));
}

BOOST_AUTO_TEST_CASE(a_kind_that_is_not_known_is_a_newer_format) {
    auto const r = decoded_redrive(" weight=", "weigh");
    BOOST_REQUIRE(r.has_error());
    BOOST_TEST(r.error() == make_error_code(journal_errc::newer_format));
}

BOOST_AUTO_TEST_CASE(marks_have_one_length_and_come_back) {
    for (std::uint64_t const n :
         {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{9'999'999'999}}) {
        std::string bytes(mark_bytes(), '\0');
        encode(mark{n + 1, n, n * 3, n}, salted(salt), bytes.data());
        BOOST_TEST(bytes.back() == '\n');
        auto const line = parse_line(bytes, salted(salt));
        BOOST_REQUIRE(line);
        auto const m = decode_mark(*line);
        BOOST_REQUIRE(m);
        BOOST_TEST((m->batch == n + 1 && m->synced == n && m->first == n * 3 && m->records == n));
    }
}

BOOST_AUTO_TEST_CASE(headers_come_back_and_other_versions_are_refused) {
    file_header written;
    written.is_history = true;
    written.number = 12;
    written.salt = salt;
    written.created = at(5);
    written.after = 99;
    auto const bytes = encode(written);
    auto const header = decode_header(bytes);
    BOOST_REQUIRE(header.has_value());
    BOOST_TEST((header->is_history && header->number == 12 && header->salt == salt));
    BOOST_TEST((header->created == at(5) && header->after == 99u));
    BOOST_TEST(header->line_bytes == bytes.size());

    written.is_history = false;
    written.first_batch = 7;
    auto const segment = decode_header(encode(written));
    BOOST_REQUIRE(segment.has_value());
    BOOST_TEST((!segment->is_history && segment->first_batch == 7));

    std::string first(500, '\0');
    line_writer old(first.data(), 0);
    old.begin("segment", task_id{}, 0);
    old.number(" format=", 1);
    old.number(" number=", 3);
    old.end();
    BOOST_REQUIRE(decode_header(first).has_value()); // what the first version wrote is read
    BOOST_TEST(decode_header(first)->number == 3u);

    std::string other(500, '\0');
    line_writer line(other.data(), 0);
    line.begin("segment", task_id{}, 0);
    line.number(" format=", format_version + 1);
    line.end();
    BOOST_TEST(decode_header(other).error() == make_error_code(journal_errc::newer_format));
    BOOST_TEST(decode_header("").error() == make_error_code(journal_errc::bad_checksum));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::record_codec_test
