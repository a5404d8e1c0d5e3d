#include "gateway/telemetry/process.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace process_test {

using namespace sluice::gateway::telemetry;

namespace {

std::string const line =
    "4321 (a (b) c) S 1 4321 4321 0 -1 4194304 100 0 0 0 250 150 0 0 20 0 7 0 5000 104857600 2560 "
    "18446744073709551615 1 1 0 0 0";

} // namespace

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(the_kernels_line_is_read_in_its_units) {
    auto const sample = parse_stat(line, {100, 4096, 1'700'000'000});
    BOOST_REQUIRE(sample.has_value());
    BOOST_TEST(sample->cpu_seconds == 4.0);
    BOOST_TEST(sample->threads == 7u);
    BOOST_TEST(sample->start_time_seconds == 1'700'000'050.0);
    BOOST_TEST(sample->virtual_bytes == 104857600u);
    BOOST_TEST(sample->resident_bytes == 2560u * 4096u);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_cut_gives_nothing) {
    auto const last_wanted = line.find("2560");
    for (std::size_t length = 0; length < last_wanted; ++length)
        BOOST_REQUIRE(!parse_stat(std::string_view(line).substr(0, length), {}));
    BOOST_TEST(!parse_stat("1 (x) S a b c d e f g h i j k l m n o p q r s t u v", {}));
}

BOOST_AUTO_TEST_CASE(this_process_has_memory_threads_and_descriptors) {
    auto const sample = read_process();
    BOOST_TEST(sample.resident_bytes > 1'000'000u);
    BOOST_TEST(sample.virtual_bytes >= sample.resident_bytes);
    BOOST_TEST(sample.threads >= 1u);
    BOOST_TEST(sample.open_descriptors >= 1u);
    BOOST_TEST(sample.max_descriptors >= sample.open_descriptors);
    BOOST_TEST(sample.start_time_seconds > 1'600'000'000.0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace process_test
