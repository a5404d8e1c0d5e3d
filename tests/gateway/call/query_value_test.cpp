#include "gateway/call/query_value.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace query_value_test {

using sluice::gateway::call::query_value;

BOOST_AUTO_TEST_SUITE(query_value_)

BOOST_AUTO_TEST_CASE(a_value_is_found_and_decoded) {
    struct row {
        char const* query;
        char const* name;
        char const* value;
    };
    for (auto const& [query, name, value] : {
             row{"from=2026-03-28", "from", "2026-03-28"},
             row{"a=1&from=x&b=2", "from", "x"},
             row{"from=2026-03-28T00:00:00+05:30", "from", "2026-03-28T00:00:00+05:30"},
             row{"from=2026-03-28T00%3A00%3A00%2B05%3A30", "from", "2026-03-28T00:00:00+05:30"},
             row{"from", "from", ""},
             row{"from=", "from", ""},
             row{"&&from=a=b", "from", "a=b"},
         }) {
        auto const found = query_value(query, name);
        BOOST_REQUIRE(found);
        BOOST_REQUIRE(found->has_value());
        BOOST_TEST(**found == value);
    }
    for (auto const* query : {"", "a=1", "fromx=1", "xfrom=1", "FROM=1"}) {
        BOOST_TEST(!query_value(query, "from")->has_value());
    }
}

BOOST_AUTO_TEST_CASE(what_is_ambiguous_or_cannot_be_decoded_is_refused) {
    for (auto const* query : {"from=1&from=1", "from&from=2", "from=%zz", "from=%ff"}) {
        auto const found = query_value(query, "from");
        BOOST_REQUIRE(!found);
        BOOST_TEST(found.error().status == 400);
        BOOST_TEST(found.error().detail.starts_with("from is "));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace query_value_test
