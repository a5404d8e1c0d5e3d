#include "codecs/named_values.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace named_values_test {

using namespace sluice;

namespace {

// "name=value" for each, a label in brackets behind the name.
std::string found_in(std::string_view text) {
    std::string all;
    codecs::named_value_walk walk(text);
    for (codecs::named_value found; walk.next(found);) {
        all.append(all.empty() ? "" : " ").append(found.name);
        if (!found.label.empty()) all.append("[").append(found.label).append("]");
        all.append("=").append(found.value);
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(named_values)

BOOST_AUTO_TEST_CASE(members_elements_and_fields_are_found) {
    BOOST_TEST(found_in(R"({"a":"x","b":12,"c":[1,2]})") == "a=x b=12 c=[1,2");
    BOOST_TEST(found_in("<r><a>x</a><b kind=\"k\">y</b></r>") == "r= a=x b=y kind=k");
    BOOST_TEST(found_in("a=x&b=y%20z") == "a=x b=y%20z");
    BOOST_TEST(found_in(R"({"a":"not whol)") == "a=not whol");
    BOOST_TEST(found_in("nothing of this kind") == "");
    BOOST_TEST(found_in("") == "");
}

BOOST_AUTO_TEST_CASE(pairs_are_labelled_by_their_names) {
    BOOST_TEST(found_in(R"([{"name":"$flow.key.city","value":"Pune"},{"value":"x"}])") ==
               "name=$flow.key.city value[$flow.key.city]=Pune value=x");
    BOOST_TEST(found_in(R"(<key name="$flow.key.city">Pune</key>)") ==
               "key[$flow.key.city]=Pune name=$flow.key.city");
}

BOOST_AUTO_TEST_CASE(a_value_may_be_passed_over) {
    codecs::named_value_walk walk(R"({"a":[{"b":1}],"c":2})");
    codecs::named_value found;
    BOOST_REQUIRE(walk.next(found));
    BOOST_TEST(found.is_list());
    walk.pass_over();
    BOOST_REQUIRE(walk.next(found));
    BOOST_TEST(found.name == "c");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace named_values_test
