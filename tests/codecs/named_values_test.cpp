#include "codecs/named_values.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <string>
#include <utility>

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

BOOST_AUTO_TEST_CASE(names_and_values_are_found_as_each_kind_writes_them) {
    BOOST_TEST(found_in(R"({"a b":"x y","c":{"d":1}})") == "a b=x y c= d=1");
    BOOST_TEST(found_in("<s:a><![CDATA[x>y]]></s:a><b c='d e'/>") == "s:a=x>y c=d e");
    BOOST_TEST(found_in("a=x,y]&b=1") == "a=x,y] b=1");
    BOOST_TEST(found_in("{'a': 'x y', b: 2}") == "a=x y b=2");
    BOOST_TEST(found_in("<k><name>n</name><value>v</value></k><value>w</value>") ==
               "k= name=n value[n]=v value=w");
    BOOST_TEST(found_in("Content-Disposition: form-data; name=\"a\"\r\n\r\nx\r\ny\r\n--b") ==
               "Content-Disposition=form-data; a=x\r\ny");
    // A string that is a value begins no name.
    BOOST_TEST(found_in(R"(["a","b",":"])") == "");
    BOOST_TEST(found_in(R"({"a":"say \"b\": c","d":1})") == R"(a=say \"b\": c d=1)");
}

BOOST_AUTO_TEST_CASE(a_whole_value_goes_to_its_end) {
    for (auto const& [text, whole] : std::initializer_list<std::pair<char const*, char const*>>{
             {R"({"a":{"b":["}",{}]},"c":1})", R"({"b":["}",{}]})"},
             {R"({"a":["]",[1]],"c":1})", R"(["]",[1]])"},
             {R"({"a":{"b":1)", R"({"b":1)"},
             {"<a>x<b>y</b>z</a>w", "x<b>y</b>z"},
             {"<a><![CDATA[x]]></a>w", "<![CDATA[x]]>"},
             {"<a>x<b>", "x"},
             {"a: b c\r\nd", "b c"},
             {"a=b&c=d", "b"}}) {
        codecs::named_value_walk walk(text);
        codecs::named_value found;
        BOOST_REQUIRE(walk.next(found));
        BOOST_TEST(found.name == "a");
        BOOST_TEST(walk.take_whole() == whole, text);
    }
}

// Bodies come from strangers: none may keep whoever looks into it.
BOOST_AUTO_TEST_CASE(the_work_grows_with_the_text_and_not_faster) {
    for (std::string const piece : {"a&",
                                    "a=",
                                    "a=[",
                                    "a={",
                                    "\"a\":[",
                                    "\"a\":{",
                                    "<a ",
                                    "<a",
                                    "<a>",
                                    "<a b=\"",
                                    "a=\"",
                                    "\\\"",
                                    "\"",
                                    "\"\\\"\":",
                                    "a ",
                                    "a:",
                                    "<a><![CDATA[",
                                    "name=\"a\" ",
                                    "form-data; name=\"a\"\n",
                                    "'a':'",
                                    "&#1;",
                                    "[{",
                                    "</a>",
                                    "<a></b>",
                                    "a=[{"}) {
        std::string text;
        while (text.size() < 256 * 1024)
            text += piece;
        for (bool const takes_whole : {false, true}) {
            codecs::named_value_walk walk(text);
            for (codecs::named_value found; walk.next(found);) {
                if (takes_whole) walk.take_whole();
            }
            // Every byte is the beginning of something a few times, of what has its bound more.
            BOOST_TEST(walk.looked() < 300 * text.size(), piece << " " << takes_whole);
            BOOST_TEST(walk.looked() > 0U);
        }
    }
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
