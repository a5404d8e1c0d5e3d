// One pace over all gateways: the destination counts what comes, whoever sends it.
#include "tests/e2e/cluster_members.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

namespace cluster_pace_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using moment = steady_clock::time_point;

constexpr double rate = 200;
constexpr double burst = 20;

struct fleet {
    fleet(int count, recording_destination& to, std::string const& limits)
        : url(shared_postgres().make_database()) {
        auto const more = "[[destination]]\nname = \"paced\"\nurl = \"http://127.0.0.1:" +
                          std::to_string(to.port()) +
                          "/paced\"\nallow_http = true\nallow_networks = [\"127.0.0.0/8\"]\n" +
                          limits + route_table("/in/paced", "\"paced\"");
        for (int i = 1; i <= count; ++i)
            members.push_back(std::make_unique<gateway_under_test>(
                cluster_member("gw-" + std::to_string(i), url, to, more)));
    }

    ~fleet() {
        is_over = true;
        for (auto& each : threads)
            each.join();
    }

    // Calls to each gateway, from now on, never more than `backlog` ahead of the destination.
    void keep_busy(recording_destination const& to, std::size_t backlog) {
        for (auto const& member : members) {
            for (int i = 0; i < 4; ++i)
                threads.emplace_back([this, &to, backlog, port = member->ports().public_listener] {
                    http_client client(port);
                    while (!is_over) {
                        wait_until([&] { return is_over || taken <= to.count() + backlog; });
                        auto const answer = client.try_request("POST", "/in/paced", {}, "x");
                        if (answer && answer->status == 202) ++taken;
                    }
                });
        }
        BOOST_TEST(wait_until([&] { return taken > to.count() + backlog / 2; }, 60s));
    }

    std::atomic<std::size_t> taken = 0;
    std::atomic<bool> is_over = false;
    std::vector<std::thread> threads;
    std::string url;
    std::vector<std::unique_ptr<gateway_under_test>> members;
};

std::vector<moment> arrivals(recording_destination const& at) {
    std::vector<moment> all;
    for (auto const& each : at.deliveries())
        all.push_back(each.at);
    std::ranges::sort(all);
    return all;
}

std::size_t between(std::vector<moment> const& all, moment from, moment to) {
    return static_cast<std::size_t>(std::ranges::lower_bound(all, to) -
                                    std::ranges::lower_bound(all, from));
}

// By how many arrivals the worst window of a second or more exceeds what the rate allows.
double worst_excess(std::vector<moment> const& all) {
    double worst = -1e9;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            std::chrono::duration<double> const window = all[j] - all[i];
            if (window < 1s) continue;
            worst = std::max(worst, static_cast<double>(j - i + 1) - burst - rate * window.count());
        }
    }
    return worst;
}

// What nobody could send because the machine stood still: a bucket holds no more than the burst,
// and what would have gone into it meanwhile is gone. While all goes well nothing comes later than
// the last by as much as that.
double lost_to_stalls(std::vector<moment> const& all, moment from, moment to) {
    double lost = 0;
    auto const first = std::ranges::lower_bound(all, from) - all.begin();
    auto const last = std::ranges::lower_bound(all, to) - all.begin();
    for (auto i = std::max<std::ptrdiff_t>(first, 1); i < last; ++i) {
        auto const n = static_cast<std::size_t>(i);
        std::chrono::duration<double> const gap = all[n] - all[n - 1];
        lost += std::max(0.0, gap.count() * rate - burst);
    }
    return lost;
}

// Most that were open at once, each for `time`.
std::size_t most_at_once(std::vector<moment> const& all, std::chrono::milliseconds time) {
    std::size_t most = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
        most = std::max(most, between(all, all[i] - time + 1ns, all[i]) + 1);
    return most;
}

bool waits_for(moment until) {
    return wait_until([&] { return steady_clock::now() >= until; }, 60s);
}

} // namespace

BOOST_AUTO_TEST_SUITE(cluster_pace)

BOOST_DATA_TEST_CASE(gateways_share_a_rate_and_a_dead_ones_part_is_used_by_the_others,
                     boost::unit_test::data::make({2, 3})) {
    recording_destination destination;
    fleet gateways(sample, destination, "rate = 200\nburst = 20\n");
    gateways.keep_busy(destination, 1000);
    auto const first = steady_clock::now();
    BOOST_TEST(waits_for(first + 13s));
    gateways.members.back()->kill();
    auto const killed = steady_clock::now();
    BOOST_TEST(waits_for(killed + 12s)); // the lease is 2 s
    auto const all = arrivals(destination);
    auto const together = between(all, first + 3s, first + 13s);
    auto const after = between(all, killed + 7s, killed + 12s);
    auto const lost_before = lost_to_stalls(all, first + 3s, first + 13s);
    auto const lost_after = lost_to_stalls(all, killed + 7s, killed + 12s);
    BOOST_TEST_MESSAGE(sample << " gateways: " << together << " in 10 s (" << lost_before
                              << " lost to stalls), " << after << " in 5 s after a death ("
                              << lost_after << " lost), worst window " << worst_excess(all)
                              << " above");
    BOOST_TEST(static_cast<double>(together) >= 0.98 * (rate * 10 - lost_before));
    BOOST_TEST(static_cast<double>(after) >= 0.98 * (rate * 5 - lost_after));
    // What the network and a busy machine do to moments of arrival: 20 ms.
    BOOST_TEST(worst_excess(all) <= rate * 0.02);
}

BOOST_DATA_TEST_CASE(a_concurrency_of_ten_never_shows_eleven,
                     boost::unit_test::data::make({2, 3})) {
    std::chrono::milliseconds const time = 100ms;
    recording_destination destination;
    destination.answer_with([time](auto const&, auto) {
        destination_answer answer;
        answer.delay = time;
        return answer;
    });
    fleet gateways(sample, destination, "concurrency = 10\n");
    gateways.keep_busy(destination, 300);
    BOOST_TEST(destination.wait_for(destination.count() + 300, 60s));
    gateways.members.back()->kill();
    auto const killed = steady_clock::now();
    BOOST_TEST(waits_for(killed + 8s));
    auto const all = arrivals(destination);
    BOOST_TEST(most_at_once(all, time) == 10U);
    // The others use its slots.
    BOOST_TEST(most_at_once({std::ranges::lower_bound(all, killed + 5s), all.end()}, time) == 10U);
}

BOOST_AUTO_TEST_CASE(a_single_slot_goes_from_gateway_to_gateway) {
    recording_destination destination;
    fleet gateways(2, destination, "concurrency = 1\n");
    for (int i = 0; i < 3; ++i) {
        for (auto const& member : gateways.members) {
            auto const before = destination.count();
            BOOST_TEST(member->client().post("/in/paced", {}, "one").status == 202);
            BOOST_TEST(destination.wait_for(before + 1, 10s));
        }
    }
    auto& one = *gateways.members.front();
    BOOST_TEST(one.metric("sluice_permit_statements_total", "kind=\"write\"") > 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cluster_pace_test
