#include "gateway/serve/data_directory.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace data_directory_test {

using namespace sluice::gateway::serve;
using namespace sluice::tests;

BOOST_AUTO_TEST_SUITE(data_directory)

BOOST_AUTO_TEST_CASE(a_directory_of_others_is_told_by_a_file_in_it) {
    temporary_directory directory;
    auto const path = directory.path().string();
    BOOST_TEST(!find_foreign_file(path + "/not-there"));
    BOOST_TEST(!find_foreign_file(path));
    write_whole(directory / ".hidden", "x");
    std::filesystem::create_directory(directory / "lost+found");
    BOOST_TEST(!find_foreign_file(path));
    write_whole(directory / "notes.txt", "x");
    // Not ours although they begin so.
    write_whole(directory / "lock-smith.txt", "x");
    write_whole(directory / "journal-2026.pdf", "x");
    std::filesystem::create_directory(directory / "letters");
    BOOST_TEST(find_foreign_file(path).value() == "journal-2026.pdf");
    // With Sluice's own beside them they are tolerated: it has worked so.
    write_whole(directory / "journal-0000000001.log", "x");
    BOOST_TEST(!find_foreign_file(path));
}

BOOST_AUTO_TEST_CASE(who_holds_the_lock_stands_in_it) {
    temporary_directory directory;
    auto const path = directory.path().string();
    BOOST_TEST(!find_lock_holder(path));
    write_whole(directory / "lock", "");
    BOOST_TEST(!find_lock_holder(path));
    write_whole(directory / "lock", "4711\n");
    BOOST_TEST(find_lock_holder(path).value() == 4711);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace data_directory_test
