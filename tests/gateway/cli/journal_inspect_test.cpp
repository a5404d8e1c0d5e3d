#include "gateway/cli/journal_inspect.hpp"
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>

namespace sluice::queue::journal_inspect_test {

using namespace std::chrono_literals;

namespace {

char const* const segment_one = "journal-0000000001.log";

// Three tasks: one waits, one has failed once, one is delivered.
struct fixture {
    simulated_storage disk{1};
    rig journal{disk};
    task_id waiting, failed, delivered;
    fixture() {
        BOOST_REQUIRE(journal.start().has_value());
        waiting = journal.put("first \"body\"");
        failed = journal.put("second body");
        delivered = journal.put("third body");
        journal.run_jobs();
        journal.retry(failed);
        journal.settle(delivered);
        journal.run_jobs();
        journal.pass(10ms);
        journal.run_jobs();
        journal.log->close();
        journal.run_jobs();
    }
    using inspection = int (*)(job_worker&, gateway::cli::inspect_options const&, std::ostream&,
                               std::ostream&);
    std::string errors; // of the last inspection
    std::string output_of(inspection inspect, gateway::cli::inspect_options const& options,
                          int code = 0) {
        std::ostringstream out;
        std::ostringstream said;
        file_worker files(disk, open_mode::read);
        BOOST_TEST(inspect(files, options, out, said) == code);
        errors = said.str();
        return out.str();
    }
    // Makes the second task's record unreadable; where its line begins.
    std::size_t damage_second_task() {
        auto bytes = disk.content(segment_one);
        auto const at = bytes.find("second body");
        bytes[at] = 'S';
        disk.set_content(segment_one, bytes);
        return bytes.rfind("#J1 ", at);
    }
    void tear_the_end() {
        auto bytes = disk.content(segment_one);
        auto const end = bytes.find_last_not_of('\0');
        bytes.replace(end + 1, 5, "#J1 p");
        disk.set_content(segment_one, bytes);
    }
};

bool has(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_inspect_test)

BOOST_FIXTURE_TEST_CASE(cat_prints_ids_kinds_and_times, fixture) {
    auto const text = output_of(&gateway::cli::journal_cat, {});
    BOOST_TEST(has(text, "2025-11-24T16:00:00.000Z put " + to_string(waiting) + " seq=1 dest=crm"));
    BOOST_TEST(has(text, "2025-11-24T16:00:00.000Z retry " + to_string(failed)));
    BOOST_TEST(has(text, " delivered " + to_string(delivered)));
    BOOST_TEST(has(text, " kept " + to_string(delivered)));
    BOOST_TEST(!has(text, "second body"));
    BOOST_TEST(has(output_of(&gateway::cli::journal_cat, {true, false}), "\nsecond body\n"));
}

BOOST_FIXTURE_TEST_CASE(cat_as_json_is_one_object_a_line, fixture) {
    auto const text = output_of(&gateway::cli::journal_cat, {true, true});
    BOOST_TEST(has(text, R"("kind":"put","id":")" + to_string(waiting)));
    BOOST_TEST(has(text, R"("body_base64":"c2Vjb25kIGJvZHk=")"));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        BOOST_TEST((line.starts_with(R"({"file":)") && line.ends_with("}")));
}

BOOST_FIXTURE_TEST_CASE(check_is_content_with_a_whole_journal, fixture) {
    BOOST_TEST(has(output_of(&gateway::cli::journal_check, {}), "3 tasks"));
    BOOST_TEST(has(output_of(&gateway::cli::journal_check, {false, true}), R"("damages":[])"));
}

BOOST_FIXTURE_TEST_CASE(check_names_file_and_offset_of_damage, fixture) {
    auto const line = damage_second_task();
    auto const text = output_of(&gateway::cli::journal_check, {}, 65);
    BOOST_TEST(has(text, "damage: journal-0000000001.log offset " + std::to_string(line)));
    BOOST_TEST(has(output_of(&gateway::cli::journal_check, {false, true}, 65),
                   R"("offset":)" + std::to_string(line)));
}

BOOST_FIXTURE_TEST_CASE(cat_prints_what_is_readable_and_says_what_is_damaged, fixture) {
    auto const line = damage_second_task();
    auto const text = output_of(&gateway::cli::journal_cat, {}, 65);
    BOOST_TEST(has(text, "put " + to_string(waiting)));
    BOOST_TEST(has(text, "- bad - journal-0000000001.log"));
    BOOST_TEST(has(text, "put " + to_string(delivered)));
    BOOST_TEST(has(errors, "damage: journal-0000000001.log offset " + std::to_string(line) + ", "));
    auto const json = output_of(&gateway::cli::journal_cat, {false, true}, 65);
    BOOST_TEST(has(json, to_string(delivered)));
    BOOST_TEST(has(errors, "damage: journal-0000000001.log"));
    for (auto const inspect : {&gateway::cli::journal_stats_text, &gateway::cli::journal_export}) {
        output_of(inspect, {}, 65);
        BOOST_TEST(has(errors, "damage: journal-0000000001.log"));
    }
}

BOOST_FIXTURE_TEST_CASE(cat_says_that_the_end_is_torn_and_calls_it_no_damage, fixture) {
    output_of(&gateway::cli::journal_cat, {});
    BOOST_TEST(errors.empty());
    tear_the_end();
    BOOST_TEST(has(output_of(&gateway::cli::journal_cat, {}), "put " + to_string(waiting)));
    BOOST_TEST(has(errors, "torn end, no damage: 5 bytes"));
}

BOOST_FIXTURE_TEST_CASE(check_lets_a_torn_end_pass_and_says_so, fixture) {
    tear_the_end();
    BOOST_TEST(has(output_of(&gateway::cli::journal_check, {}), "torn end: 5 bytes"));
}

BOOST_FIXTURE_TEST_CASE(check_finds_damage_in_a_sealed_history, fixture) {
    journal_options options = rig::small();
    options.retention_count = 8; // a file a task
    simulated_storage other(2);
    rig small(other, options);
    BOOST_REQUIRE(small.start().has_value());
    for (int i = 0; i < 3; ++i) {
        auto const id = small.put("x");
        small.run_jobs();
        small.settle(id);
        small.pass(10ms);
        small.run_jobs();
    }
    auto bytes = other.content("done-0000000001.log");
    bytes[bytes.find("kept") + 8] ^= 1;
    other.set_content("done-0000000001.log", bytes);
    std::ostringstream out;
    file_worker files(other, open_mode::read);
    BOOST_TEST(gateway::cli::journal_check(files, {}, out, out) == 65);
    BOOST_TEST(has(out.str(), "damage: done-0000000001.log"));
}

BOOST_FIXTURE_TEST_CASE(stats_count_tasks_and_bytes, fixture) {
    auto const text = output_of(&gateway::cli::journal_stats_text, {});
    BOOST_TEST(has(text, "journal-0000000001.log  65536 bytes"));
    BOOST_TEST(has(text, "scheduled: 1\nretry_wait: 1\ndead: 0\n"));
    BOOST_TEST(has(text, "history: 1 files"));
    BOOST_TEST(
        has(output_of(&gateway::cli::journal_stats_text, {false, true}), R"("scheduled":1)"));
}

BOOST_FIXTURE_TEST_CASE(export_prints_every_unfinished_task_once, fixture) {
    auto const text = output_of(&gateway::cli::journal_export, {});
    BOOST_TEST(std::ranges::count(text, '\n') == 2);
    BOOST_TEST(has(text, R"({"id":")" + to_string(waiting) + R"(","state":"scheduled")"));
    BOOST_TEST(has(text, R"("state":"retry_wait","destination":"crm","account":"163")"));
    BOOST_TEST(has(text, R"("payload_base64":"c2Vjb25kIGJvZHk=")"));
    BOOST_TEST(!has(text, to_string(delivered)));
}

BOOST_AUTO_TEST_CASE(export_tells_of_dead_letters_with_all_their_attempts) {
    simulated_storage disk(1);
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    auto const dead = journal.put("dead");
    auto const again = journal.put("again");
    auto const expired = journal.put("never sent");
    journal.run_jobs();
    for (auto const& id : {dead, again, expired}) {
        finished end;
        end.id = id;
        end.state = task_state::dead;
        end.note.number = id == expired ? 0 : 2;
        journal.retry(id);
        journal.log->append_later(record(std::move(end)));
    }
    journal.log->append_later(record(redriven{again, journal.now.wall + 1h, 0, {}}));
    journal.pass(10ms);
    journal.run_jobs();
    std::ostringstream out;
    std::ostringstream errors;
    file_worker files(disk, open_mode::read);
    BOOST_TEST(gateway::cli::journal_export(files, {}, out, errors) == 0);
    auto const line_of = [&](task_id id) {
        auto const at = out.str().find(to_string(id));
        BOOST_REQUIRE(at != std::string::npos);
        return out.str().substr(at, out.str().find('\n', at) - at);
    };
    BOOST_TEST(has(line_of(dead), R"("state":"dead")"));
    BOOST_TEST(has(line_of(dead), R"("attempts":2,)"));
    BOOST_TEST(has(line_of(expired), R"("attempts":1,)")); // it ended without a second one
    BOOST_TEST(has(line_of(again), R"("state":"scheduled")"));
    BOOST_TEST(has(line_of(again), R"("attempts":0,)"));
    BOOST_TEST(has(line_of(again), R"("not_before":"2025-11-24T17:00:00.000Z")"));
    BOOST_TEST(errors.str().empty());
}

BOOST_FIXTURE_TEST_CASE(nothing_on_the_disk_is_changed, fixture) {
    std::map<std::string, std::string> before;
    for (auto const& name : disk.names())
        before[name] = disk.content(name);
    for (auto const inspect : {&gateway::cli::journal_cat, &gateway::cli::journal_check,
                               &gateway::cli::journal_stats_text, &gateway::cli::journal_export})
        output_of(inspect, {});
    for (auto const& [name, content] : before)
        BOOST_TEST((disk.content(name) == content), name);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_inspect_test
