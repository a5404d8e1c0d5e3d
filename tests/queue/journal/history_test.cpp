#include "queue/journal/history.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/journal/segment_files.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace sluice::queue::history_test {

using namespace std::chrono_literals;

namespace {

std::vector<std::string> history_files(simulated_storage const& disk) {
    auto names = disk.names();
    std::erase_if(names, [](std::string const& name) { return !history_number(name); });
    return names;
}

std::optional<kept_task> look_up(rig& journal, task_id id) {
    std::optional<kept_task> found;
    bool is_told = false;
    journal.log->look_up(id, [&](boost::system::result<kept_task> task) {
        is_told = true;
        if (task.has_value()) found = std::move(*task);
    });
    journal.run_jobs();
    BOOST_TEST(is_told);
    return found;
}

std::vector<task_id> finish_some(rig& journal, int count) {
    std::vector<task_id> ids;
    for (int i = 0; i < count; ++i) {
        ids.push_back(journal.put("payload " + std::to_string(i)));
        journal.run_jobs();
        journal.settle(ids.back());
        journal.pass(10ms);
        journal.run_jobs();
    }
    return ids;
}

} // namespace

BOOST_AUTO_TEST_SUITE(history_test)

BOOST_AUTO_TEST_CASE(a_finished_task_is_found_whole_also_after_a_restart) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = finish_some(journal, 3)[1];
    for (int life = 0; life < 2; ++life) {
        std::optional<rig> again;
        if (life == 1) {
            disk.kill();
            BOOST_REQUIRE(again.emplace(disk).start().has_value());
        }
        auto& here = again ? *again : journal;
        BOOST_TEST(here.log->is_kept(id));
        auto const task = look_up(here, id);
        BOOST_REQUIRE(task);
        BOOST_TEST(task->task.task.payload.view() == "payload 1");
        BOOST_TEST((task->end.state == task_state::delivered));
        BOOST_TEST(task->end.note.status == 200u);
        BOOST_TEST(here.log->newest_kept(10).size() == 3u);
        BOOST_TEST((here.log->newest_kept(2)[1] == id));
    }
}

BOOST_AUTO_TEST_CASE(a_task_is_found_before_its_entry_is_on_the_disk) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("payload");
    journal.run_commits();
    journal.settle(id);
    std::optional<kept_task> found;
    journal.log->look_up(id, [&](boost::system::result<kept_task> task) {
        if (task.has_value()) found = std::move(*task);
    });
    BOOST_REQUIRE(found); // at once: no job has run
    BOOST_TEST(found->task.task.payload.view() == "payload");
}

BOOST_AUTO_TEST_CASE(a_task_whose_payload_left_memory_is_found_right_after_its_end) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("payload");
    journal.run_jobs();
    journal.drops_payloads = true;
    journal.settle(id); // no job has run since: the payload is still on the disk alone
    auto const task = look_up(journal, id);
    BOOST_REQUIRE(task);
    BOOST_TEST(task->task.task.payload.view() == "payload");
}

// The file for finished tasks is made in the background, after their records were written.
BOOST_AUTO_TEST_CASE(the_first_entry_reaches_the_disk_although_nothing_follows) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("payload");
    journal.run_commits();
    journal.settle(id);
    journal.pass(10ms);
    journal.run_commits(); // the terminal record; there is no file for the entry yet
    journal.run_jobs();
    BOOST_REQUIRE(history_files(disk).size() == 1u);
    BOOST_TEST(disk.content(history_files(disk).front()).find(to_string(id)) != std::string::npos);
    BOOST_TEST(look_up(journal, id).has_value());
}

BOOST_AUTO_TEST_CASE(finished_tasks_are_listed_page_by_page_the_newest_first) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto ids = finish_some(journal, 7);
    std::ranges::reverse(ids);
    std::vector<task_id> seen;
    for (auto page = journal.log->newest_kept(3); !page.empty();
         page = journal.log->newest_kept(3, seen.back())) {
        seen.insert(seen.end(), page.begin(), page.end());
    }
    BOOST_TEST((seen == ids));
    task_id const stranger{{1}};
    BOOST_TEST(journal.log->newest_kept(3, stranger).empty());
}

BOOST_AUTO_TEST_CASE(what_was_never_finished_is_not_kept) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("x");
    journal.run_jobs();
    boost::system::error_code told;
    journal.log->look_up(id, [&](boost::system::result<kept_task> r) { told = r.error(); });
    BOOST_TEST(told == make_error_code(journal_errc::not_kept));
}

// An entry is written beside its terminal record, and may be all that a power cut left of the two.
BOOST_AUTO_TEST_CASE(an_entry_of_an_end_that_never_counted_gives_way_to_the_end_that_does) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("payload");
    journal.run_jobs();
    finished end;
    end.id = id;
    end.state = task_state::delivered;
    end.at = journal.now.wall;
    auto const whole = journal.snapshot(id, journal.live.at(id).where.segment);
    journal.log->keep(*whole, end, 1);
    finish_some(journal, 1);
    disk.kill();
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST(again.log->is_kept(id));
    BOOST_TEST(!again.log->is_to_keep(end, 1));
    finished later = end;
    later.at += 1s;
    BOOST_TEST(again.log->is_to_keep(later, 1));
}

BOOST_AUTO_TEST_CASE(entries_that_a_power_cut_took_are_made_again_from_the_journal) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const ids = finish_some(journal, 5);
    BOOST_TEST(journal.log->newest_kept(10).size() == 5u);
    disk.crash_keeping([](std::string const&, std::uint64_t) { return false; });
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST(again.report.kept == 0u);
    again.put("something to commit");
    again.run_jobs();
    again.put("and again");
    again.run_jobs();
    for (auto const& id : ids)
        BOOST_TEST(look_up(again, id).has_value());
    disk.kill();
    rig third(disk);
    BOOST_REQUIRE(third.start().has_value());
    BOOST_TEST(third.report.kept == 5u);
}

BOOST_AUTO_TEST_CASE(a_payload_that_left_memory_is_read_back_for_the_history) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const id = journal.put("far off");
    journal.run_jobs();
    journal.drops_payloads = true;
    journal.settle(id, task_state::cancelled);
    journal.pass(10ms);
    journal.run_jobs();
    journal.put("next");
    journal.run_jobs();
    auto const task = look_up(journal, id);
    BOOST_REQUIRE(task);
    BOOST_TEST(task->task.task.payload.view() == "far off");
    BOOST_TEST((task->end.state == task_state::cancelled));
}

BOOST_AUTO_TEST_CASE(retention_by_count_cuts_whole_files_oldest_first) {
    simulated_storage disk(1);
    auto options = rig::small();
    options.retention_count = 40;
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    auto const ids = finish_some(journal, 200);
    auto const kept = journal.log->stats().history_tasks;
    BOOST_TEST((kept >= 40u && kept <= 40 + 2 * 40 / 8));
    BOOST_TEST(history_files(disk).size() <= 11u);
    BOOST_TEST(!journal.log->is_kept(ids.front()));
    BOOST_TEST(look_up(journal, ids.back()).has_value());
    // What retention cut is not made again by a replay.
    disk.kill();
    rig again(disk, options);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_TEST(again.log->stats().history_tasks == kept);
}

BOOST_AUTO_TEST_CASE(retention_by_time_ends_also_when_nothing_new_comes) {
    simulated_storage disk(1);
    auto options = rig::small();
    options.retention_time = 10s;
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    finish_some(journal, 20);
    BOOST_TEST(journal.log->stats().history_tasks == 20u);
    journal.pass(11s);
    journal.run_jobs();
    BOOST_TEST(journal.log->stats().history_tasks == 0u);
    BOOST_TEST(history_files(disk).empty());
}

BOOST_AUTO_TEST_CASE(without_retention_nothing_is_kept) {
    simulated_storage disk(1);
    auto options = rig::small();
    options.retention_count = 0;
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    finish_some(journal, 5);
    BOOST_TEST(journal.log->stats().history_tasks == 0u);
    BOOST_TEST(history_files(disk).empty());
}

BOOST_AUTO_TEST_CASE(the_history_never_pins_the_journal_and_outlives_its_segments) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const ids = finish_some(journal, 400);
    BOOST_TEST(journal.log->stats().removed_segments >= 2u);
    disk.crash_keeping([](std::string const&, std::uint64_t) { return false; });
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    again.put("a commit");
    again.run_jobs();
    again.put("and another");
    again.run_jobs();
    BOOST_TEST(look_up(again, ids.front()).has_value());
    BOOST_TEST(look_up(again, ids.back()).has_value());
    BOOST_TEST(again.log->stats().history_tasks == ids.size());
}

BOOST_AUTO_TEST_CASE(idempotency_keys_of_finished_tasks_are_told_at_start) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const ids = finish_some(journal, 3);
    disk.kill();
    rig again(disk);
    BOOST_REQUIRE(again.start().has_value());
    BOOST_REQUIRE_EQUAL(again.key_answers.size(), 3u);
    BOOST_TEST(again.key_answers[0] == to_string(ids[0]));
}

BOOST_AUTO_TEST_CASE(bad_bytes_in_a_sealed_file_are_damage_and_elsewhere_they_are_not) {
    simulated_storage disk(1);
    auto options = rig::small();
    options.retention_count = 40;
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    finish_some(journal, 22);
    auto const files = history_files(disk);
    BOOST_REQUIRE(files.size() >= 2u);
    for (auto const& name : {files.front(), files.back()}) {
        auto const copy = disk.copy(1);
        auto bytes = copy->content(name);
        bytes[bytes.find("kept") + 10] ^= 1;
        copy->set_content(name, bytes);
        rig again(*copy, options);
        BOOST_TEST(again.start().has_error() == (name == files.front()), name);
    }
}

BOOST_AUTO_TEST_CASE(a_history_that_cannot_follow_says_so_before_anything_is_lost) {
    simulated_storage disk(1);
    auto options = rig::small();
    options.segment_bytes = options.first_segment_bytes = 16 << 20;
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    std::vector<task_id> ids;
    for (int i = 0; i < 48; ++i)
        ids.push_back(journal.put(std::string(100'000, 'x')));
    journal.run_jobs();
    BOOST_TEST(!journal.log->is_history_behind());
    for (auto const& id : ids)
        journal.settle(id);
    BOOST_TEST(journal.log->is_history_behind());
    journal.pass(10ms);
    journal.run_jobs();
    BOOST_TEST(!journal.log->is_history_behind());
    BOOST_TEST(journal.log->stats().lost_history == 0u);
    BOOST_TEST(look_up(journal, ids.back()).has_value());
}

BOOST_AUTO_TEST_CASE(a_history_that_cannot_be_written_costs_no_commit) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    finish_some(journal, 2);
    auto const id = journal.put("x");
    journal.run_jobs();
    journal.settle(id);
    journal.pass(10ms);
    disk.fail_write(2, {ENOSPC, boost::system::system_category()}); // 1: the batch
    journal.run_jobs();
    BOOST_TEST(journal.settled_ids.contains(id));
    BOOST_TEST(!journal.log->is_kept(id));
    BOOST_TEST(journal.log->stats().lost_history == 1u);
    auto const next = finish_some(journal, 1).front();
    BOOST_TEST(look_up(journal, next).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::history_test
