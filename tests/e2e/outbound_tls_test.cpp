// Deliveries over TLS: whom the gateway trusts, and who it says it is (mutual TLS).
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/gateway/client/certificates.hpp"
#include "tests/gateway/client/tls_upstream.hpp"

#include <boost/test/unit_test.hpp>

namespace outbound_tls_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

// A destination that speaks TLS and demands a certificate of the test's authority, and gateways'
// destinations that know more and more about it.
struct mutual_fixture {
    mutual_fixture()
        : server(server_options{.files =
                                    authority.issue("server", {.subject_alt_name = "IP:127.0.0.1"}),
                                .client_ca = authority.file()})
        , files(authority.issue("gateway"))
        , strangers(other_authority.issue("gateway"))
        , gateway(settings()) {}

    std::string destination(std::string const& name, std::string const& lines) const {
        return "\n[[destination]]\nname = \"" + name + "\"\nurl = \"" + server.url("127.0.0.1") +
               "\"\nallow_networks = [\"127.0.0.0/8\"]\n" +
               "retry = { schedule = [\"10ms\"], max_attempts = 2 }\n" + lines +
               route_table("/in/" + name, '"' + name + '"');
    }

    static std::string identity(certificate_files const& of) {
        return "client_cert = \"" + of.certificate + "\"\nclient_key = \"" + of.key + "\"\n";
    }

    gateway_settings settings() const {
        auto const ca = "ca = \"" + authority.file() + "\"\n";
        gateway_settings made;
        made.more = destination("mutual", ca + identity(files)) + destination("anonymous", ca) +
                    destination("stranger", ca + identity(strangers)) +
                    destination("trustless", identity(files));
        return made;
    }

    std::string post(std::string const& route) {
        auto const answer = gateway.client().post("/in/" + route, {}, "x");
        BOOST_REQUIRE_EQUAL(answer.status, 202);
        return json_at(answer.body, "/request-id");
    }

    certificate_authority authority, other_authority;
    tls_upstream server;
    certificate_files files, strangers;
    gateway_under_test gateway;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outbound_tls, mutual_fixture)

BOOST_AUTO_TEST_CASE(a_destination_that_demands_a_certificate_gets_it) {
    BOOST_TEST(gateway.wait_for_state(post("mutual"), "delivered"));
    BOOST_TEST(server.seen.requests == 1U);
}

BOOST_AUTO_TEST_CASE(without_a_certificate_or_with_a_strangers_the_task_dies_and_says_why) {
    for (auto const* const name : {"anonymous", "stranger"}) {
        auto const id = post(name);
        BOOST_REQUIRE(gateway.wait_for_state(id, "dead"));
        auto const seen = gateway.task(id).body;
        BOOST_TEST(json_at(seen, "/attempts/1/error").starts_with("tls"), seen);
    }
    BOOST_TEST(server.seen.requests == 0U);
}

BOOST_AUTO_TEST_CASE(an_authority_that_nobody_named_is_not_trusted) {
    auto const id = post("trustless");
    BOOST_REQUIRE(gateway.wait_for_state(id, "dead"));
    auto const seen = gateway.task(id).body;
    BOOST_TEST(json_at(seen, "/attempts/0/error").find("certificate") != std::string::npos, seen);
    BOOST_TEST(server.seen.requests == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace outbound_tls_test
