// A cluster under load while something goes wrong again and again: kills, a primary that freezes, a
// network that cuts, resets and swallows answers, a rolling restart behind a load balancer. What
// was acknowledged arrives; what arrives twice was in flight.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/faulty_link.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>

namespace cluster_faults_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;

constexpr int kills = 20;

std::size_t duplicates(recording_destination const& at) {
    std::size_t more = 0;
    for (auto const& [body, count] : count_by_body(at))
        more += count - 1;
    return more;
}

// The database's URL by way of a link.
std::string by_way_of(std::string url, postgres_server const& server, faulty_link const& link) {
    auto const port = ":" + std::to_string(server.port());
    url.replace(url.find(port), port.size(), ":" + std::to_string(link.port()));
    return url;
}

// nginx with gateways behind it, as deploy/cluster/demo.sh writes it: a call goes to another
// gateway only where it was not sent. A gateway that was away is tried again at once, because the
// test restarts all of them within a second.
struct load_balancer {
    explicit load_balancer(std::vector<std::uint16_t> const& gateways) {
        std::string text =
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log error.log;\n"
            "events { worker_connections 256; }\nhttp { access_log off;\n";
        for (auto const* each : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            text += std::string(each) + "_temp_path " + each + "_temp;\n";
        text += "upstream sluice {\n";
        for (auto const gateway : gateways)
            text += "server 127.0.0.1:" + std::to_string(gateway) + " max_fails=0;\n";
        text += "}\nserver { listen 127.0.0.1:" + std::to_string(port) +
                "; location / { proxy_pass http://sluice; proxy_next_upstream error timeout; "
                "proxy_connect_timeout 1s; } } }\n";
        write_whole(directory / "nginx.conf", text);
        process_options options;
        options.arguments = {"/usr/sbin/nginx",         "-e", "error.log", "-p",
                             directory.path().string(), "-c", "nginx.conf"};
        nginx = std::make_unique<child_process>(options);
        BOOST_REQUIRE(wait_until([&] { return is_port_taken(port); }));
    }

    // The beginning of its log of errors.
    std::string said() const {
        std::ifstream file(directory / "error.log");
        std::string text{std::istreambuf_iterator<char>(file), {}};
        return text.substr(0, 2000);
    }

    temporary_directory directory;
    std::uint16_t port = free_port();
    std::unique_ptr<child_process> nginx;
};

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_faults)

BOOST_AUTO_TEST_CASE(twenty_kills_under_load_lose_nothing) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", url, destination));
    gateway_under_test other(cluster_member("gw-2", url, destination));
    steady_load load({one.ports().public_listener, other.ports().public_listener});
    for (int i = 0; i < kills; ++i) {
        auto& victim = i % 2 == 0 ? one : other;
        BOOST_TEST(load.wait_for_more(50), "cycle " << i);
        victim.kill();
        // Every fourth time it stays away until its tasks were taken over.
        if (i % 4 == 3) {
            auto& survivor = i % 2 == 0 ? other : one;
            auto const before = survivor.log().rfind("was taken over");
            BOOST_TEST(
                wait_until([&] { return survivor.log().rfind("was taken over") != before; }));
        }
        victim.start();
    }
    load.end();
    auto const acknowledged = load.acknowledged();
    BOOST_TEST(acknowledged.size() >= 1000U);
    BOOST_TEST(all_arrive(destination, acknowledged));
    BOOST_TEST_MESSAGE(acknowledged.size()
                       << " acknowledged, " << duplicates(destination) << " sent more than once");
    // At most what was in flight at each kill.
    BOOST_TEST(duplicates(destination) <= kills * 128U);
}

BOOST_AUTO_TEST_CASE(a_primary_that_freezes_delays_and_loses_nothing) {
    postgres_server server;
    recording_destination destination;
    gateway_under_test one(cluster_member("gw-1", server.make_database(), destination));
    steady_load load({one.ports().public_listener});
    BOOST_TEST(load.wait_for_more(50));
    server.freeze();
    // Longer than the lease: nothing is sent, nobody adopts anybody.
    BOOST_TEST(wait_until([&] { return one.admin().get("/readyz").status == 503; }));
    BOOST_TEST(wait_until([&] {
        return one.admin().get("/readyz?verbose").body.find("no commit for 4") != std::string::npos;
    }));
    server.thaw();
    BOOST_TEST(wait_until([&] { return one.admin().get("/readyz").status == 200; }));
    BOOST_TEST(load.wait_for_more(50));
    load.end();
    BOOST_TEST(all_arrive(destination, load.acknowledged()));
    BOOST_TEST(one.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_network_that_cuts_resets_and_swallows_answers_loses_nothing) {
    postgres_server server;
    faulty_link link(server.port());
    recording_destination destination;
    gateway_under_test one(
        cluster_member("gw-1", by_way_of(server.make_database(), server, link), destination));
    steady_load load({one.ports().public_listener});
    for (int i = 0; i < 12; ++i) {
        BOOST_TEST(load.wait_for_more(20), "cycle " << i);
        if (i % 3 == 2) { // what was committed is not known to be
            link.stall_answers();
            BOOST_TEST(wait_until([&] { return link.holds_answer(); }), "cycle " << i);
        }
        link.cut(i % 2 == 0);
        link.let_answers_through();
    }
    load.end();
    BOOST_TEST(all_arrive(destination, load.acknowledged()));
    BOOST_TEST(one.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_rolling_restart_refuses_no_call_and_copies_nothing) {
    auto const url = shared_postgres().make_database();
    recording_destination destination;
    std::vector<std::unique_ptr<gateway_under_test>> members;
    std::vector<std::uint16_t> ports;
    for (auto const* name : {"gw-1", "gw-2", "gw-3"}) {
        members.push_back(
            std::make_unique<gateway_under_test>(cluster_member(name, url, destination)));
        ports.push_back(members.back()->ports().public_listener);
    }
    load_balancer const balancer(ports);
    steady_load load({balancer.port});
    for (auto const& each : members) {
        BOOST_TEST(load.wait_for_more(50));
        BOOST_TEST(each->stop() == 0);
        each->start();
    }
    BOOST_TEST(load.wait_for_more(50));
    load.end();
    BOOST_TEST(load.refused() == 0U, load.refused() << " refused: " << load.refusal() << '\n'
                                                    << balancer.said());
    BOOST_TEST(load.unanswered() == 0U);
    BOOST_TEST(all_arrive(destination, load.acknowledged()));
    for (auto const& each : members)
        BOOST_TEST(each->log().find("taken over") == std::string::npos);
    BOOST_TEST(duplicates(destination) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_faults_test
