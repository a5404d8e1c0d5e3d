// Bodies with a content coding: taken within bounds, passed on as they came, and read behind it.
#include "tests/codecs/packing.hpp"
#include "tests/e2e/gateway_under_test.hpp"

#include <boost/test/unit_test.hpp>

namespace content_coding_e2e_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using sluice::codecs::test::gzipped;
using sluice::codecs::test::packed;

struct coded_fixture : gateway_under_test {
    coded_fixture()
        : gateway_under_test(settings()) {}

    static gateway_settings settings() {
        gateway_settings settings;
        settings.limits = "wait = \"10s\"";
        return settings;
    }

    static http_headers with_coding(std::string const& coding, http_headers headers) {
        headers.emplace_back("Content-Encoding", coding);
        return headers;
    }

    static std::string outbound_call() {
        return R"({"apiVersion":"1.0","securityID":")" + std::string(security_id) +
               R"(","flowID":"flow0001","clientID":"c","delayMinutes":0,)" +
               R"("contactNumbers":"9879964805"})";
    }

    http_response create_outbound(std::string const& coding, std::string const& body) {
        return client().post("/v1/webhooks/createOutbound", with_coding(coding, json_bearer()),
                             body);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(content_coding_e2e, coded_fixture)

BOOST_AUTO_TEST_CASE(calls_are_taken_in_every_known_coding) {
    auto const text = outbound_call();
    BOOST_TEST(create_outbound("identity", text).status == 202);
    BOOST_TEST(create_outbound("gzip", gzipped(text)).status == 202);
    BOOST_TEST(create_outbound("zstd", packed(text)).status == 202);
    BOOST_TEST(client()
                   .post("/v1/tasks", with_coding("gzip", json_bearer()),
                         gzipped(R"({"destination":"crm","body":"x"})"))
                   .status == 202);
    BOOST_TEST(destination().wait_for(4));
}

// RFC 9110 section 5.3: they are one list, in their order.
BOOST_AUTO_TEST_CASE(several_fields_are_one_list_of_codings) {
    auto headers = with_coding("zstd", json_bearer());
    headers.emplace_back("Content-Encoding", "gzip");
    auto const twice = gzipped(packed(R"({"destination":"crm","body":"x"})"));
    auto const taken = client().post("/v1/tasks", headers, twice);
    BOOST_TEST(taken.status == 202, taken.body);
    headers.back().second = "br";
    BOOST_TEST(client().post("/v1/tasks", headers, twice).status == 415);
    destination().answer_with([](http_request const&, std::size_t) {
        return destination_answer{.headers = {{"Content-Type", "text/plain"},
                                              {"Content-Encoding", "zstd"},
                                              {"Content-Encoding", "gzip"}},
                                  .body = gzipped(packed("hello, caller"))};
    });
    auto const waited = client().post("/in/crm", {{"Prefer", "wait=5"}}, "x");
    BOOST_TEST(waited.body == "hello, caller");
}

BOOST_AUTO_TEST_CASE(other_codings_and_bombs_are_refused) {
    auto const unknown = create_outbound("br", "\x0b\x02");
    BOOST_TEST(unknown.status == 415);
    BOOST_TEST(unknown.header("Accept-Encoding") == "gzip, deflate, zstd");
    BOOST_TEST(create_outbound("gzip", "no gzip").status == 400);
    BOOST_TEST(create_outbound("gzip", gzipped(std::string(100'000, ' '))).status == 413);
    BOOST_TEST(create_outbound("gzip", gzipped(std::string(2'000'000, ' '))).status == 413);
}

BOOST_AUTO_TEST_CASE(the_route_passes_a_coded_body_on_as_it_came) {
    auto const body = gzipped("hello");
    auto const got =
        client().post("/in/crm", with_coding("gzip", {{"Accept-Encoding", "br"}}), body);
    BOOST_TEST(got.status == 202);
    BOOST_REQUIRE(destination().wait_for(1));
    BOOST_TEST(client().post("/in/crm", with_coding("br", {}), "\x0b\x02").status == 202);
    BOOST_REQUIRE(destination().wait_for(2));
    BOOST_TEST(destination().deliveries().at(1).request.header("Content-Encoding") == "br");
    auto const request = destination().deliveries().at(0).request;
    BOOST_TEST(request.body == body);
    BOOST_TEST(request.header("Content-Encoding") == "gzip");
    // Sluice reads the answer, not the caller.
    BOOST_TEST(request.header("Accept-Encoding") == "identity");
}

BOOST_AUTO_TEST_CASE(a_waited_answer_keeps_its_coding_for_a_caller_that_takes_it) {
    auto const coded = gzipped("hello, caller");
    destination().answer_with([&](http_request const&, std::size_t) {
        return destination_answer{
            .headers = {{"Content-Type", "text/plain"}, {"Content-Encoding", "gzip"}},
            .body = coded};
    });
    auto const plain = client().post("/in/crm", {{"Prefer", "wait=5"}}, "x");
    BOOST_TEST(plain.status == 200);
    BOOST_TEST(plain.body == "hello, caller");
    BOOST_TEST(!has_header(plain.headers, "Content-Encoding"));
    auto const same =
        client().post("/in/crm", {{"Prefer", "wait=5"}, {"Accept-Encoding", "gzip, br"}}, "x");
    BOOST_TEST(same.body == coded);
    BOOST_TEST(same.header("Content-Encoding") == "gzip");
    BOOST_TEST(same.header("Content-Type") == "text/plain");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace content_coding_e2e_test
