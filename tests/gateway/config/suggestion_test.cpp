#include "gateway/config/suggestion.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::suggestion_test {

BOOST_AUTO_TEST_SUITE(suggestion)

BOOST_AUTO_TEST_CASE(the_nearest_name_is_found) {
    std::string const names[] = {"listen", "limits", "log", "account"};
    struct {
        std::string_view word, expected;
    } const table[] = {
        {"lisen", "listen"},
        {"limit", "limits"},
        {"acconut", "account"},
        {"lgo", "log"},
        {"lsitne", "listen"},
        {"zebra", ""},
        {"", ""},
        {"acc", ""},
    };
    for (auto const& row : table)
        BOOST_TEST(nearest(row.word, names) == row.expected, row.word);
    BOOST_TEST(nearest(std::string(1'000, 'l'), names).empty());
    BOOST_TEST(nearest("listen", {}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::suggestion_test
