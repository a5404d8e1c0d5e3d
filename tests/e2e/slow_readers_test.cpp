// Callers that send many requests and never read an answer.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <memory>

namespace slow_readers_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

std::size_t resident_mib(pid_t of) {
    std::ifstream in("/proc/" + std::to_string(of) + "/statm");
    std::size_t whole = 0, resident = 0;
    in >> whole >> resident;
    return resident * 4096 / (1024 * 1024);
}

using crowd = std::vector<std::unique_ptr<raw_client>>;

// Each sends `count` requests and reads nothing; 4 KiB of receive buffer.
crowd send_and_never_read(std::uint16_t port, int clients, int count, std::string const& request) {
    std::string all;
    for (int i = 0; i < count; ++i)
        all += request;
    crowd made;
    for (int i = 0; i < clients; ++i) {
        made.push_back(std::make_unique<raw_client>(port, 4096));
        made.back()->send(all);
    }
    return made;
}

void keep_large_person(gateway_under_test& gateway, std::string const& contact) {
    for (int part = 0; part < 4; ++part) {
        std::string keys;
        for (int i = 0; i < 48; ++i) {
            keys += R"({"name":"$user.key.k)" + std::to_string(part) + "x" + std::to_string(i) +
                    R"(","value":")" + std::string(4000, 'v') + "\"},";
        }
        auto const answer = gateway.client().post(
            "/v1/webhooks/updateUserPreferences", json_bearer(),
            R"({"keys":[)" + keys + R"({"name":"$user.syskey.contactNumber","value":")" + contact +
                "\"}]}");
        BOOST_REQUIRE(answer.status / 100 == 2);
    }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(slow_readers, gateway_under_test)

BOOST_AUTO_TEST_CASE(large_answers_that_nobody_reads_do_not_take_the_memory) {
    keep_large_person(*this, "918000374123");
    auto const large = client().get("/v1/users/918000374123", bearer()).body.size();
    BOOST_REQUIRE(large > 700'000U);
    auto const before = resident_mib(process().pid());
    auto const request = "GET /v1/users/918000374123 HTTP/1.1\r\nHost: a\r\nAuthorization: " +
                         bearer().front().second + "\r\n\r\n";
    auto crowd = send_and_never_read(ports().public_listener, 60, 64, request);
    // Calls go on; by then all that will be built is built.
    for (int i = 0; i < 20; ++i)
        BOOST_TEST(client().post("/in/crm", {}, "x").status == 202);
    auto const after = resident_mib(process().pid());
    BOOST_TEST(after < before + 150, before << " MiB, then " << after);
    crowd.clear();
    BOOST_TEST(wait_until([&] { return resident_mib(process().pid()) < before + 40; }),
               before << " MiB, then " << resident_mib(process().pid()));
}

BOOST_AUTO_TEST_CASE(pages_of_the_admin_listener_that_nobody_reads_cost_nothing) {
    auto const before = resident_mib(process().pid());
    auto const crowd = send_and_never_read(ports().admin_listener, 200, 64,
                                           "GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    BOOST_TEST(admin().get("/livez").status == 200);
    auto const after = resident_mib(process().pid());
    BOOST_TEST(after < before + 40, before << " MiB, then " << after);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace slow_readers_test
