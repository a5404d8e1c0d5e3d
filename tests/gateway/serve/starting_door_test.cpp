// What the admin listener says before the gateway can take calls.
#include "gateway/serve/starting_door.hpp"
#include "tests/support/http_client.hpp"

#include <boost/test/unit_test.hpp>

namespace starting_door_test {

using namespace sluice::gateway;
using namespace sluice::tests;

namespace {

boost::asio::ip::tcp::endpoint loopback(unsigned short port = 0) {
    return {boost::asio::ip::address_v4::loopback(), port};
}

struct fixture {
    serve::starting_door door{{"ops.example.com"}};
    fixture() { BOOST_REQUIRE(!door.open(loopback())); }
    http_response get(std::string_view target, http_headers const& headers = {}) {
        return http_client(door.endpoint().port()).get(target, headers);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(starting_door, fixture)

BOOST_AUTO_TEST_CASE(it_lives_and_says_what_it_waits_for) {
    door.waits_for("the journal is being read");
    BOOST_TEST(get("/livez").status == 200);
    BOOST_TEST(get("/readyz").status == 503);
    BOOST_TEST(get("/readyz?verbose").body ==
               "[-]start failed: the journal is being read\nreadyz check failed\n");
    door.waits_for("the lease of a former self");
    auto const json = get("/readyz", {{"Accept", "application/json"}}).body;
    BOOST_TEST(json.find("the lease of a former self") != json.npos);
}

BOOST_AUTO_TEST_CASE(every_other_call_is_to_come_again) {
    door.waits_for("the journal is being read");
    for (auto const* path : {"/", "/metrics", "/v1/tasks"}) {
        auto const answer = get(path);
        BOOST_TEST(answer.status == 503);
        BOOST_TEST(answer.body.find("the journal is being read") != answer.body.npos);
    }
}

BOOST_AUTO_TEST_CASE(it_answers_to_its_own_names_only) {
    BOOST_TEST(get("/livez", {{"Host", "evil.example.com"}}).status == 421);
    BOOST_TEST(get("/livez", {{"Host", "ops.example.com"}}).status == 200);
}

BOOST_AUTO_TEST_CASE(a_port_that_somebody_has_is_refused_and_one_of_its_own_is_joined) {
    serve::starting_door second{{}};
    BOOST_TEST(second.open(door.endpoint()) == boost::system::errc::address_in_use);
    boost::asio::io_context io;
    server::listener admin(io, {}, door);
    BOOST_TEST(!admin.open(door.endpoint(), server::port_claim::join));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace starting_door_test
