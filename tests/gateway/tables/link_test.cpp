#include "gateway/tables/link.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

namespace sluice::gateway::tables::link_test {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(link_)

BOOST_AUTO_TEST_CASE(a_code_has_eight_of_62_characters) {
    BOOST_TEST(link_code::parse("BEK4YYnx").value().view() == "BEK4YYnx");
    for (auto const* const text :
         {"", "BEK4YYn", "BEK4YYnxx", "BEK4YYn-", "BEK4YYn_", "BEK4 Ynx", "BEK4YY\xc3\xa9"}) {
        BOOST_TEST(!link_code::parse(text), text);
    }
}

BOOST_AUTO_TEST_CASE(the_codes_are_counted_through) {
    BOOST_TEST(link_code::nth(0).view() == "00000000");
    BOOST_TEST(link_code::nth(61).view() == "0000000z");
    BOOST_TEST(link_code::nth(62).view() == "00000010");
    BOOST_TEST(link_code::nth(218'340'105'584'895).view() == "zzzzzzzz");
    BOOST_TEST(link_code::nth(218'340'105'584'896).view() == "00000000");
}

BOOST_AUTO_TEST_CASE(random_codes_use_every_character_everywhere) {
    // 20,000 codes leave out a given character at a given place with a chance of 10^-141.
    std::array<std::set<char>, link_code_length> seen;
    std::set<std::uint64_t> all;
    for (int i = 0; i < 20'000; ++i) {
        auto const code = random_link_code();
        all.insert(code.number());
        for (std::size_t place = 0; place < link_code_length; ++place) {
            seen[place].insert(code.view()[place]);
        }
    }
    for (auto const& characters : seen)
        BOOST_TEST(characters.size() == 62U);
    BOOST_TEST(all.size() == 20'000U); // one in a million runs has two alike
}

BOOST_AUTO_TEST_CASE(a_key_tells_its_parts_apart) {
    auto const key = make_link_key("1", "ab", "c");
    BOOST_TEST((key == make_link_key("1", "ab", "c")));
    BOOST_TEST((key != make_link_key("1", "a", "bc")));
    BOOST_TEST((key != make_link_key("2", "ab", "c")));
    BOOST_TEST((key != make_link_key("1", "ab", "d")));
}

BOOST_AUTO_TEST_CASE(a_link_is_renewed_when_its_end_would_move) {
    auto const at = [](std::chrono::seconds s) { return wall_time(1'000'000s + s); };
    link known;
    known.created = at(0s);
    known.expires = at(1000s);
    new_link asked;
    asked.expiry = 1000s;
    for (auto const& [now, fresh] :
         {std::pair{0s, true}, {10s, true}, {11s, false}, {2000s, false}}) {
        asked.now = at(now);
        BOOST_TEST(is_fresh(known, asked) == fresh, now.count());
    }
    asked.now = at(0s);
    asked.expiry = {};
    BOOST_TEST(!is_fresh(known, asked));
    known.expires = {};
    BOOST_TEST(is_fresh(known, asked));
    asked.expiry = 1000s;
    BOOST_TEST(!is_fresh(known, asked));
}

BOOST_AUTO_TEST_CASE(a_link_expires_at_its_time) {
    link one;
    BOOST_TEST(!one.is_expired(wall_time::max()));
    one.expires = wall_time(10s);
    BOOST_TEST(!one.is_expired(wall_time(9s)));
    BOOST_TEST(one.is_expired(wall_time(10s)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::link_test
