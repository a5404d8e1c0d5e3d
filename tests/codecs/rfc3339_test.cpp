#include "codecs/rfc3339.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::rfc3339_test {

BOOST_AUTO_TEST_SUITE(rfc3339_test)

BOOST_AUTO_TEST_CASE(instants_are_written_in_utc_with_milliseconds) {
    using instant = std::chrono::sys_time<std::chrono::milliseconds>;
    BOOST_TEST(to_rfc3339(instant{}) == "1970-01-01T00:00:00.000Z");
    BOOST_TEST(to_rfc3339(instant{std::chrono::milliseconds{1'764'000'000'123}}) ==
               "2025-11-24T16:00:00.123Z");
    BOOST_TEST(to_rfc3339(instant{std::chrono::milliseconds{-1}}) == "1969-12-31T23:59:59.999Z");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::rfc3339_test
