#include "queue/journal/file_worker.hpp"
#include "queue/journal/record_codec.hpp"
#include "tests/queue/journal/rig.hpp"
#include "tests/queue/journal/worker_conformance.hpp"
#include "tests/support/simulated_storage.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>

namespace sluice::queue::file_worker_test {

// Files on a disk in memory; between two lives the process dies.
class files_place final : public kept_place {
  public:
    std::unique_ptr<job_worker> begin_life() override {
        if (has_begun_) disk_.kill();
        has_begun_ = true;
        return std::make_unique<file_worker>(disk_);
    }

  private:
    tests::simulated_storage disk_{3};
    bool has_begun_ = false;
};

// A file that counts what has been written to it and not brought on its way.
class counting_file final : public file {
  public:
    boost::system::result<std::size_t> read(std::uint64_t, std::span<char>) override { return 0; }
    boost::system::result<std::size_t> write(std::uint64_t, std::string_view bytes) override {
        waiting += bytes.size();
        most = std::max(most, waiting);
        return bytes.size();
    }
    boost::system::result<void> sync() override {
        most_at_sync = std::max(most_at_sync, waiting);
        waiting = 0;
        ++syncs;
        return {};
    }
    boost::system::result<void> write_out(std::uint64_t, std::uint64_t bytes) override {
        if (error) return error;
        waiting -= std::min(waiting, bytes);
        return {};
    }
    boost::system::result<void> truncate(std::uint64_t) override { return {}; }
    boost::system::result<std::uint64_t> size() override { return bytes; }

    std::uint64_t bytes = 0;
    std::uint64_t waiting = 0;
    std::uint64_t most = 0;
    std::uint64_t most_at_sync = 0;
    int syncs = 0;
    boost::system::error_code error;
};

class counting_storage final : public storage {
  public:
    boost::system::result<std::vector<file_entry>> list() override {
        return std::vector<file_entry>();
    }
    boost::system::result<std::shared_ptr<file>> open(std::string const&, open_mode) override {
        return std::shared_ptr<file>(only);
    }
    boost::system::result<void> rename(std::string const&, std::string const&) override {
        return {};
    }
    boost::system::result<void> remove(std::string const&) override { return {}; }
    boost::system::result<void> sync_directory() override { return {}; }
    boost::system::result<disk_space> space() override { return disk_space{}; }
    boost::system::result<void> lock() override { return {}; }

    std::shared_ptr<counting_file> const only = std::make_shared<counting_file>();
};

segment_ref const journal_one{segment_kind::journal, 1};
std::string const temporary = "journal-0000000001.log.tmp";
segment_ref const history_one{segment_kind::history, 1};

BOOST_AUTO_TEST_SUITE(file_worker_test)

BOOST_AUTO_TEST_CASE(a_new_segment_is_brought_to_the_disk_in_pieces) {
    counting_storage disk;
    file_worker worker(disk);
    auto const done = worker.run({prepare_job{journal_one, "header", 64 << 20}, 0});
    BOOST_TEST(!done.error);
    BOOST_TEST(disk.only->syncs == 1);
    BOOST_TEST(disk.only->most <= sync_piece);
    BOOST_TEST(disk.only->most_at_sync <= 6u); // the header
}

BOOST_AUTO_TEST_CASE(a_new_segment_is_made_in_portions_where_others_wait) {
    tests::simulated_storage disk{3};
    file_worker worker(disk);
    prepare_job job{journal_one, "header", 100 << 10, 0, 40 << 10};
    for (std::uint64_t const next : {40u << 10, 80u << 10, 0u}) {
        BOOST_TEST(disk.names() == std::vector<std::string>(job.begin == 0 ? 0 : 1, temporary));
        auto const done = worker.run({job, 0});
        BOOST_TEST(!done.error);
        BOOST_TEST(done.goes_on_at == next);
        job.begin = next;
    }
    BOOST_TEST(disk.names() == std::vector<std::string>{to_string(journal_one)});
    BOOST_TEST(disk.content(to_string(journal_one)) ==
               "header" + std::string((100 << 10) - 6, '\0'));
}

// A scan in portions finds what one of the whole finds, also where a record is longer than one.
BOOST_AUTO_TEST_CASE(a_segment_is_scanned_in_portions_where_others_wait) {
    tests::simulated_storage disk{3};
    rig journal(disk);
    BOOST_REQUIRE(journal.start().has_value());
    for (std::size_t i = 0; i < 40; ++i) {
        journal.put(std::string(i == 20 ? 9'000 : 100 + i, 'x'));
        journal.run_commits();
    }
    auto const bytes = disk.content(to_string(journal_one)).find_last_not_of('\0') + 1;
    auto const header = decode_header(disk.content(to_string(journal_one)));
    scan_job all{journal_one, header->salt, header->line_bytes, bytes};
    auto const whole = journal.files.run({all, 0}).ids;
    BOOST_TEST(whole.size() == 40u);
    for (std::uint64_t const most : {1u, 400u, 1'000u, 5'000u, 100'000u}) {
        auto job = all;
        job.most = most;
        std::vector<task_id> ids;
        int portions = 0;
        for (bool is_done = false; !is_done; ++portions) {
            auto const done = journal.files.run({job, 0});
            BOOST_REQUIRE(!done.error);
            ids.insert(ids.end(), done.ids.begin(), done.ids.end());
            is_done = done.goes_on_at == 0;
            BOOST_REQUIRE((is_done || done.goes_on_at > job.offset));
            job.offset = done.goes_on_at;
        }
        BOOST_TEST((ids == whole), most);
        BOOST_TEST((most != 1'000u || portions > 5));
    }
}

BOOST_AUTO_TEST_CASE(a_file_of_the_history_is_brought_to_the_disk_in_pieces) {
    counting_storage disk;
    file_worker worker(disk);
    disk.only->bytes = disk.only->waiting = (16 << 20) + 5;
    BOOST_TEST(!worker.run({seal_job{{history_one, disk.only->bytes, "end"}}, 0}).error);
    BOOST_TEST(disk.only->syncs == 2);
    BOOST_TEST(disk.only->most_at_sync <= 3u);
}

// The kernel tells of it once: to go on would be to sync what has been dropped.
BOOST_AUTO_TEST_CASE(a_piece_that_could_not_be_written_is_a_failed_sync) {
    counting_storage disk;
    file_worker worker(disk);
    disk.only->error = make_error_code(boost::system::errc::io_error);
    disk.only->bytes = 5;
    auto const prepared = worker.run({prepare_job{journal_one, "header", 2 << 20}, 0});
    BOOST_TEST((prepared.error == disk.only->error));
    BOOST_TEST(prepared.operation == "sync");
    auto const sealed = worker.run({seal_job{{history_one, 5, "end"}}, 0});
    BOOST_TEST((sealed.error == disk.only->error));
    BOOST_TEST(sealed.operation == "sync");
    BOOST_TEST(disk.only->syncs == 0);
}

BOOST_AUTO_TEST_CASE(files_do_what_every_worker_must) {
    for (auto const& each : worker_conformance()) {
        BOOST_TEST_CONTEXT(each.name) {
            files_place place;
            each.run(place);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::file_worker_test
