#include "gateway/endpoints/task_request.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace task_request_test {

using namespace sluice;
using namespace sluice::gateway;

namespace {

constexpr std::int64_t now_ms = 1'764'000'000'000;

endpoints::task_request_limits limits() {
    endpoints::task_request_limits l;
    l.now = queue::wall_time(std::chrono::milliseconds(now_ms));
    l.max_delay = std::chrono::hours(24 * 366);
    l.destinations = 3;
    l.headers = 3;
    return l;
}

call::checked<endpoints::task_request> parse(std::string_view json) {
    static auto const fixed = limits();
    return parse_task_request(json, "", fixed);
}

std::int64_t due_in(endpoints::task_request const& r) {
    return r.not_before.time_since_epoch().count() - now_ms;
}

} // namespace

BOOST_AUTO_TEST_SUITE(task_request)

BOOST_AUTO_TEST_CASE(a_json_body_is_kept_byte_for_byte) {
    auto const r = parse(R"({"destination":"crm","body": {"n": 1.0,  "b":[1 ,2]} })");
    BOOST_REQUIRE(r);
    BOOST_TEST(r->body == R"({"n": 1.0,  "b":[1 ,2]})");
    BOOST_TEST(r->method == "POST");
    BOOST_REQUIRE(r->headers.size() == 1u);
    BOOST_TEST(r->headers[0].second == "application/json");
    BOOST_TEST(due_in(*r) == 0);
    BOOST_TEST(!r->is_list);
}

BOOST_AUTO_TEST_CASE(bodies_come_as_text_and_as_base64) {
    BOOST_TEST(parse(R"({"destination":"a","body":"x\ny"})")->body == "x\ny");
    BOOST_TEST(parse(R"({"destination":"a","body_base64":"AAECAw=="})")->body ==
               std::string("\0\1\2\3", 4));
    auto const own = parse(R"({"destination":"a","headers":{"content-type":"a/b"},"body":"x"})");
    BOOST_REQUIRE(own->headers.size() == 1u);
    BOOST_TEST(own->headers[0].second == "a/b");
}

BOOST_AUTO_TEST_CASE(every_way_to_say_when_is_understood) {
    BOOST_TEST(due_in(*parse(R"({"destination":"a","delay":"250ms"})")) == 250);
    BOOST_TEST(due_in(*parse(R"({"destination":"a","delay":2})")) == 2000);
    BOOST_TEST(due_in(*parse(R"({"destination":"a","delay":"7d"})")) == 7ll * 86'400'000);
    BOOST_TEST(due_in(*parse(R"({"destination":"a","delayMinutes":3})")) == 180'000);
    BOOST_TEST(due_in(*parse(R"({"destination":"a","delayMinutes":"3"})")) == 180'000);
    BOOST_TEST(due_in(*parse(R"({"destination":"a","not_before":1764000000500})")) == 500);
    BOOST_TEST(due_in(*parse(R"({"destination":"a","not_before":"2025-11-24T16:00:01Z"})")) ==
               1000);
    BOOST_TEST(due_in(*parse(R"({"destination":"a","not_before":"2020-01-01T00:00:00Z"})")) == 0);
}

BOOST_AUTO_TEST_CASE(minutes_may_have_a_fraction_of_zeros) {
    BOOST_TEST(due_in(*parse(R"({"destination":"a","delayMinutes":2.0})")) == 120'000);
    BOOST_TEST(due_in(*parse(R"({"destination":"a","delayMinutes":"2.00"})")) == 120'000);
    BOOST_TEST(!parse(R"({"destination":"a","delayMinutes":2.5})"));
    BOOST_TEST(!parse(R"({"destination":"a","delayMinutes":"2."})"));
}

BOOST_AUTO_TEST_CASE(an_instant_in_seconds_is_told_so) {
    for (auto const* when : {"1764000500", "\"1764000500\"", "0"}) {
        for (auto const* name : {"not_before", "expires_at"}) {
            auto const r =
                parse(R"({"destination":"a",")" + std::string(name) + "\":" + when + '}');
            BOOST_REQUIRE(!r);
            BOOST_TEST(r.error().errors.at(0).pointer == std::string("/") + name);
            BOOST_TEST(r.error().errors.at(0).detail.find("seconds") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_member_that_is_null_is_not_there) {
    auto const r = parse(R"({"destination":"a","method":null,"headers":null,"body":null,)"
                         R"("body_base64":null,"delay":null,"delayMinutes":null,)"
                         R"("not_before":null,"expires_at":null,"order_key":null,)"
                         R"("callback":null,"idempotency_key":null})");
    BOOST_REQUIRE(r);
    BOOST_TEST(r->method == "POST");
    BOOST_TEST(r->body.empty());
    BOOST_TEST(r->headers.empty());
    BOOST_TEST(due_in(*r) == 0);
    BOOST_TEST(!parse(R"({"destination":null})"));
    BOOST_TEST(!parse(R"({"destination":"a","unknown":null})"));
}

BOOST_AUTO_TEST_CASE(several_destinations_are_a_group_even_of_one) {
    auto const r = parse(R"({"destination":["a","b"]})");
    BOOST_REQUIRE(r);
    BOOST_TEST(r->is_list);
    BOOST_TEST(r->destinations.size() == 2u);
    BOOST_TEST(parse(R"({"destination":["a"]})")->is_list);
}

BOOST_AUTO_TEST_CASE(each_mistake_is_named_with_its_pointer) {
    struct row {
        char const* json;
        char const* pointer;
    };
    for (auto const& [json, pointer] : {
             row{R"([])", ""},
             row{R"({})", "/destination"},
             row{R"({"destination":7})", "/destination"},
             row{R"({"destination":[]})", "/destination"},
             row{R"({"destination":["a","b","c","d"]})", "/destination"},
             row{R"({"destination":"a","method":"BREW"})", "/method"},
             row{R"({"destination":"a","method":1})", "/method"},
             row{R"({"destination":"a","headers":[]})", "/headers"},
             row{R"({"destination":"a","headers":{"a b":"c"}})", "/headers/a b"},
             row{R"({"destination":"a","headers":{"a":"c\r\nd: e"}})", "/headers/a"},
             row{R"({"destination":"a","headers":{"a":1}})", "/headers/a"},
             row{R"({"destination":"a","headers":{"Host":"x"}})", "/headers/Host"},
             row{R"({"destination":"a","headers":{"Transfer-Encoding":"x"}})",
                 "/headers/Transfer-Encoding"},
             row{R"({"destination":"a","headers":{"a":"","b":"","c":"","d":""}})", "/headers"},
             row{R"({"destination":"a","body_base64":"AAE"})", "/body_base64"},
             row{R"({"destination":"a","body":"x","body_base64":"AAEC"})", "/body_base64"},
             row{R"({"destination":"a","delay":"soon"})", "/delay"},
             row{R"({"destination":"a","delay":-1})", "/delay"},
             row{R"({"destination":"a","delay":true})", "/delay"},
             row{R"({"destination":"a","delay":"400d"})", "/delay"},
             row{R"({"destination":"a","delayMinutes":1.5})", "/delayMinutes"},
             row{R"({"destination":"a","delayMinutes":-1})", "/delayMinutes"},
             row{R"({"destination":"a","delayMinutes":99999999})", "/delayMinutes"},
             row{R"({"destination":"a","not_before":"tomorrow"})", "/not_before"},
             row{R"({"destination":"a","delay":1,"delayMinutes":1})", "/delayMinutes"},
             row{R"({"destination":"a","expires_at":"2020-01-01T00:00:00Z"})", "/expires_at"},
             row{R"({"destination":"a","order_key":""})", "/order_key"},
             row{R"({"destination":"a","callback":"ftp://x/"})", "/callback"},
             row{R"({"destination":"a","callback":{"secret":"x"}})", "/callback"},
             row{R"({"destination":"a","delayMinute":1})", "/delayMinute"},
         }) {
        BOOST_TEST_CONTEXT(json) {
            auto const r = parse(json);
            BOOST_REQUIRE(!r);
            BOOST_TEST(r.error().status == 422);
            BOOST_REQUIRE(!r.error().errors.empty());
            BOOST_TEST(r.error().errors[0].pointer == pointer);
        }
    }
}

BOOST_AUTO_TEST_CASE(all_mistakes_are_reported_at_once) {
    auto const r = parse(R"({"destination":7,"method":"BREW","delay":"soon"})");
    BOOST_REQUIRE(!r);
    BOOST_TEST(r.error().errors.size() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace task_request_test
