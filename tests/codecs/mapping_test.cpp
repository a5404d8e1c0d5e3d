#include "codecs/mapping.hpp"
#include "tests/codecs/printing.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::mapping_test {

BOOST_AUTO_TEST_SUITE(mapping)

namespace {

constexpr std::string_view json_body =
    R"({"api-response-code":200,"a":{"b":["x",{"c":"10000000000000000000001"}]},)"
    R"("n":null,"o":{"p":[1, 2]}})";
constexpr std::string_view xml_body =
    "<response><api-response-code>200</api-response-code><a><b>x</b><b c='y'/></a></response>";

std::string found(answer const& from, std::string_view path) {
    auto const compiled = answer_path::compile(path);
    return compiled ? compiled->find(from).value_or("nothing") : "error";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_path_is_a_pointer_on_json) {
    answer const from(200, "application/json", json_body);
    struct {
        std::string_view path, text;
    } const cases[]{
        {"/api-response-code", "200"},
        {"/a/b/0", "x"},
        {"/a/b/1/c", "10000000000000000000001"},
        {"/n", ""},
        {"/o/p", "[1, 2]"},
        {"/o/q", "nothing"},
        {"/api-response-code/text()", "nothing"},
        {"count(/a)", "nothing"},
    };
    for (auto const& [path, text] : cases)
        BOOST_TEST(found(from, path) == text, path);
}

BOOST_AUTO_TEST_CASE(a_path_is_an_xpath_on_xml_and_tried_below_the_root) {
    answer const from(200, "application/xml", xml_body);
    struct {
        std::string_view path, text;
    } const cases[]{
        {"/api-response-code", "200"}, {"/response/api-response-code", "200"},
        {"/response/a/b/text()", "x"}, {"/a/b[2]/@c", "y"},
        {"//b[@c='y']/@c", "y"},       {"/a/none", "nothing"},
        {"//none", "nothing"},         {"/a/b/0", "nothing"},
        {"count(//b)", "2"},
    };
    for (auto const& [path, text] : cases)
        BOOST_TEST(found(from, path) == text, path);
}

BOOST_AUTO_TEST_CASE(answers_that_are_neither_hold_nothing) {
    for (auto const& from :
         {answer(200, "text/html", "hello"), answer(204, "", ""),
          answer(200, "application/json", "{oops"), answer(200, "application/xml", "<a>")}) {
        BOOST_TEST(found(from, "/a") == "nothing");
    }
}

BOOST_AUTO_TEST_CASE(paths_that_are_wrong_in_both_formats_are_refused) {
    for (auto const* const path :
         {"", "a", "api-response-code", "/a[", "//a[1", "/a/text(", "/a/@", "/a/~2"}) {
        BOOST_TEST(answer_path::compile(path).error().code == errc::invalid_path, path);
    }
    // A Pointer that is no XPath serves JSON alone.
    BOOST_TEST(answer_path::compile("/a/0/b c").has_value());
}

BOOST_AUTO_TEST_CASE(a_table_maps_answers_to_variables) {
    auto const table = answer_mapping::compile({{"$flow.key.temp", "/weather/temp/text()"},
                                                {"$flow.key.unit", "/weather/temp/@unit"},
                                                {"$flow.key.wind", "/weather/w:wind"},
                                                {"$flow.key.none", "/weather/none"}},
                                               {{"w", "urn:wind"}});
    BOOST_REQUIRE(table.has_value());
    auto const mapped = table->apply(answer(200, "text/xml",
                                            "<weather><temp unit='C'>21.5</temp>"
                                            "<wind xmlns='urn:wind'>7</wind></weather>"));
    BOOST_REQUIRE(mapped.values.size() == 3U);
    BOOST_TEST(mapped.values[0].first == "$flow.key.temp");
    BOOST_TEST(mapped.values[0].second == "21.5");
    BOOST_TEST(mapped.values[1].second == "C");
    BOOST_TEST(mapped.values[2].second == "7");
    BOOST_TEST(mapped.missing == std::vector<std::string>{"$flow.key.none"},
               boost::test_tools::per_element());
    BOOST_TEST(answer_mapping().empty());
    BOOST_TEST(!table->empty());
}

BOOST_AUTO_TEST_CASE(a_variable_with_another_value_is_never_missing) {
    auto const table =
        answer_mapping::compile({{"$flow.key.a", "/a", "none"}, {"$flow.key.b", "/b", ""}});
    auto const mapped = table->apply(answer(200, "", R"({"a":null})"));
    BOOST_TEST(mapped.missing.empty());
    BOOST_REQUIRE(mapped.values.size() == 2U);
    BOOST_TEST(mapped.values[0].second == ""); // null is there, and empty
    BOOST_TEST(mapped.values[1].second == "");
    BOOST_TEST(table->apply(answer(200, "", "{}")).values[0].second == "none");
}

BOOST_AUTO_TEST_CASE(a_wrong_path_names_its_variable) {
    auto const table = answer_mapping::compile({{"$flow.key.a", "/a"}, {"$flow.key.b", "/a["}});
    BOOST_REQUIRE(table.has_error());
    BOOST_TEST(table.error().pointer == "$flow.key.b");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::mapping_test
