#include "queue/journal/crc32c.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace sluice::queue::crc32c_test {

BOOST_AUTO_TEST_SUITE(crc32c_test)

// RFC 3720, appendix B.4.
BOOST_AUTO_TEST_CASE(known_values_come_out) {
    std::string ascending;
    for (char c = 0; c < 32; ++c)
        ascending += c;
    BOOST_TEST(crc32c(std::string(32, '\0')) == 0x8A9136AAu);
    BOOST_TEST(crc32c(std::string(32, '\xFF')) == 0x62A8AB43u);
    BOOST_TEST(crc32c(ascending) == 0x46DD794Eu);
    BOOST_TEST(crc32c("123456789") == 0xE3069283u);
    BOOST_TEST(crc32c("") == 0u);
}

BOOST_AUTO_TEST_CASE(instruction_and_table_agree_at_every_length) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        BOOST_TEST(crc32c(bytes, 77) == crc32c_by_table(bytes, 77));
        bytes += static_cast<char>(i * 37 + i / 7);
    }
}

BOOST_AUTO_TEST_CASE(a_checksum_goes_on_where_another_ended) {
    BOOST_TEST(crc32c("6789", crc32c("12345")) == crc32c("123456789"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::crc32c_test
