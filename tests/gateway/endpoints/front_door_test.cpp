// The table of the public listener's routes, and what the front door makes of it.
#include "gateway/endpoints/routes.hpp"
#include "tests/gateway/endpoints/whole_front.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace front_door_test {

using namespace sluice;
using namespace sluice::tests;
using gateway::endpoints::routes;

namespace {

constexpr std::string_view settings = R"(
[[account]]
id = "163"
allow_http = true
secrets = ["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]
[[destination]]
name = "crm"
url = "https://example.com/"
[[route]]
path = "/in/crm"
account = "163"
destinations = ["crm"]
)";

struct small_gateway : whole_front {
    small_gateway()
        : whole_front(settings) {}
};

std::string_view pattern_of(std::string_view method, std::string_view path) {
    auto const found = gateway::call::find_route(routes(), method, path);
    return found.row ? found.row->pattern : std::string_view("(none)");
}

} // namespace

BOOST_AUTO_TEST_SUITE(front_door)

BOOST_AUTO_TEST_CASE(every_path_leads_to_one_row) {
    struct row {
        char const* method;
        char const* path;
        char const* pattern;
    };
    for (auto const& [method, path, pattern] : {
             row{"POST", "/in/crm", "/in/{route*}"},
             row{"PATCH", "/in/", "/in/{route*}"},
             row{"DELETE", "/in/a/b/c", "/in/{route*}"},
             row{"POST", "/v1/webhooks/shortURL", "/v1/webhooks/{method}"},
             row{"POST", "/centraloutboundwebhook-v1/prod/", "/centraloutboundwebhook-v1/{stage}/"},
             row{"POST", "/centraloutboundwebhook-v1/prod", "/centraloutboundwebhook-v1/{stage}"},
             row{"POST", "/centraloutboundwebhook-v1//", "(none)"},
             row{"POST", "/centraloutboundwebhook-v1/a/b/", "(none)"},
             row{"POST", "/v1/tasks", "/v1/tasks"},
             row{"GET", "/v1/tasks", "/v1/tasks"},
             row{"POST", "/v1/tasks:batch", "/v1/tasks:batch"},
             row{"HEAD", "/v1/tasks/x", "/v1/tasks/{id}"},
             row{"GET", "/v1/tasks/x/explain", "/v1/tasks/{id}/explain"},
             row{"GET", "/v1/tasks/x/explain/", "(none)"},
             row{"GET", "/v1/tasks/", "(none)"},
             row{"GET", "/v1/agents", "/v1/agents"},
             row{"GET", "/v1/agentsx", "(none)"},
             row{"GET", "/v1/agents/1", "/v1/agents/{cli}"},
             row{"GET", "/v1/agents/1/breaks", "/v1/agents/{cli}/breaks"},
             row{"GET", "/v1/users/1/keys", "/v1/users/{contact}/keys"},
             row{"DELETE", "/v1/users/1", "/v1/users/{contact}"},
             row{"GET", "/v1/links/BEK4YYnx", "/v1/links/{code}"},
             row{"GET", "/BEK4YYnx", "/{code}"},
             row{"GET", "/", "(none)"},
             row{"OPTIONS", "*", "(none)"},
         }) {
        BOOST_TEST(pattern_of(method, path) == pattern, method << ' ' << path);
    }
}

BOOST_AUTO_TEST_CASE(a_pattern_holds_two_names_and_what_stands_behind_one) {
    using gateway::call::match_path;
    auto const both = match_path("/a/{x}/b/{y}", "/a/1/b/2");
    BOOST_REQUIRE(both);
    BOOST_TEST(both->front() == "1");
    BOOST_TEST(both->back() == "2");
    auto const verb = match_path("/v1/schedules/{id}:run", "/v1/schedules/7:run");
    BOOST_REQUIRE(verb);
    BOOST_TEST(verb->front() == "7");
    BOOST_TEST(!match_path("/v1/schedules/{id}:run", "/v1/schedules/:run"));
    BOOST_TEST(!match_path("/v1/schedules/{id}:run", "/v1/schedules/7"));
    BOOST_TEST(!match_path("/a/{x}/b/{y}", "/a/1/b/"));
    BOOST_TEST(!match_path("/a/{x}", "/a/1/"));
    BOOST_TEST(match_path("/in/{rest*}", "/in/a/b")->front() == "a/b");
}

BOOST_FIXTURE_TEST_CASE(another_method_is_told_which_there_are, small_gateway) {
    BOOST_TEST(status_of("PUT", "/v1/tasks") == "405 GET, HEAD, POST");
    BOOST_TEST(status_of("GET", "/v1/tasks:batch") == "405 POST");
    BOOST_TEST(status_of("POST", "/v1/tasks/x") == "405 GET, HEAD, DELETE");
    BOOST_TEST(status_of("DELETE", "/v1/agents/1/breaks") == "405 GET, HEAD");
    BOOST_TEST(status_of("GET", "/v1/webhooks/shortURL") == "405 POST");
    BOOST_TEST(status_of("GET", "/centraloutboundwebhook-v1/prod/") == "405 POST");
    BOOST_TEST(status_of("GET", "/UrlShortner/phonon/shortUrl") == "405 POST");
    BOOST_TEST(status_of("DELETE", "/v1/users/1/keys") == "405 GET, HEAD");
}

BOOST_FIXTURE_TEST_CASE(what_no_row_is_for_is_404, small_gateway) {
    for (auto const* path : {"/", "/livez", "/metrics", "/v1/nothing", "/v1/tasks/", "/BEK4YYnx",
                             "/in/unknown", "/v1/webhooks/a/b"}) {
        BOOST_TEST(status_of("POST", path) == "404", path);
    }
}

BOOST_FIXTURE_TEST_CASE(the_outbound_api_keeps_its_shape_for_another_method, small_gateway) {
    auto const answer = ask({"GET", "/kairos-apis/outbound/create"});
    BOOST_TEST(answer.status == 405U);
    BOOST_TEST(answer.header("Allow") == "POST");
    BOOST_TEST(answer.body ==
               R"({"api-response-code":405,"api-response-message":"Method Not Allowed"})");
}

BOOST_FIXTURE_TEST_CASE(a_large_body_that_nobody_takes_is_not_read, small_gateway) {
    std::string const large = "Content-Length: 200000\r\n";
    BOOST_TEST(ask({"POST", "/nowhere/at/all", large}).status == 404U);
    BOOST_TEST(ask({"PUT", "/v1/tasks", large}).status == 405U);
    BOOST_TEST(ask({"POST", "/in/unknown", large}).status == 404U);
    auto const outbound =
        ask({"POST", "/kairos-apis/outbound/create", "Content-Length: 300000\r\n"});
    BOOST_TEST(outbound.status == 413U);
    BOOST_TEST(outbound.body.find("\"api-response-code\":303") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace front_door_test
