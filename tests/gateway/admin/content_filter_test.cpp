#include "gateway/admin/content_filter.hpp"

#include <boost/test/unit_test.hpp>

namespace content_filter_test {

using namespace sluice::gateway::admin;

BOOST_AUTO_TEST_SUITE(content_filter)

BOOST_AUTO_TEST_CASE(a_number_is_found_in_any_spelling) {
    for (auto const* text : {R"({"contact-numbers":["919879964805"]})", R"({"to":9879964805})",
                             "to=%2B91&n=09879964805", "call +91 98799 64805, please",
                             "call (+91) 98799-64805.", "0091 98799.64805"})
        BOOST_TEST(has_number(text, "919879964805", "91"), text);
    for (auto const* text : {R"({"contact-numbers":["919879964806"]})", "98799 6480", "", "+",
                             "id 12345", "987996480"})
        BOOST_TEST(!has_number(text, "919879964805", "91"), text);
}

BOOST_AUTO_TEST_CASE(a_short_number_is_found_as_a_whole_only) {
    BOOST_TEST(has_number("ext 123456", "123456", ""));
    BOOST_TEST(!has_number("order 91234567", "123456", ""));
}

BOOST_AUTO_TEST_CASE(what_looks_into_bodies_is_known) {
    BOOST_TEST(content_question{}.is_empty());
    content_question with_contact;
    with_contact.contact = "1";
    BOOST_TEST(with_contact.looks_into_bodies());
    content_question key;
    key.idempotency_key = "k";
    BOOST_TEST(!key.looks_into_bodies());
    BOOST_TEST(!key.is_empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace content_filter_test
