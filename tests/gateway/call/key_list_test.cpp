#include "gateway/call/key_list.hpp"

#include <boost/test/unit_test.hpp>

namespace key_list_test {

using namespace sluice::gateway;

BOOST_AUTO_TEST_SUITE(key_list)

BOOST_AUTO_TEST_CASE(what_was_added_is_read_again) {
    call::key_list list;
    list.add("$flow.key.a", "1");
    list.add("b\"", "line\nend \\ \u20ac");
    auto const json = std::move(list).json();
    BOOST_TEST(json == "[{\"name\":\"$flow.key.a\",\"value\":\"1\"},"
                       "{\"name\":\"b\\\"\",\"value\":\"line\\nend \\\\ \u20ac\"}]");
    auto const read = call::read_key_list(json);
    BOOST_REQUIRE_EQUAL(read.size(), 2U);
    BOOST_TEST(read[1].first == "b\"");
    BOOST_TEST(read[1].second == "line\nend \\ \u20ac");
}

BOOST_AUTO_TEST_CASE(what_is_no_list_has_no_keys) {
    BOOST_TEST(call::read_key_list("").empty());
    BOOST_TEST(call::read_key_list("[]").empty());
    BOOST_TEST(call::read_key_list("null").empty());
    BOOST_TEST(call::read_key_list(R"([{"name":"a"}])").empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace key_list_test
