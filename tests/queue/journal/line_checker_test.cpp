#include "queue/journal/line_checker.hpp"
#include "queue/journal/replay.hpp"
#include "queue/journal/segment_files.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

namespace sluice::queue {

namespace {

// A journal of several segments: so many puts, each with a batch of its own.
void write_journal(simulated_storage& disk, int puts) {
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    for (int i = 0; i < puts; ++i) {
        journal.put("number " + std::to_string(i));
        journal.run_jobs();
    }
}

std::vector<segment_ref> segments_of(job_worker& disk) {
    std::vector<segment_ref> all;
    for (auto const& entry : disk.run({list_job{}, 0}).entries) {
        if (entry.segment.kind == segment_kind::journal) all.push_back(entry.segment);
    }
    return all;
}

// What a checker hands on.
struct checked {
    std::vector<std::string> payloads;
    std::size_t segments = 0;
    std::size_t whole_segments = 0; // zeros behind the last line
    std::size_t largest_part = 0;
    std::vector<std::uint64_t> ends; // of the segments' lines
    std::uint64_t bytes = 0;         // of all segments

    bool operator==(checked const&) const = default;
};

checked check_all(simulated_storage& disk, std::uint64_t piece_bytes = all_at_once) {
    file_worker files(disk);
    line_checker checker(files, segments_of(files), piece_bytes);
    checked seen;
    std::uint64_t end = 0;
    bool is_first = true;
    while (auto part = checker.next()) {
        BOOST_TEST(part->is_first == is_first);
        is_first = part->is_last;
        seen.largest_part = std::max(seen.largest_part, part->lines.size());
        for (auto const& line : part->lines) {
            auto const body = line.body_in(part->where());
            if (!body.empty()) seen.payloads.emplace_back(body);
            end = line.offset + line.line_bytes + (body.empty() ? 0 : body.size() + 1);
        }
        BOOST_TEST((part->lines.empty() || part->end == end));
        if (!part->is_last) continue;
        ++seen.segments;
        seen.ends.push_back(part->end);
        seen.bytes += part->bytes;
        if (part->is_at_end) ++seen.whole_segments;
    }
    return seen;
}

// What all parts together say, however they are cut.
checked check_in_pieces(simulated_storage& disk, std::uint64_t piece_bytes,
                        std::size_t largest_part) {
    auto seen = check_all(disk, piece_bytes);
    seen.largest_part = largest_part;
    return seen;
}

constexpr std::uint64_t piece_sizes[] = {4096, 4097, 5000, 9001, 64 << 10, 1 << 20};

// Counts how often each piece of a segment is read.
class counting_worker final : public job_worker {
  public:
    explicit counting_worker(job_worker& inner)
        : inner_(inner) {}

    disk_result run(disk_job const& job) override {
        if (auto const* const load = std::get_if<load_job>(&job.work)) {
            ++loads[{load->from, load->begin}];
        }
        return inner_.run(job);
    }

    std::map<std::pair<segment_ref, std::uint64_t>, int> loads;

  private:
    job_worker& inner_;
};

// Cannot read a segment behind its first piece.
class failing_worker final : public job_worker {
  public:
    explicit failing_worker(job_worker& inner)
        : inner_(inner) {}

    disk_result run(disk_job const& job) override {
        auto const* const load = std::get_if<load_job>(&job.work);
        if (load == nullptr || load->begin == 0) return inner_.run(job);
        disk_result failed;
        failed.error = make_error_code(boost::system::errc::io_error);
        return failed;
    }

  private:
    job_worker& inner_;
};

constexpr int puts = 700; // more than the segments that are in memory at a time

} // namespace

BOOST_AUTO_TEST_SUITE(line_checker_hands_on)

BOOST_AUTO_TEST_CASE(every_line_of_every_segment_in_order) {
    simulated_storage disk(3);
    write_journal(disk, puts);
    auto const seen = check_all(disk);
    BOOST_TEST(seen.segments > 3u);
    BOOST_TEST(seen.whole_segments == seen.segments);
    BOOST_REQUIRE(seen.payloads.size() == std::size_t{puts});
    for (int i = 0; i < puts; ++i)
        BOOST_TEST(seen.payloads[static_cast<std::size_t>(i)] == "number " + std::to_string(i));
}

BOOST_AUTO_TEST_CASE(the_same_in_pieces_of_any_length) {
    simulated_storage disk(3);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    for (std::size_t i = 0; i < 300; ++i) {
        // Longer than one piece, and than several.
        journal.put(std::string(i % 50 == 20 ? 5'000 : i % 50 == 40 ? 21'000 : 100 + i, 'x'));
        journal.run_jobs();
    }
    auto const whole = check_all(disk);
    BOOST_TEST(whole.payloads.size() == 300u);
    BOOST_TEST(whole.segments > 3u);
    BOOST_TEST(whole.whole_segments == whole.segments);
    for (auto const bytes : piece_sizes)
        BOOST_TEST((check_in_pieces(disk, bytes, whole.largest_part) == whole), bytes);
}

BOOST_AUTO_TEST_CASE(the_same_in_pieces_where_bytes_are_bad) {
    auto const seed = std::random_device{}();
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    simulated_storage disk(3);
    write_journal(disk, puts);
    auto const good = disk.content(segment_name(2));
    auto const used = good.find_last_not_of('\0') + 1;
    for (int round = 0; round < 40; ++round) {
        auto content = good;
        auto const at = std::uniform_int_distribution<std::size_t>(0, used + 200)(random);
        switch (round % 4) {
        case 0:
            content[at % content.size()] ^= 1;
            break;
        case 1: // cut
            content.resize(at);
            break;
        case 2: // never written
            content.replace(at, std::string::npos, content.size() - at, '\0');
            break;
        default: // written behind the end
            content[std::min(used + 300 + at, content.size() - 1)] = 'x';
        }
        disk.set_content(segment_name(2), content);
        auto const whole = check_all(disk);
        for (auto const bytes : piece_sizes) {
            BOOST_TEST((check_in_pieces(disk, bytes, whole.largest_part) == whole),
                       "seed " << seed << " round " << round << " pieces " << bytes);
        }
    }
}

BOOST_AUTO_TEST_CASE(many_lines_in_parts) {
    simulated_storage disk(3);
    auto options = rig::small();
    options.segment_bytes = options.first_segment_bytes = 1 << 20;
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    auto const many = 2 * line_checker::lines_at_once + 10;
    for (std::size_t i = 0; i < many; ++i)
        journal.put("x");
    journal.run_jobs();
    auto const seen = check_all(disk);
    BOOST_TEST(seen.largest_part == line_checker::lines_at_once);
    BOOST_TEST(seen.payloads.size() == many);
    BOOST_TEST((check_in_pieces(disk, 9000, seen.largest_part) == seen));
}

BOOST_AUTO_TEST_CASE(a_replay_reads_each_piece_once) {
    simulated_storage disk(3);
    write_journal(disk, puts);
    file_worker files(disk);
    counting_worker counted(files);
    names table;
    segment_table segments;
    replay_report report;
    auto const all = files.run({list_job{}, 0}).entries;
    BOOST_REQUIRE(replay_journal(counted, all, table, {}, segments, report, 9'000).has_value());
    BOOST_TEST(report.tasks == std::uint64_t{puts});
    BOOST_TEST(report.segments > 3u);
    BOOST_TEST(counted.loads.size() > 3 * report.segments);
    for (auto const& [piece, count] : counted.loads)
        BOOST_TEST(count == 1, to_string(piece.first) << " from " << piece.second);
    BOOST_TEST(!segments.all().back().has_batches()); // also of one that was never used
}

// What has no room in a checked line goes beside it, in order.
BOOST_AUTO_TEST_CASE(plain_tasks_in_short_and_all_else_whole) {
    names table;
    accepted task;
    task.task.id.bytes[0] = 1;
    task.task.lane = table.lanes.intern("crm");
    task.task.account = table.accounts.intern("163");
    task.task.accepted_at = wall_time{std::chrono::milliseconds{1'764'000'000'000}};
    task.task.not_before = wall_time{std::chrono::milliseconds{1'764'000'060'000}};
    task.task.payload = shared_bytes("body");
    std::vector<record> written(4, task);
    std::get<accepted>(written[1]).task.expires_at = task.task.not_before;
    std::get<accepted>(written[2]).task.extras.made().order_turn = 7;
    written.emplace_back(purged{task.task.id});
    std::get<accepted>(written[3]).attempts = 2;

    std::string bytes;
    sequence number = 0;
    for (auto const& r : written) {
        std::string line(room_for(r, table), '\0');
        auto const done = encode(r, table, ++number, salted(9), line.data());
        bytes.append(line.data(), done.end);
    }
    bytes.append(8, '\0');
    segment_reader reader(bytes, 9, 0, [](journal_line const&) { return belief::yes; });
    checked_lines all;
    for (auto item = reader.next(); item.what == segment_item::kind::line; item = reader.next())
        all.add(item, table);

    BOOST_REQUIRE(all.lines.size() == written.size());
    BOOST_REQUIRE(all.records.size() == written.size() - 1);
    auto const& plain = all.lines.front();
    BOOST_TEST((plain.what == checked_line::kind::task));
    BOOST_TEST((plain.id == task.task.id && plain.lane == task.task.lane));
    BOOST_TEST((plain.account == task.task.account));
    BOOST_TEST((plain.accepted_at == task.task.accepted_at));
    BOOST_TEST((plain.not_before == task.task.not_before));
    BOOST_TEST(plain.body_in({bytes}) == "body");
    checked_walk walk(all);
    BOOST_TEST(walk.next()->decoded == nullptr);
    BOOST_TEST((std::get<accepted>(*walk.next()->decoded).task.expires_at != never));
    BOOST_TEST(std::get<accepted>(*walk.next()->decoded).task.extras->order_turn == 7u);
    BOOST_TEST(std::get<accepted>(*walk.next()->decoded).attempts == 2u);
    BOOST_TEST(std::holds_alternative<purged>(*walk.next()->decoded));
    BOOST_TEST(!walk.next().has_value());
}

BOOST_AUTO_TEST_CASE(nothing_of_a_segment_behind_bad_bytes) {
    simulated_storage disk(3);
    write_journal(disk, puts);
    auto const whole = check_all(disk);
    auto content = disk.content(segment_name(2));
    auto const bad = content.find("number 250");
    BOOST_REQUIRE(bad != std::string::npos);
    content[bad] = 'N';
    disk.set_content(segment_name(2), content);
    auto const seen = check_all(disk);
    BOOST_TEST(seen.segments == whole.segments);
    BOOST_TEST(seen.whole_segments == whole.whole_segments - 1);
    BOOST_TEST(std::ranges::count(seen.payloads, "number 249") == 1);
    BOOST_TEST(std::ranges::count(seen.payloads, "number 251") == 0);
    BOOST_TEST(seen.payloads.back() == whole.payloads.back()); // of a later segment
}

BOOST_AUTO_TEST_CASE(as_little_as_is_asked_for) {
    simulated_storage disk(3);
    write_journal(disk, puts);
    file_worker files(disk);
    line_checker checker(files, segments_of(files), 4096);
    BOOST_TEST(checker.next().has_value()); // and ends while both threads have more
}

BOOST_AUTO_TEST_CASE(an_error_of_the_disk_and_nothing_behind_it) {
    simulated_storage disk(3);
    write_journal(disk, puts);
    file_worker files(disk);
    line_checker checker(
        files,
        {{segment_kind::journal, 1}, {segment_kind::journal, 999}, {segment_kind::journal, 2}},
        4096);
    boost::system::error_code error;
    std::size_t after = 0;
    while (auto part = checker.next()) {
        if (error) ++after;
        if (part->of->error) error = part->of->error;
    }
    BOOST_TEST(error == boost::system::errc::no_such_file_or_directory);
    BOOST_TEST(after == 0u);
}

BOOST_AUTO_TEST_CASE(an_error_in_the_middle_of_a_segment_too) {
    simulated_storage disk(3);
    write_journal(disk, puts);
    file_worker files(disk);
    failing_worker failing(files);
    auto const all = files.run({list_job{}, 0}).entries;
    for (bool const is_bad : {false, true}) {
        auto content = disk.content(segment_name(1));
        if (is_bad) content[200] ^= 1; // what follows is only gone through
        disk.set_content(segment_name(1), content);
        names table;
        segment_table segments;
        replay_report report;
        auto const read = replay_journal(failing, all, table, {}, segments, report, 4096);
        BOOST_TEST(read.has_error());
        BOOST_TEST(read.error() == boost::system::errc::io_error);
        BOOST_TEST(report.tasks < std::uint64_t{puts});
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(names_of_another_table)

BOOST_AUTO_TEST_CASE(become_ours_wherever_a_record_has_them) {
    names ours;
    ours.lanes.intern("sms");
    ours.accounts.intern("7");
    names theirs;
    name_watch watch;
    foreign_names translation;

    accepted put;
    put.task.lane = theirs.lanes.intern("crm");
    put.task.account = theirs.accounts.intern("163");
    translation.learn(watch.take_new(theirs), ours);
    retried again;
    again.gate = {theirs.lanes.intern("mail"), wall_time{std::chrono::milliseconds{1}}};
    finished end;
    end.gate = {theirs.lanes.intern("sms"), wall_time{std::chrono::milliseconds{1}}};
    lane_changed paused;
    paused.lane = theirs.lanes.intern("crm");
    translation.learn(watch.take_new(theirs), ours); // only what is new

    record r = put;
    translation.translate(r);
    BOOST_TEST(ours.lanes.name(std::get<accepted>(r).task.lane) == "crm");
    BOOST_TEST(ours.accounts.name(std::get<accepted>(r).task.account) == "163");
    r = again;
    translation.translate(r);
    BOOST_TEST(ours.lanes.name(std::get<retried>(r).gate.lane) == "mail");
    r = end;
    translation.translate(r);
    BOOST_TEST((std::get<finished>(r).gate.lane == lane_id{0})); // "sms", which was there
    r = paused;
    translation.translate(r);
    BOOST_TEST(ours.lanes.name(std::get<lane_changed>(r).lane) == "crm");
    BOOST_TEST(ours.lanes.size() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue
