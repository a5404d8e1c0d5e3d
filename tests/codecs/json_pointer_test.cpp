#include "codecs/json.hpp"
#include "codecs/json_pointer.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::json_pointer_test {

BOOST_AUTO_TEST_SUITE(json_pointer_)

BOOST_AUTO_TEST_CASE(the_examples_of_rfc_6901_lead_to_their_values) {
    auto const document =
        parse_json(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,)"
                   R"("k\"l":6," ":7,"m~n":8})");
    BOOST_REQUIRE(document.has_value());
    struct {
        std::string_view pointer;
        boost::json::value value;
    } const cases[]{
        {"/foo", {"bar", "baz"}},
        {"/foo/0", "bar"},
        {"/", 0},
        {"/a~1b", 1},
        {"/c%d", 2},
        {"/e^f", 3},
        {"/g|h", 4},
        {"/i\\j", 5},
        {"/k\"l", 6},
        {"/ ", 7},
        {"/m~0n", 8},
    };
    for (auto const& [text, value] : cases) {
        auto const pointer = json_pointer::compile(text);
        BOOST_REQUIRE(pointer.has_value());
        auto const* const found = pointer->find(*document);
        BOOST_REQUIRE(found != nullptr);
        BOOST_TEST(*found == value);
    }
    BOOST_TEST(json_pointer::compile("")->find(*document) == &*document);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_not_found) {
    auto const document = parse_json(R"({"a":[1,{"b":2}],"c":"text"})");
    for (auto const* const text : {"/x", "/a/2", "/a/01", "/a/-", "/a/b", "/c/0", "/a/1/b/c",
                                   "/a/99999999999999999999", "//a"}) {
        BOOST_TEST(json_pointer::compile(text)->find(*document) == nullptr, text);
    }
}

BOOST_AUTO_TEST_CASE(malformed_pointers_are_refused_with_their_column) {
    struct {
        std::string_view text;
        std::size_t column;
    } const cases[]{{"a", 1}, {"/a/~", 4}, {"/~2", 2}, {"/ok/x~", 6}};
    for (auto const& [text, column] : cases) {
        auto const pointer = json_pointer::compile(text);
        BOOST_REQUIRE(pointer.has_error());
        BOOST_TEST(pointer.error().code == errc::invalid_path);
        BOOST_TEST(pointer.error().where.column == column);
    }
}

BOOST_AUTO_TEST_CASE(tokens_are_escaped_and_read_back) {
    std::string pointer;
    append_pointer_token(pointer, "a/b~1");
    append_pointer_token(pointer, 12);
    BOOST_TEST(pointer == "/a~1b~01/12");
    auto const tokens = json_pointer::compile(pointer)->tokens();
    BOOST_REQUIRE(tokens.size() == 2U);
    BOOST_TEST(tokens[0] == "a/b~1");
    BOOST_TEST(tokens[1] == "12");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::json_pointer_test
