// A call as another gateway gets it.
#include "gateway/cluster/forwarded_call.hpp"

#include <boost/test/unit_test.hpp>

namespace forwarded_call_test {

using namespace sluice;
using namespace sluice::gateway;
using namespace sluice::gateway::cluster;
using call::spread;

namespace {

server::request request(std::string_view method, std::string_view path, std::string_view query = {},
                        std::string_view body = {}) {
    server::request made;
    made.method = method;
    made.path = path;
    made.query = query;
    made.body = body;
    return made;
}

call::cluster_question about(spread how) {
    call::cluster_question what;
    what.how = how;
    what.from = call::listener_kind::admin;
    what.caller = "the night shift\r\nX: y";
    return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(forwarded_call)

BOOST_AUTO_TEST_CASE(the_target_is_that_of_the_call_behind_a_prefix) {
    auto const req = request("GET", "/v1/tasks/x", "a=1&b=%20");
    auto what = about(spread::task);
    BOOST_TEST(target_for(req, what, {}, 1) == "/cluster/admin/v1/tasks/x?a=1&b=%20");
    what.from = call::listener_kind::open_to_callers;
    BOOST_TEST(target_for(req, what, {}, 1) == "/cluster/public/v1/tasks/x?a=1&b=%20");
}

BOOST_AUTO_TEST_CASE(each_gateway_gets_its_own_cursor) {
    auto const req = request("GET", "/v1/tasks", "limit=5&cursor=c.1:q.ab,2:&state=ready");
    auto const what = about(spread::tasks);
    auto const joint = read_question(req, what).value();
    BOOST_TEST(joint.limit == 5u);
    BOOST_TEST(target_for(req, what, joint.from, 1) ==
               "/cluster/admin/v1/tasks?limit=5&state=ready&cursor=q.ab");
    BOOST_TEST(target_for(req, what, joint.from, 2) ==
               "/cluster/admin/v1/tasks?limit=5&state=ready");
}

BOOST_AUTO_TEST_CASE(a_cursor_of_one_gateway_alone_is_refused) {
    auto const joint =
        read_question(request("GET", "/v1/tasks", "cursor=q."), about(spread::tasks));
    BOOST_TEST(joint.error().status == 422);
}

BOOST_AUTO_TEST_CASE(who_calls_stands_in_one_line) {
    auto const lines = lines_for(request("GET", "/v1/tasks"), about(spread::tasks), {});
    BOOST_TEST(lines == "Sluice-Caller: the%20night%20shift%0D%0AX%3A%20y\r\n"
                        "Sluice-Shows-Contents: yes\r\n");
    auto hidden = about(spread::bulk);
    hidden.shows_contents = false;
    hidden.caller = "163";
    BOOST_TEST(lines_for(request("POST", "/v1/tasks:cancel"), hidden, {77, {"gw-1", "b c"}}) ==
               "Sluice-Caller: 163\r\nSluice-Job: 77 gw-1,b%20c\r\n");
}

BOOST_AUTO_TEST_CASE(gateways_share_the_rate_of_a_job) {
    auto const what = about(spread::bulk);
    auto const body = [&](std::string_view text, std::size_t members) {
        return body_for(request("POST", "/v1/tasks:cancel", {}, text), what, members);
    };
    BOOST_TEST(body(R"({"all":true,"rate":10})", 3) == R"({"all":true,"rate":4})");
    BOOST_TEST(body(R"({"rate": 2 ,"all":true})", 3) == R"({"rate": 1 ,"all":true})");
    BOOST_TEST(body(R"({"all":true,"rate":10})", 1) == R"({"all":true,"rate":10})");
    // What is wrong is left to be refused.
    for (auto const* const wrong : {R"({"rate":-1})", R"({"rate":"x"})", R"({"rate":)", "[]", ""})
        BOOST_TEST(body(wrong, 3) == wrong);
}

BOOST_AUTO_TEST_CASE(named_tasks_are_counted) {
    auto const count = [](std::string_view body) {
        return read_question(request("POST", "/v1/tasks:cancel", {}, body), about(spread::bulk))
            .value()
            .named_tasks;
    };
    BOOST_TEST(count(R"({"ids":["a","b"]})") == 2u);
    BOOST_TEST(count(R"({"all":true})") == 0u);
    BOOST_TEST(count("x") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace forwarded_call_test
