// Runs the fuzz targets of the wire and the disk over seeded mutations.
#include "tests/fuzz/mutations.hpp"
#include "tests/fuzz/seeds.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::fuzz {

void fuzz_chunks(std::string_view input);
void fuzz_journal_line(std::string_view input);
void fuzz_request_head(std::string_view input);
void fuzz_response(std::string_view input);

} // namespace sluice::fuzz

namespace sluice::fuzz::wire_fuzz_test {

BOOST_AUTO_TEST_SUITE(wire_fuzz)

BOOST_AUTO_TEST_CASE(chunks) {
    run(fuzz_chunks, chunk_seeds, 11);
}

BOOST_AUTO_TEST_CASE(request_heads) {
    run(fuzz_request_head, request_head_seeds, 12);
}

BOOST_AUTO_TEST_CASE(responses) {
    run(fuzz_response, response_seeds, 13);
}

BOOST_AUTO_TEST_CASE(journal_lines) {
    run(fuzz_journal_line, journal_seeds, 14);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::fuzz::wire_fuzz_test
