#include "queue/journal/disk_thread.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/journal/posix_storage.hpp"
#include "tests/queue/journal/rig.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sluice::queue::posix_storage_test {

using tests::temporary_directory;

namespace {

std::string path_in(temporary_directory const& scratch, std::string const& below) {
    return (scratch / below).string();
}

mode_t mode_of(std::string const& path) {
    struct stat about {};
    BOOST_REQUIRE(::stat(path.c_str(), &about) == 0);
    return about.st_mode & 0777;
}

} // namespace

BOOST_AUTO_TEST_SUITE(posix_storage_test)

BOOST_AUTO_TEST_CASE(files_are_private) {
    temporary_directory const scratch;
    auto const data = path_in(scratch, "data");
    auto const disk = open_directory(data, true);
    BOOST_REQUIRE(disk.has_value());
    auto const made = (*disk)->open("x", open_mode::create);
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST(mode_of(data) == 0700u);
    BOOST_TEST(mode_of(data + "/x") == 0600u);
}

BOOST_AUTO_TEST_CASE(bytes_come_back_and_names_change) {
    temporary_directory const scratch;
    auto const disk = open_directory(path_in(scratch, "data"), true);
    BOOST_REQUIRE(disk.has_value());
    auto const made = (*disk)->open("x", open_mode::create);
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST((*disk)->open("x", open_mode::create).has_error());
    BOOST_TEST(write_all(**made, 3, "abc").has_value());
    BOOST_TEST((*made)->sync().has_value());
    BOOST_TEST((*disk)->rename("x", "y").has_value());
    BOOST_TEST((*disk)->sync_directory().has_value());
    auto const files = (*disk)->list();
    BOOST_REQUIRE(files.has_value());
    BOOST_REQUIRE_EQUAL(files->size(), 1u);
    BOOST_TEST(files->front().name == "y");
    BOOST_TEST(files->front().size == 6u);
    auto const back = (*disk)->open("y", open_mode::read);
    BOOST_REQUIRE(back.has_value());
    BOOST_TEST(read_exactly(**back, 3, 3).value() == "abc");
    BOOST_TEST(read_exactly(**back, 3, 4).error() == make_error_code(journal_errc::ends_early));
    BOOST_TEST(read_exactly(**back, 3, ~std::size_t{0}).has_error());
    BOOST_TEST((*disk)->remove("y").has_value());
    BOOST_TEST((*disk)->list()->empty());
    BOOST_TEST((*disk)->space()->free > 0u);
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there_is_an_error_for_a_reader) {
    temporary_directory const scratch;
    BOOST_TEST(open_directory(path_in(scratch, "none"), false).has_error());
    BOOST_TEST(open_directory(path_in(scratch, "none/below"), true).has_error());
}

BOOST_AUTO_TEST_CASE(two_processes_cannot_hold_one_directory) {
    temporary_directory const scratch;
    auto disk = open_directory(path_in(scratch, "data"), true);
    BOOST_REQUIRE(disk.has_value());
    BOOST_REQUIRE((*disk)->lock().has_value());
    auto const child = ::fork();
    if (child == 0) {
        auto const other = open_directory(path_in(scratch, "data"), true);
        auto const locked = (*other)->lock();
        bool const is_kept_out =
            locked.has_error() && locked.error() == make_error_code(journal_errc::in_use);
        ::_exit(is_kept_out ? 0 : 1);
    }
    int status = -1;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    disk->reset();
    auto const again = open_directory(path_in(scratch, "data"), true);
    BOOST_TEST((*again)->lock().has_value());
}

BOOST_AUTO_TEST_CASE(a_journal_lives_on_a_real_directory) {
    temporary_directory const scratch;
    task_id id;
    {
        auto disk = open_directory(path_in(scratch, "data"), true);
        BOOST_REQUIRE(disk.has_value());
        rig first(**disk);
        BOOST_REQUIRE(first.start().has_value());
        id = first.put("kept on a real disk");
        first.run_jobs();
        BOOST_TEST(first.accepted_ids.contains(id));
    }
    auto disk = open_directory(path_in(scratch, "data"), true);
    BOOST_REQUIRE(disk.has_value());
    rig second(**disk);
    BOOST_REQUIRE(second.start().has_value());
    BOOST_TEST(second.live.at(id).payload == "kept on a real disk");
}

BOOST_AUTO_TEST_CASE(a_disk_thread_runs_jobs_in_order_and_ends_with_all_of_them_done) {
    simulated_storage disk(1);
    file_worker files(disk);
    std::vector<std::uint64_t> tags;
    {
        disk_thread thread(files, [&](disk_job&& job, disk_result&&) { tags.push_back(job.tag); });
        for (std::uint64_t tag = 1; tag <= 50; ++tag)
            thread.submit(disk_job{measure_job{}, tag});
    }
    BOOST_REQUIRE_EQUAL(tags.size(), 50u);
    BOOST_TEST(std::ranges::is_sorted(tags));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::posix_storage_test
