#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/replay.hpp"
#include "queue/journal/segment_reader.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::replay_test {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t block = 512;
char const* const segment_one = "journal-0000000001.log";

// Where a line of the original journal lies.
struct placed {
    std::size_t offset = 0;
    std::size_t bytes = 0;
    std::optional<mark> as_mark;
    std::uint64_t batch = 0;
    task_id put; // nil: not a put
};

// A journal of one segment, and what of it must survive.
struct original {
    std::string content; // as far as it is used
    std::size_t last_batch = 0;
    std::vector<placed> lines;
    std::map<task_id, std::string> payloads;
    std::set<task_id> settled;

    bool is_whole(placed const& line, std::string const& bytes) const {
        return bytes.size() >= line.offset + line.bytes &&
               bytes.compare(line.offset, line.bytes, content, line.offset, line.bytes) == 0;
    }
    // The highest batch that the marks which are still whole in `bytes` call synced.
    std::uint64_t synced_by(std::string const& bytes) const {
        std::uint64_t synced = 0;
        for (auto const& line : lines) {
            if (line.as_mark && is_whole(line, bytes))
                synced = std::max(synced, line.as_mark->synced);
        }
        return synced;
    }
    // Whether something that is called synced has changed.
    bool is_damaged(std::string const& bytes) const {
        auto const synced = synced_by(bytes);
        return bytes.compare(0, lines.front().offset, content, 0, lines.front().offset) != 0 ||
               std::ranges::any_of(lines, [&](placed const& line) {
                   return line.batch <= synced && !is_whole(line, bytes);
               });
    }
    std::set<task_id> known_synced(std::string const& bytes) const {
        auto const synced = synced_by(bytes);
        std::set<task_id> ids;
        for (auto const& line : lines) {
            if (!line.put.is_nil() && line.batch <= synced) ids.insert(line.put);
        }
        return ids;
    }
};

void list_lines(original& o) {
    auto const header = decode_header(o.content);
    segment_reader reader(o.content, header->salt, header->line_bytes,
                          [](journal_line const&) { return belief::yes; });
    std::uint64_t batch = 0;
    for (auto item = reader.next(); item.what == segment_item::kind::line; item = reader.next()) {
        placed line{item.offset, item.bytes, decode_mark(item.line), 0, {}};
        if (line.as_mark) {
            batch = line.as_mark->batch;
            o.last_batch = item.offset;
        }
        line.batch = batch;
        if (is_full_record(item.line)) line.put = item.line.id;
        o.lines.push_back(line);
        o.content.resize(std::max<std::size_t>(o.content.size(), item.offset + item.bytes));
    }
    o.content.resize(o.lines.back().offset + o.lines.back().bytes);
}

original make_original(int batches, std::size_t payload_bytes) {
    simulated_storage disk(3);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    for (int b = 0; b < batches; ++b) {
        auto const first = journal.put(std::string(payload_bytes, static_cast<char>('a' + b)));
        journal.put("second of batch " + std::to_string(b) + "\n#J1 put - seq=1\n");
        journal.run_commits();
        journal.retry(first);
        if (b % 3 == 1) journal.settle(first);
    }
    original o;
    o.content = disk.content(segment_one);
    o.payloads = journal.payloads;
    o.settled = journal.finished_ids;
    list_lines(o);
    return o;
}

struct outcome_of_start {
    bool is_damaged = false;
    replay_report report;
    std::set<task_id> live;
};

// Starts on `bytes`. Whatever they are: no crash, no error but damage, nothing that never was,
// nothing lost that is known to be synced, and a second start sees the same.
outcome_of_start start_on(original const& o, std::string const& bytes, std::string const& what) {
    simulated_storage disk(5);
    disk.set_content(segment_one, bytes);
    outcome_of_start seen;
    {
        rig journal(disk);
        auto const started = journal.start();
        seen.report = journal.report;
        if (started.has_error()) {
            BOOST_TEST(started.error() == make_error_code(journal_errc::damaged), what);
            BOOST_TEST(!journal.report.damages.empty(), what);
            seen.is_damaged = true;
            return seen;
        }
        for (auto const& [id, task] : journal.live) {
            seen.live.insert(id);
            auto const known = o.payloads.find(id);
            BOOST_TEST((known != o.payloads.end() && known->second == task.payload), what);
        }
        for (auto const& id : o.known_synced(bytes)) {
            if (o.settled.contains(id)) continue;
            BOOST_TEST(journal.live.contains(id), what << ": lost " << to_string(id));
        }
    }
    disk.crash();
    rig again(disk);
    BOOST_TEST(again.start().has_value(), what << ": second start");
    std::set<task_id> live;
    for (auto const& [id, task] : again.live)
        live.insert(id);
    BOOST_TEST((live == seen.live), what << ": second start differs");
    return seen;
}

std::string at(char const* what, std::size_t where) {
    return std::string(what) + " at " + std::to_string(where);
}

} // namespace

BOOST_AUTO_TEST_SUITE(replay_test)

BOOST_AUTO_TEST_CASE(an_untouched_journal_is_read_whole) {
    auto const o = make_original(4, 100);
    auto const seen = start_on(o, o.content, "untouched");
    BOOST_TEST(!seen.is_damaged);
    BOOST_TEST(seen.report.torn_bytes_dropped == 0u);
    BOOST_TEST(seen.report.tasks == 8u);
    BOOST_TEST(seen.report.text().find("8 tasks") != std::string::npos);
}

// A journal that only ends earlier is what a power cut leaves: never refused.
BOOST_AUTO_TEST_CASE(cut_at_every_byte_it_is_never_refused) {
    auto const o = make_original(3, 40);
    auto const header = decode_header(o.content)->line_bytes;
    for (std::size_t size = 0; size < o.content.size(); ++size) {
        auto const seen = start_on(o, o.content.substr(0, size), at("cut", size));
        BOOST_TEST(seen.is_damaged == (size < header), at("cut", size));
    }
}

BOOST_AUTO_TEST_CASE(flipped_at_every_byte_it_is_damage_or_torn_by_the_marks) {
    auto const o = make_original(3, 40);
    for (std::size_t i = 0; i < o.content.size(); ++i) {
        auto bytes = o.content;
        bytes[i] = static_cast<char>(bytes[i] ^ 1 << i % 8);
        auto const seen = start_on(o, bytes, at("flip", i));
        BOOST_TEST(seen.is_damaged == (i < o.last_batch), at("flip", i));
        BOOST_TEST(seen.is_damaged == o.is_damaged(bytes), at("flip", i));
        if (seen.is_damaged) {
            auto const& d = seen.report.damages.front();
            BOOST_TEST(d.file == segment_one);
            BOOST_TEST((d.offset <= i && i < d.offset + std::max<std::uint64_t>(d.bytes, 1)),
                       at("flip", i));
        }
    }
}

BOOST_AUTO_TEST_CASE(zeroed_blocks_are_noticed) {
    auto const o = make_original(12, 900);
    BOOST_REQUIRE(o.content.size() > 3 * 4096);
    for (std::size_t const size : {block, std::size_t{4096}}) {
        for (std::size_t from = 0; from < o.content.size(); from += size) {
            auto bytes = o.content;
            auto const end = std::min(bytes.size(), from + size);
            std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                      bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
            auto const seen = start_on(o, bytes, at("zeros", from));
            BOOST_TEST(seen.is_damaged == o.is_damaged(bytes), at("zeros", from));
        }
    }
}

BOOST_AUTO_TEST_CASE(blocks_in_the_wrong_place_are_noticed) {
    auto const o = make_original(5, 300);
    auto const blocks = o.content.size() / block;
    for (std::size_t a = 0; a < blocks; ++a) {
        for (std::size_t b = 0; b < blocks; ++b) {
            if (a == b) continue;
            auto const what = at("block", a) + at(" to", b);
            auto copied = o.content;
            copied.replace(b * block, block, o.content, a * block, block);
            start_on(o, copied, what);
            if (a > b) continue;
            copied.replace(a * block, block, o.content, b * block, block);
            start_on(o, copied, "swapped " + what);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_length_beyond_the_file_is_only_bad_bytes) {
    auto const o = make_original(3, 40);
    auto const salt = salted(decode_header(o.content)->salt);
    for (auto const length : {"4294967295", "18446744073709551615", "99999999999999999999"}) {
        std::string line = "#J1 put " + to_string(o.payloads.begin()->first) +
                           " seq=9999 dest=a acct=b at=1 ready=1 " + length + " 00000000 ";
        // Under a checksum that is right.
        std::string forged(1000, '\0');
        line_writer writer(forged.data(), salt);
        writer.raw(line);
        auto bytes = o.content + line + "00000000\nshort\n";
        BOOST_TEST(!start_on(o, bytes, length).is_damaged);
    }
}

BOOST_AUTO_TEST_CASE(old_records_in_a_reused_block_are_never_believed) {
    auto const o = make_original(3, 40);
    // Another journal's records stand where ours end.
    simulated_storage other_disk(4);
    auto options = rig::small();
    options.seed = 99;
    rig other(other_disk, options);
    BOOST_REQUIRE(other.start().has_value());
    other.put("a stranger");
    other.run_commits();
    auto const stranger = other_disk.content(segment_one).substr(100, 1000);
    for (std::size_t gap : {0, 1, 300, 512}) {
        auto const seen =
            start_on(o, o.content + std::string(gap, '\0') + stranger, at("gap", gap));
        BOOST_TEST(!seen.is_damaged);
        BOOST_TEST(seen.report.torn_records_kept == 0u);
        BOOST_TEST(seen.report.torn_bytes_dropped > 0u);
    }
}

BOOST_AUTO_TEST_CASE(a_body_that_looks_like_a_record_is_not_one_even_behind_bad_bytes) {
    simulated_storage disk(6);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    names table;
    std::string inner(500, '\0');
    auto const end =
        encode(record(purged{journal.put("victim")}), table, 3, salted(1), inner.data());
    inner.resize(static_cast<std::size_t>(end.end - inner.data()));
    auto const id = journal.put("x\n" + inner + inner);
    journal.run_commits();
    auto bytes = disk.content(segment_one);
    bytes[bytes.find(to_string(id))] ^= 1;
    simulated_storage copy(1);
    copy.set_content(segment_one, bytes);
    rig again(copy);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST(again.report.torn_records_kept == 0u);
    BOOST_TEST(again.live.size() == 1u);
}

// What was copied out of the file and came in again as a body was true once, and says less.
BOOST_AUTO_TEST_CASE(a_body_that_holds_an_earlier_mark_changes_nothing) {
    simulated_storage disk(6);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    for (int i = 0; i < 3; ++i) {
        journal.put("number " + std::to_string(i));
        journal.run_commits();
    }
    auto const so_far = disk.content(segment_one);
    auto const mark = so_far.substr(so_far.find("#J1 mark"), mark_bytes());
    journal.put(mark);
    journal.run_commits();
    auto bytes = disk.content(segment_one);
    bytes[bytes.find("number 2")] ^= 1; // called synced by the last mark only
    simulated_storage copy(1);
    copy.set_content(segment_one, bytes);
    rig again(copy);
    BOOST_TEST(again.start().error() == make_error_code(journal_errc::damaged));
}

// The sectors of an unsynced batch reach the disk in any order, some not at all.
BOOST_AUTO_TEST_CASE(a_last_batch_written_in_any_part_costs_nothing_older) {
    simulated_storage disk(7);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const older = journal.put("older");
    journal.run_commits();
    auto const before = disk.content(segment_one);
    std::vector<task_id> newer;
    for (int i = 0; i < 5; ++i)
        newer.push_back(journal.put(std::string(500, static_cast<char>('0' + i))));
    journal.run_commits();
    auto const after = disk.content(segment_one);
    auto const begin = journal.batches.back().offset / block;
    auto const sectors =
        (journal.batches.back().offset + journal.batches.back().bytes) / block - begin + 1;
    BOOST_REQUIRE_LE(sectors, 10u);
    original o;
    o.payloads = journal.payloads;
    o.content = before;
    list_lines(o);
    std::uint64_t kept_behind_holes = 0;
    for (std::uint64_t subset = 0; subset < 1u << sectors; ++subset) {
        auto bytes = before;
        for (std::uint64_t s = 0; s < sectors; ++s) {
            if (subset >> s & 1)
                bytes.replace((begin + s) * block, block, after, (begin + s) * block, block);
        }
        auto const seen = start_on(o, bytes, at("subset", subset));
        BOOST_TEST(!seen.is_damaged, at("subset", subset));
        BOOST_TEST(seen.live.contains(older), at("subset", subset));
        kept_behind_holes += seen.report.torn_records_kept;
        if (subset + 1 == 1u << sectors) BOOST_TEST(seen.live.size() == 6u);
    }
    BOOST_TEST(kept_behind_holes > 0u);
}

BOOST_AUTO_TEST_CASE(damage_is_skipped_when_told_to) {
    auto const o = make_original(4, 100);
    auto bytes = o.content;
    bytes[o.lines[2].offset + 5] ^= 1; // in the second batch
    simulated_storage disk(5);
    disk.set_content(segment_one, bytes);
    auto options = rig::small();
    options.skip_damage = true;
    rig journal(disk, options);
    BOOST_TEST(journal.start().has_value());
    BOOST_TEST(journal.report.damages.size() == 1u);
    BOOST_TEST(journal.report.text().find("damage in journal-0000000001.log") != std::string::npos);
    BOOST_TEST(journal.live.size() >= 5u);
    auto const id = journal.put("goes on");
    journal.run_jobs();
    BOOST_TEST(journal.accepted_ids.contains(id));
}

BOOST_AUTO_TEST_CASE(damage_changes_nothing_on_the_disk) {
    auto const o = make_original(4, 100);
    auto bytes = o.content;
    bytes[o.lines[2].offset + 5] ^= 1;
    simulated_storage disk(5);
    disk.set_content(segment_one, bytes);
    rig journal(disk);
    BOOST_TEST(journal.start().has_error());
    BOOST_TEST((disk.names() == std::vector<std::string>{segment_one}));
    BOOST_TEST(disk.content(segment_one) == bytes);
}

BOOST_AUTO_TEST_CASE(a_missing_segment_in_the_middle_is_damage) {
    simulated_storage disk(8);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    for (int i = 0; i < 300; ++i) {
        journal.put(std::string(700, 'x'));
        journal.run_jobs();
    }
    auto const copy = disk.copy(1);
    BOOST_REQUIRE(copy->remove("journal-0000000002.log").has_value());
    rig again(*copy);
    auto const started = again.start();
    BOOST_REQUIRE(started.has_error());
    BOOST_TEST(started.error() == make_error_code(journal_errc::damaged));
    BOOST_TEST(again.report.damages.front().file == "journal-0000000003.log");
}

BOOST_AUTO_TEST_CASE(another_format_version_is_refused_by_name) {
    std::string header(500, '\0');
    line_writer line(header.data(), 0);
    line.begin("segment", task_id{}, 0);
    line.number(" format=", format_version + 1);
    header.resize(static_cast<std::size_t>(line.end() - header.data()));
    simulated_storage disk(5);
    disk.set_content(segment_one, header);
    rig journal(disk);
    auto const started = journal.start();
    BOOST_REQUIRE(started.has_error());
    BOOST_TEST(started.error() == make_error_code(journal_errc::newer_format));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::replay_test
