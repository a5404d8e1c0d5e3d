// What becomes of a payload at the moment it is made into a request.
#include "gateway/client/resolver.hpp"
#include "gateway/client/tls_context.hpp"
#include "gateway/delivery/http_transport.hpp"
#include "gateway/plan/message.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <optional>

namespace sluice::gateway::delivery::http_transport_test {
namespace {

using namespace std::chrono_literals;
using tests::scripted_upstream;
using tests::upstream_peer;

struct still_clock final : queue::clock {
    queue::instant now() const override {
        return {queue::wall_time(std::chrono::seconds(1'764'000'000)), {}};
    }
};

struct recording_sink final : queue::outcome_sink {
    void on_outcome(queue::attempt&&, queue::outcome&& result) override {
        results.push_back(std::move(result));
    }
    std::vector<queue::outcome> results;
};

struct fixture {
    explicit fixture(scripted_upstream::script script = tests::always(tests::ok_answer()))
        : upstream(std::move(script)) {
        config::destination destination;
        destination.name = "crm";
        destination.url = upstream.url("/crm");
        destination.connection.allow_http = true;
        destination.connection.allow_networks = {config::network::parse("127.0.0.0/8").value()};
        client::tls_contexts tls;
        client::endpoint_source const source{destination.name, destination.url,
                                             destination.connection, 4};
        auto plans = std::make_shared<plan_table>();
        plans->push_back(std::make_shared<destination_plan const>(
            destination_plan{client::make_endpoint(source, tls).value(),
                             answer_rules(destination),
                             {},
                             std::chrono::hours(1)}));
        transport->use(std::move(plans));
    }

    void send(plan::message const& m) {
        queue::attempt a;
        a.payload = encode(m);
        transport->send(std::move(a), sink);
    }
    queue::outcome outcome_of(plan::message const& m) {
        auto const before = sink.results.size();
        send(m);
        for (int turns = 0; turns < 2000 && sink.results.size() == before; ++turns) {
            io.restart();
            io.run_one_for(5ms);
        }
        return sink.results.at(before);
    }
    queue::outcome outcome_of_field(std::string_view name, std::string_view value) {
        std::array const fields{plan::message_field{name, value}};
        plan::message m;
        m.fields = fields;
        m.body = "x";
        return outcome_of(m);
    }

    scripted_upstream upstream;
    boost::asio::io_context io{1};
    client::resolver names;
    still_clock clock;
    recording_sink sink;
    std::optional<http_transport> transport{std::in_place, io, names, clock};
};

BOOST_FIXTURE_TEST_SUITE(http_transport, fixture)

BOOST_AUTO_TEST_CASE(a_header_that_could_smuggle_is_final_and_never_sent) {
    using namespace std::string_view_literals;
    for (auto const value : {"a\rX-Injected: 1"sv, "a\0b"sv, "\x1b[31m"sv, "a\x7f"sv, "a\r"sv}) {
        auto const end = outcome_of_field("X-Note", value);
        BOOST_TEST((end.verdict == queue::verdict::final_failure));
        BOOST_TEST((end.cause == queue::cause::render));
        BOOST_TEST(end.detail == "the message cannot be sent: the header X-Note has a character "
                                 "that no header may have");
    }
    auto const end = outcome_of_field("X Note", "a");
    BOOST_TEST(end.detail == "the message cannot be sent: a header has a name that is not valid");
    BOOST_TEST(upstream.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_target_that_could_smuggle_is_final_and_never_sent) {
    for (std::string_view const target : {"/a\rb", "/a#b", "/a b", "/\xc3\xa4"}) {
        plan::message m;
        m.target = target;
        auto const end = outcome_of(m);
        BOOST_TEST((end.verdict == queue::verdict::final_failure));
        BOOST_TEST(end.detail == "the message cannot be sent: its path or query is not valid");
    }
    BOOST_TEST(upstream.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_payload_that_is_none_is_final) {
    queue::attempt a;
    transport->send(std::move(a), sink);
    BOOST_REQUIRE(sink.results.size() == 1U);
    BOOST_TEST(sink.results[0].detail == "the message cannot be sent: it has no method");
}

BOOST_AUTO_TEST_CASE(a_sound_message_is_one_request) {
    BOOST_TEST((outcome_of_field("X-Note", "a\tb \xc3\xa4").verdict == queue::verdict::delivered));
    BOOST_TEST(upstream.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(ending_with_an_attempt_under_way_tells_nobody) {
    plan::message m;
    m.body = "x";
    send(m);
    io.run_one_for(5ms);
    transport.reset();
    io.restart();
    while (io.poll_one() != 0) {
    }
    BOOST_TEST(sink.results.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::delivery::http_transport_test
