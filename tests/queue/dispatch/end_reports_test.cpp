// Reports of ends in replay: one that is missing is made again, one that is there in any form is
// not.
#include "queue/dispatch/end_reports.hpp"
#include "tests/queue/core/engine_fixture.hpp"

namespace end_reports_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

struct maker final : outcome_reporter {
    std::optional<new_task> make_report(task_details const& ended, account_id account,
                                        std::string_view, task_id id) const override {
        told = ended;
        new_task report;
        report.id = id;
        report.account = account;
        report.accepted_at = *ended.finished_at;
        report.not_before = *ended.finished_at;
        return report;
    }

    mutable task_details told; // the last
};

struct fixture : engine_fixture {
    fixture() {
        reports.set_maker(&reporter);
        auto task = make();
        task.extras.made().callback = "https://example.com/told";
        task_ = accept(std::move(task));
        end.id = task_;
        end.at = now.wall;
    }

    // The report's task as a journal has it.
    record report_with(task_id id) {
        auto task = make();
        task.id = id;
        return accepted{std::move(task), {1, 10, 5'000}};
    }
    void replay(record&& r) {
        reports.see(r, core);
        core.apply(std::move(r), now);
    }
    // What replay has made anew.
    std::vector<task_id> made(std::optional<task_id> kept = {}) {
        reports.end_replay([kept](task_id id) { return kept == id; });
        std::vector<task_id> ids;
        reports.retry([&ids](new_task const& report) {
            ids.push_back(report.id);
            return true;
        });
        return ids;
    }
    task_id now_made() const { return report_of(task_, end.at); }
    task_id made_before() const { return other_report_of(now_made()); }

    maker reporter;
    end_reports reports{table};
    finished end;

  private:
    task_id task_;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(reports_of_ends, fixture)

BOOST_AUTO_TEST_CASE(a_report_that_is_missing_is_made) {
    replay(finished(end));
    BOOST_TEST((made() == std::vector{now_made()}));
}

BOOST_AUTO_TEST_CASE(a_report_ahead_of_its_end_is_not_made_again) {
    replay(report_with(now_made()));
    replay(finished(end));
    BOOST_TEST(made().empty());
}

BOOST_AUTO_TEST_CASE(a_report_of_a_journal_before_logs_were_named_is_not_made_again) {
    replay(report_with(made_before()));
    replay(finished(end));
    BOOST_TEST(made().empty());
}

BOOST_AUTO_TEST_CASE(a_copy_of_the_report_behind_its_end_counts_in_either_form) {
    for (auto const& id : {now_made(), made_before()}) {
        reports.see(end, core);
        reports.see(report_with(id), core);
        BOOST_TEST(made().empty());
    }
}

// SLUICE_SEED=7007490: a power cut kept the report alone, and the next life ended the task again in
// the same millisecond. The report had been delivered when the second one of its id came in.
BOOST_AUTO_TEST_CASE(a_report_that_is_there_without_its_end_is_not_made_again) {
    BOOST_TEST(reports.missing_about(*core.find(end.id), end, core).has_value());
    core.apply(report_with(now_made()), now);
    BOOST_TEST(!reports.missing_about(*core.find(end.id), end, core).has_value());
    end.at += std::chrono::milliseconds(1);
    BOOST_TEST(reports.missing_about(*core.find(end.id), end, core).has_value());
}

BOOST_AUTO_TEST_CASE(a_brief_report_has_the_last_attempt_without_its_answer) {
    for (std::uint32_t number = 1; number <= 3; ++number) {
        end.note.number = number;
        end.note.at = now.wall + std::chrono::milliseconds(number);
        end.note.status = 500;
        end.note.response = "no";
        if (number == 3) break;
        core.apply(retried{end.id, end.note, now.wall, company::stays, {}}, now);
    }
    end.result = "{}";
    auto const task = core.find(end.id);
    BOOST_REQUIRE(reports.about(*task, end).has_value());
    BOOST_TEST(reporter.told.notes.size() == 3u);
    BOOST_TEST(reporter.told.notes.back().response == "no");
    auto const brief = reports.briefly_about(*task, end);
    BOOST_REQUIRE(brief.has_value());
    BOOST_TEST((brief->id == now_made()));
    BOOST_REQUIRE(reporter.told.notes.size() == 1u);
    BOOST_TEST(reporter.told.notes.back().number == 3u);
    BOOST_TEST(reporter.told.notes.back().status == 500u);
    BOOST_TEST(reporter.told.notes.back().response.empty());
    BOOST_TEST(reporter.told.result.empty());
}

BOOST_AUTO_TEST_CASE(a_report_that_was_delivered_counts_in_either_form) {
    for (auto const& id : {now_made(), made_before()}) {
        reports.see(end, core);
        BOOST_TEST(made(id).empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace end_reports_test
