#include "gateway/telemetry/label_table.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace label_table_test {

using namespace sluice::gateway::telemetry;

BOOST_AUTO_TEST_SUITE(label_table)

BOOST_AUTO_TEST_CASE(a_value_keeps_its_number) {
    sluice::gateway::telemetry::label_table table;
    auto const crm = table.intern("/in/crm");
    auto const sms = table.intern("/in/sms");
    BOOST_TEST(crm != sms);
    BOOST_TEST(table.intern("/in/crm") == crm);
    BOOST_TEST(table.name(crm) == "/in/crm");
    BOOST_TEST(table.name(sms) == "/in/sms");
}

BOOST_AUTO_TEST_CASE(unknown_numbers_are_other) {
    sluice::gateway::telemetry::label_table table;
    BOOST_TEST(table.name(0) == "other");
    BOOST_TEST(table.name(77) == "other");
}

BOOST_AUTO_TEST_CASE(a_full_table_gives_other) {
    sluice::gateway::telemetry::label_table table;
    for (std::size_t i = 1; i < series_limit; ++i)
        BOOST_REQUIRE_EQUAL(table.intern(std::to_string(i)), i);
    BOOST_TEST(table.intern("one more") == 0u);
    BOOST_TEST(table.intern("5") == 5u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace label_table_test
