// Slices of a dead gateway's log on their way into the own journal, while other things happen to
// it.
#include "tests/queue/journal/rig.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>

namespace sluice::queue::journal_adoption_test {

using namespace std::chrono_literals;

namespace {

// As the database answers where another survivor was first; all else goes to the disk.
class too_late final : public job_worker {
  public:
    explicit too_late(job_worker& inner)
        : inner_(inner) {}

    disk_result run(disk_job const& job) override {
        auto const* const batch = std::get_if<commit_job>(&job.work);
        if (batch == nullptr || !batch->adopts) return inner_.run(job);
        disk_result nothing;
        nothing.was_adopted_before = true;
        return nothing;
    }

  private:
    job_worker& inner_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(journal_adoption)

BOOST_AUTO_TEST_CASE(a_slice_that_waits_for_its_segment_is_not_refused) {
    simulated_storage disk(21);
    auto options = rig::small();
    options.retention_count = 0; // no file but the segments
    rig journal(disk, options);
    BOOST_REQUIRE(journal.start().has_value());
    disk.fail_creation({EMFILE, boost::system::system_category()});
    std::vector<task_id> taken;
    for (std::uint32_t i = 0; i < 200 && journal.troubles.empty(); ++i) {
        journal.put(std::string(1000, 'x'));
        taken.push_back(journal.adopt({7, 2, i}, {std::string(1000, 'y')}).front());
        journal.put(std::string(1000, 'z'));
        journal.run_jobs();
        journal.pass(1ms);
    }
    BOOST_REQUIRE(!journal.troubles.empty());
    BOOST_TEST(!journal.accepted_ids.contains(taken.back()));
    BOOST_TEST(!journal.refused_ids.empty());
    disk.fail_creation({});
    journal.pass(300ms);
    journal.run_jobs();
    for (auto const& id : taken) {
        BOOST_TEST(journal.accepted_ids.contains(id));
        BOOST_TEST(!journal.refused_ids.contains(id));
    }
    promises const said = journal;
    disk.crash();
    rig again(disk, options);
    BOOST_REQUIRE(again.start().has_value());
    check_promises(said, again, "slices");
}

BOOST_AUTO_TEST_CASE(what_is_written_behind_a_slice_that_another_took_is_found_where_it_is) {
    simulated_storage disk(22);
    file_worker files(disk);
    too_late keeper(files);
    rig journal(keeper);
    BOOST_REQUIRE(journal.start().has_value());
    std::vector<task_id> all;
    std::uint32_t slices = 0;
    // Most end, so that segments are cleaned: the few that stay are copied.
    for (int i = 0; i < 600; ++i) {
        all.push_back(journal.put("task " + std::to_string(i) + std::string(900, 'x')));
        journal.run_commits();
        if (i % 10 != 0) journal.settle(all.back());
        journal.adopt({7, 2, slices++}, {std::string(5000, 'y')});
        journal.run_one_background();
        journal.run_commits();
        journal.pass(1ms);
    }
    BOOST_TEST(journal.log->stats().copied_records > 10u);
    std::size_t found = 0;
    for (auto const& [id, task] : journal.live) {
        journal.log->read(task.where, [&](boost::system::result<shared_bytes> bytes) {
            BOOST_REQUIRE(bytes.has_value());
            BOOST_TEST((bytes->view() == task.payload));
            ++found;
        });
        journal.run_jobs();
    }
    BOOST_TEST(found == 60u);
    BOOST_TEST(journal.refused_ids.size() == slices); // told as of another's
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::journal_adoption_test
