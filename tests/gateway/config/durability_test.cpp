#include "gateway/config/durability.hpp"
#include "gateway/config/error.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::durability_test {

BOOST_AUTO_TEST_SUITE(durability)

BOOST_AUTO_TEST_CASE(the_three_modes_read_and_print) {
    for (std::string_view const text : {"fsync", "memory", "interval:50ms", "interval:2s"})
        BOOST_TEST(config::durability::parse(text).value().to_string() == text);
    BOOST_TEST(config::durability().to_string() == "fsync");
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
    for (std::string_view const text : {"", "Fsync", "interval", "interval:", "interval:soon"})
        BOOST_TEST((config::durability::parse(text).error() == error::durability_syntax), text);
    for (std::string_view const text : {"interval:0ms", "interval:11s"})
        BOOST_TEST((config::durability::parse(text).error() == error::durability_interval), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::durability_test
