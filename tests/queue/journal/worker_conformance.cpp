#include "tests/queue/journal/worker_conformance.hpp"

#include "queue/journal/journal_error.hpp"
#include "queue/journal/record_codec.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue {

namespace {

using namespace std::chrono_literals;

segment_ref const first_segment{segment_kind::journal, 1};
segment_ref const first_part{segment_kind::history, 1};

std::string header_for(segment_ref const& ref, std::uint64_t salt) {
    file_header header;
    header.is_history = ref.kind == segment_kind::history;
    header.number = ref.number;
    header.salt = salt;
    return encode(header);
}

disk_result done(job_worker& worker, decltype(disk_job::work) work) {
    auto result = worker.run({std::move(work), 0});
    BOOST_TEST(!result.error, result.operation << ": " << result.error.message());
    return result;
}

std::uint64_t prepare(job_worker& worker, segment_ref const& ref, std::uint64_t salt = 7) {
    auto const header = header_for(ref, salt);
    done(worker, prepare_job{ref, header, ref.kind == segment_kind::journal ? 64u << 10 : 0u});
    return header.size();
}

// A segment's content without the zeros that were put there ahead of time.
std::string content(job_worker& worker, segment_ref const& ref) {
    auto bytes = done(worker, load_job{ref}).content;
    while (!bytes.empty() && bytes.back() == '\0')
        bytes.pop_back();
    return bytes;
}

void what_is_written_is_there_in_the_next_life(kept_place& place) {
    std::string header;
    {
        auto const worker = place.begin_life();
        done(*worker, lock_job{});
        BOOST_TEST(done(*worker, list_job{}).entries.empty());
        auto const end = prepare(*worker, first_segment);
        header = header_for(first_segment, 7);
        done(*worker, commit_job{{first_segment, end, "one"}, {}, true, {}});
        done(*worker, commit_job{{first_segment, end + 3, std::string("two\0!", 5)}, {}, true, {}});
    }
    auto const worker = place.begin_life();
    auto const listed = done(*worker, list_job{}).entries;
    BOOST_REQUIRE(listed.size() == 1U);
    BOOST_TEST((listed.front().segment == first_segment));
    BOOST_TEST((content(*worker, first_segment) == header + "one" + std::string("two\0!", 5)));
    // In pieces, or at once.
    std::string pieces;
    for (bool is_read = false; !is_read;) {
        auto piece = done(*worker, load_job{first_segment, nullptr, pieces.size(), 40});
        BOOST_REQUIRE(!piece.content.empty());
        pieces += piece.content;
        is_read = piece.goes_on_at == 0;
        BOOST_TEST((is_read || piece.goes_on_at == pieces.size()));
    }
    BOOST_TEST(pieces == done(*worker, load_job{first_segment}).content);
}

void segments_are_listed_journal_first_and_by_number(kept_place& place) {
    auto const worker = place.begin_life();
    segment_ref const tenth{segment_kind::journal, 10};
    prepare(*worker, tenth);
    prepare(*worker, first_part);
    prepare(*worker, {segment_kind::journal, 9});
    auto const all = done(*worker, list_job{}).entries;
    BOOST_REQUIRE(all.size() == 3U);
    BOOST_TEST((all[0].segment == segment_ref{segment_kind::journal, 9}));
    BOOST_TEST((all[1].segment == tenth));
    BOOST_TEST((all[2].segment == first_part));
}

void a_removed_segment_is_gone(kept_place& place) {
    {
        auto const worker = place.begin_life();
        auto const end = prepare(*worker, first_segment);
        done(*worker, commit_job{{first_segment, end, "one"}, {}, true, {}});
        done(*worker, remove_job{{}, first_segment});
        BOOST_TEST(done(*worker, list_job{}).entries.empty());
    }
    auto const worker = place.begin_life();
    BOOST_TEST(done(*worker, list_job{}).entries.empty());
    BOOST_TEST(worker->run({load_job{first_segment}, 0}).error ==
               boost::system::errc::no_such_file_or_directory);
}

void what_lies_behind_a_cut_is_gone(kept_place& place) {
    auto const worker = place.begin_life();
    auto const end = prepare(*worker, first_segment);
    done(*worker, commit_job{{first_segment, end, "one"}, {}, true, {}});
    done(*worker, commit_job{{first_segment, end + 3, "two"}, {}, true, {}});
    done(*worker, cut_job{first_segment, end + 3});
    BOOST_TEST(content(*worker, first_segment) == header_for(first_segment, 7) + "one");
}

void the_history_is_written_with_a_batch_and_sealed(kept_place& place) {
    auto const worker = place.begin_life();
    auto const end = prepare(*worker, first_segment);
    auto const part_end = prepare(*worker, first_part, 9);
    auto const kept =
        done(*worker,
             commit_job{{first_segment, end, "batch"}, {first_part, part_end, "kept"}, true, {}});
    BOOST_TEST(!kept.kept_error);
    done(*worker, sync_job{{first_segment, first_part}});
    done(*worker, seal_job{{first_part, part_end + 4, "seal"}});
    done(*worker, seal_job{{first_part, part_end + 8, ""}}); // one with holes gets no last line
    BOOST_TEST(content(*worker, first_part) == header_for(first_part, 9) + "keptseal");
    BOOST_TEST(content(*worker, first_segment) == header_for(first_segment, 7) + "batch");
}

// Through the journal itself: whatever it asks for, a worker does.
void a_journal_lives_on_it(kept_place& place) {
    promises before;
    std::set<task_id> open;
    {
        auto const worker = place.begin_life();
        rig journal(*worker);
        BOOST_REQUIRE(journal.start());
        for (int i = 0; i < 400; ++i) {
            auto const id = journal.put(std::string(700, static_cast<char>('a' + i % 26)));
            if (i % 7 == 0) journal.run_jobs();
            journal.pass(11ms);
            journal.run_jobs();
            if (i % 10 != 0) journal.settle(id);
        }
        journal.pass(11ms);
        journal.run_jobs();
        journal.log->close();
        journal.run_jobs();
        BOOST_TEST(journal.log->is_closed());
        BOOST_TEST(journal.failures.empty());
        BOOST_TEST(journal.log->stats().removed_segments > 0U);
        before = journal;
    }
    auto const worker = place.begin_life();
    rig again(*worker);
    auto const started = again.start();
    BOOST_TEST(started.has_value(), (started ? "" : started.error().message()));
    BOOST_TEST(again.live.size() == 40U);
    BOOST_TEST(again.report.damages.empty());
    check_promises(before, again, "second life");
}

void bodies_and_finished_tasks_are_read_back(kept_place& place) {
    auto const worker = place.begin_life();
    rig journal(*worker);
    BOOST_REQUIRE(journal.start());
    std::string const body(70'000, 'x');
    auto const large = journal.put(body);
    auto const small = journal.put("small");
    journal.run_jobs();
    std::string read;
    for (auto const id : {large, small}) {
        journal.log->read(journal.live.at(id).where,
                          [&](boost::system::result<shared_bytes> bytes) {
                              BOOST_TEST(bytes.has_value());
                              if (bytes) read = bytes->view();
                          });
        journal.run_jobs();
        BOOST_TEST((read == journal.live.at(id).payload));
    }
    journal.settle(small);
    journal.pass(11ms);
    journal.run_jobs();
    journal.pass(11ms);
    journal.run_jobs();
    std::string kept;
    journal.log->look_up(small, [&](boost::system::result<kept_task> task) {
        BOOST_TEST(task.has_value());
        if (task) kept = task->task.task.payload.view();
    });
    journal.run_jobs();
    BOOST_TEST(kept == "small");
    location nowhere = journal.live.at(large).where;
    nowhere.offset -= 5;
    bool is_refused = false;
    journal.log->read(nowhere, [&](auto bytes) { is_refused = bytes.has_error(); });
    journal.run_jobs();
    BOOST_TEST(is_refused);
}

void stragglers_are_copied_out_of_old_segments(kept_place& place) {
    promises before;
    {
        auto const worker = place.begin_life();
        rig journal(*worker);
        BOOST_REQUIRE(journal.start());
        journal.drops_payloads = true;
        auto const far_off = journal.put("far off");
        journal.run_jobs();
        for (int i = 0; i < 1200; ++i) {
            auto const id = journal.put(std::string(900, 'y'));
            journal.run_jobs();
            journal.settle(id);
            journal.pass(11ms);
            journal.run_jobs();
        }
        BOOST_TEST(journal.log->stats().copied_records > 0U);
        BOOST_TEST(journal.live.at(far_off).where.segment > 1U);
        before = journal;
    }
    auto const worker = place.begin_life();
    rig again(*worker);
    BOOST_REQUIRE(again.start());
    BOOST_TEST(again.live.size() == 1U);
    check_promises(before, again, "second life");
}

} // namespace

std::vector<conformance_case> worker_conformance() {
    return {
        {"what_is_written_is_there_in_the_next_life", what_is_written_is_there_in_the_next_life},
        {"segments_are_listed_journal_first_and_by_number",
         segments_are_listed_journal_first_and_by_number},
        {"a_removed_segment_is_gone", a_removed_segment_is_gone},
        {"what_lies_behind_a_cut_is_gone", what_lies_behind_a_cut_is_gone},
        {"the_history_is_written_with_a_batch_and_sealed",
         the_history_is_written_with_a_batch_and_sealed},
        {"a_journal_lives_on_it", a_journal_lives_on_it},
        {"bodies_and_finished_tasks_are_read_back", bodies_and_finished_tasks_are_read_back},
        {"stragglers_are_copied_out_of_old_segments", stragglers_are_copied_out_of_old_segments},
    };
}

} // namespace sluice::queue
