#include "gateway/client/ares_service.hpp"
#include "tests/support/name_server.hpp"
#include "tests/support/no_descriptors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <map>
#include <optional>

namespace sluice::tests::ares_service_test {
namespace {

using namespace std::chrono_literals;
using namespace gateway::client;

struct service_fixture {
    service_fixture() {
        options.servers = server.address();
        options.timeout = 200ms;
        options.tries = 2;
    }

    void start() { service = make_ares_service(io, options); }
    void ask(std::string const& host) {
        if (!service) start();
        ++open;
        service->ask(host, [this, host](name_answer answer) {
            answers[host] = std::move(answer);
            --open;
        });
    }
    void finish() {
        auto const limit = std::chrono::steady_clock::now() + 10s;
        while (open > 0 && std::chrono::steady_clock::now() < limit) {
            io.restart();
            io.run_one_for(20ms);
        }
        BOOST_REQUIRE(open == 0);
    }
    name_answer answer_for(std::string const& host) {
        ask(host);
        finish();
        return answers.at(host);
    }
    // "192.0.2.1 2001:db8::1", or "failed: …".
    std::string addresses_of(std::string const& host) {
        auto const answer = answer_for(host);
        if (answer.result != name_result::found) return "failed: " + answer.error;
        std::string all;
        for (auto const& each : answer.addresses)
            all += (all.empty() ? "" : " ") + each.to_string();
        return all;
    }

    name_server server;
    boost::asio::io_context io{1};
    name_service_options options;
    std::unique_ptr<name_service> service;
    std::map<std::string, name_answer> answers;
    int open = 0;
};

BOOST_FIXTURE_TEST_SUITE(ares_service, service_fixture)

BOOST_AUTO_TEST_CASE(addresses_come_with_their_time) {
    named two;
    two.answers = {{"127.0.0.2", "127.0.0.3"}};
    two.ttl = 77;
    server.set("two.example", two);
    BOOST_TEST(addresses_of("two.example") == "127.0.0.2 127.0.0.3");
    BOOST_TEST(answers["two.example"].ttl.count() == 77);
    named both;
    both.answers = {{"127.0.0.2", "::1"}};
    server.set("both.example", both);
    BOOST_TEST(answer_for("both.example").addresses.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_there_is_told_from_a_server_that_fails) {
    BOOST_TEST((answer_for("none.example").result == name_result::no_such_name));
    server.set("empty.example", {});
    BOOST_TEST((answer_for("empty.example").result == name_result::no_such_name));
    named broken;
    broken.is_broken = true;
    server.set("broken.example", broken);
    BOOST_TEST((answer_for("broken.example").result == name_result::failed));
    BOOST_TEST(!answers["broken.example"].error.empty());
}

BOOST_AUTO_TEST_CASE(a_silent_server_ends_with_the_tries) {
    named silent;
    silent.is_silent = true;
    server.set("silent.example", silent);
    BOOST_TEST((answer_for("silent.example").result == name_result::failed));
    BOOST_TEST(server.asked("silent.example") == 2U);
}

BOOST_AUTO_TEST_CASE(slow_names_do_not_hold_up_a_quick_one) {
    named slow;
    slow.answers = {{"192.0.2.1"}};
    slow.delay = 400ms;
    options.timeout = 1s;
    for (int i = 0; i < 40; ++i) {
        server.set("slow" + std::to_string(i) + ".example", slow);
        ask("slow" + std::to_string(i) + ".example");
    }
    named quick;
    quick.answers = {{"192.0.2.2"}};
    server.set("quick.example", quick);
    ask("quick.example");
    while (!answers.contains("quick.example"))
        io.run_one_for(20ms);
    BOOST_TEST(answers.size() == 1U);
    auto const before = std::chrono::steady_clock::now();
    finish();
    BOOST_TEST((std::chrono::steady_clock::now() - before < 3s)); // not one after the other
    BOOST_TEST((answers["slow39.example"].result == name_result::found));
}

BOOST_AUTO_TEST_CASE(localhost_needs_no_server) {
    options.servers = "127.0.0.1:9"; // nobody there
    auto const local = answer_for("localhost");
    BOOST_REQUIRE(local.result == name_result::found);
    for (auto const& each : local.addresses)
        BOOST_TEST(each.is_loopback());
    BOOST_TEST((answer_for("far.example").result == name_result::failed));
}

BOOST_AUTO_TEST_CASE(a_changed_resolv_conf_is_read_anew) {
    name_server other("127.0.0.2", server.port());
    named first;
    first.answers = {{"192.0.2.1"}};
    server.set("a.example", first);
    named second;
    second.answers = {{"192.0.2.2"}};
    other.set("a.example", second);
    other.set("b.search.example", second);
    temporary_directory directory;
    auto const path = (directory / "resolv.conf").string();
    options.servers.clear();
    options.resolv_conf = path;
    options.port = server.port();
    std::ofstream(path) << "nameserver 127.0.0.1\n";
    BOOST_TEST(addresses_of("a.example") == "192.0.2.1");
    std::ofstream(path) << "search search.example\nnameserver 127.0.0.2\n";
    BOOST_TEST(addresses_of("a.example") == "192.0.2.2");
    BOOST_TEST(addresses_of("b") == "192.0.2.2");
}

BOOST_AUTO_TEST_CASE(without_descriptors_nobody_was_asked) {
    named one;
    one.answers = {{"192.0.2.1"}};
    server.set("a.example", one);
    start();
    std::optional<no_descriptors> none(std::in_place);
    ask("a.example");
    finish();
    none.reset();
    BOOST_TEST((answers["a.example"].result == name_result::not_asked));
    BOOST_TEST(addresses_of("a.example") == "192.0.2.1");
}

BOOST_AUTO_TEST_CASE(the_end_leaves_open_questions) {
    named silent;
    silent.is_silent = true;
    server.set("silent.example", silent);
    for (int i = 0; i < 3; ++i)
        ask("silent.example");
    io.poll();
    service.reset();
    io.restart();
    io.poll();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::ares_service_test
