// The tables' file as the program meets it at its start: none of ours, or locked away.
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace tables_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

finished_process start_again(gateway_under_test& gateway) {
    return run_sluice({"serve", "--config", gateway.configuration_file().string()});
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(tables, gateway_under_test)

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_ends_the_start_and_is_left_alone) {
    BOOST_TEST(stop() == 0);
    auto const file = data_directory() / "tables.db";
    std::string const foreign = "somebody's notes, no database\n" + std::string(5'000, 'x');
    write_whole(file, foreign);
    auto const ended = start_again(*this);
    BOOST_TEST(ended.exit_code == 65);
    BOOST_TEST((ended.output + ended.errors).find("cannot open the tables") != std::string::npos);
    BOOST_TEST(read_whole(file) == foreign);
}

BOOST_AUTO_TEST_CASE(a_directory_in_its_place_ends_the_start_with_73) {
    BOOST_TEST(stop() == 0);
    auto const file = data_directory() / "tables.db";
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    BOOST_TEST(start_again(*this).exit_code == 73);
}

BOOST_AUTO_TEST_CASE(the_file_is_its_owners_alone) {
    auto const mode = std::filesystem::status(data_directory() / "tables.db").permissions();
    BOOST_TEST(((mode & std::filesystem::perms::mask) ==
                (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace tables_test
