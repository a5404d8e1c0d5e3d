// How a batch of tasks is taken apart, and where its slips are.
#include "gateway/endpoints/batch_body.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace batch_body_test {

using namespace sluice::gateway;

namespace {

// Its parts point into the body, which must live as long.
call::checked<std::vector<endpoints::batch_item>> read(std::string_view type,
                                                       std::string_view body) {
    server::header_field const line{"Content-Type", type};
    server::request req;
    req.headers = {&line, 1};
    req.body = body;
    return endpoints::read_batch(req, 3);
}

} // namespace

BOOST_AUTO_TEST_SUITE(batch_body)

BOOST_AUTO_TEST_CASE(a_bad_line_says_its_own_number) {
    auto const items = read("application/x-ndjson", "{\"a\":1}\n\n{\"a\":}\n{}\n");
    BOOST_REQUIRE(items);
    BOOST_REQUIRE(items->size() == 3U);
    BOOST_TEST(!items->at(0).error.has_value());
    BOOST_REQUIRE(items->at(1).error.has_value());
    BOOST_TEST(items->at(1).error->detail.starts_with("line 3, column 6: "),
               items->at(1).error->detail);
    BOOST_TEST(items->at(1).pointer == "/1");
}

BOOST_AUTO_TEST_CASE(lines_that_are_called_json_are_told_the_right_type) {
    auto const refused =
        read("application/json", "{\"destination\":\"a\"}\n{\"destination\":\"b\"}");
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().status == 400);
    BOOST_TEST(refused.error().detail.find("application/x-ndjson") != std::string::npos);
    // One broken document is told where it is broken.
    auto const broken = read("application/json", "{\"tasks\":\n[}");
    BOOST_TEST(broken.error().detail.starts_with("line 2"));
    BOOST_TEST(broken.error().detail.find("ndjson") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(bounds_and_shapes_are_checked) {
    BOOST_TEST(read("application/json", R"({"tasks":[{},{},{}]})")->size() == 3U);
    BOOST_TEST(read("application/json", R"({"tasks":[{},{},{},{}]})").error().status == 413);
    BOOST_TEST(read("application/jsonl", "{}\n{}\n{}\n{}").error().status == 413);
    BOOST_TEST(read("application/json", R"({"tasks":[]})").error().status == 422);
    BOOST_TEST(read("application/x-ndjson", "\n\n").error().status == 422);
    BOOST_TEST(read("text/plain", "{}").error().status == 415);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace batch_body_test
