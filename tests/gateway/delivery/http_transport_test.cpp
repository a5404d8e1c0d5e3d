// What becomes of a payload at the moment it is made into a request.
#include "gateway/client/resolver.hpp"
#include "gateway/client/tls_context.hpp"
#include "gateway/delivery/http_transport.hpp"
#include "gateway/plan/message.hpp"
#include "tests/codecs/packing.hpp"
#include "tests/gateway/client/scripted_upstream.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

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
    explicit fixture(scripted_upstream::script script = tests::always(tests::ok_answer()),
                     std::optional<std::string> success = {})
        : upstream(std::move(script)) {
        config::destination destination;
        destination.success = std::move(success);
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
                             std::chrono::hours(1),
                             {.size = 1000, .ratio = 100}}));
        transport->use(std::move(plans));
    }

    void send(plan::message const& m) {
        queue::attempt a;
        a.payload = encode(m);
        a.is_watched = is_watched;
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
    bool is_watched = false;
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

// What comes of an answer with this Content-Encoding where the destination's rule looks for a code.
queue::outcome coded(std::string_view coding, std::string const& body, bool is_watched = true) {
    auto const answer = fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                    "Content-Encoding: {}\r\nContent-Length: {}\r\n\r\n{}",
                                    coding, body.size(), body);
    fixture with(tests::always(answer), "/code == 1");
    with.is_watched = is_watched;
    plan::message m;
    m.body = "x";
    return with.outcome_of(m);
}

BOOST_AUTO_TEST_CASE(an_answer_is_read_behind_its_content_coding) {
    constexpr std::string_view text = R"({"code":1,"text":"hello"})";
    for (auto const& [coding, body] : {std::pair{"gzip", codecs::test::gzipped(text)},
                                       std::pair{"deflate", codecs::test::zipped(text, 15)},
                                       std::pair{"zstd", codecs::test::packed(text)}}) {
        auto const end = coded(coding, body);
        BOOST_TEST((end.verdict == queue::verdict::delivered), coding);
        BOOST_TEST(end.response == text);
        BOOST_TEST(end.response_coding == coding);
        BOOST_TEST(end.coded_response == body);
        auto const unwatched = coded(coding, body, false);
        BOOST_TEST(unwatched.response == text);
        BOOST_TEST(unwatched.coded_response == "");
    }
    auto const plain = coded("identity", std::string(text));
    BOOST_TEST((plain.verdict == queue::verdict::delivered));
    BOOST_TEST(plain.response_coding == "");
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_decoded_names_its_coding) {
    auto const unknown = coded("br", "\x0b\x02");
    BOOST_TEST((unknown.verdict == queue::verdict::retry));
    BOOST_TEST(unknown.detail == "answered 200, but the answer could not be read: the content "
                                 "coding \"br\" is not known");
    BOOST_TEST(unknown.response == "");
    BOOST_TEST(unknown.coded_response == "\x0b\x02");
    auto const bomb = coded("gzip", codecs::test::gzipped(std::string(100'000, ' ')));
    BOOST_TEST(bomb.detail == "answered 200, but the answer could not be read: the content coding "
                              "gzip yields more than is allowed");
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

// Answers once, and closes when it sees the next request.
void answer_once(upstream_peer& peer) {
    peer.read_request();
    peer.write(tests::ok_answer());
    peer.read_request();
}

struct forgetful_fixture : fixture {
    forgetful_fixture()
        : fixture(answer_once) {}
};

BOOST_FIXTURE_TEST_CASE(a_request_that_went_out_twice_says_so, forgetful_fixture) {
    BOOST_TEST(outcome_of_field("X-Note", "a").detail == "");
    auto const second = outcome_of_field("X-Note", "a");
    BOOST_TEST((second.verdict == queue::verdict::delivered));
    BOOST_TEST(second.detail == "sent twice: the kept connection had closed");
}

// Says how many calls are left: twice the same, none, as before, none; then it is too many.
void answer_with_allowance(upstream_peer& peer) {
    for (int const left : {2, 2, 0, 2, 0}) {
        if (peer.read_request().empty()) return;
        peer.write(fmt::format("HTTP/1.1 200 OK\r\nX-RateLimit-Remaining: {}\r\n"
                               "X-RateLimit-Reset: 30\r\nContent-Length: 0\r\n\r\n",
                               left));
    }
    peer.read_request();
    peer.write("HTTP/1.1 429 Too Many\r\nX-RateLimit-Remaining: 2\r\n"
               "X-RateLimit-Reset: 30\r\nContent-Length: 0\r\n\r\n");
}

struct allowance_fixture : fixture {
    allowance_fixture()
        : fixture(answer_with_allowance) {}
};

BOOST_FIXTURE_TEST_CASE(each_answer_is_asked_for_a_pause, allowance_fixture) {
    std::vector<std::optional<std::chrono::milliseconds>> const expected{{}, {}, 30s, {}, 30s, 30s};
    for (std::size_t i = 0; i < expected.size(); ++i)
        BOOST_TEST((outcome_of_field("X-Note", "a").retry_after == expected[i]), i);
}

struct busy_receiver_fixture : fixture {
    busy_receiver_fixture()
        : fixture(tests::always("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\n"
                                "Content-Length: 0\r\n\r\n")) {
        report_policy policy;
        policy.allow_http = true;
        policy.allow_networks = {config::network::parse("127.0.0.0/8").value()};
        policy.url = upstream.url("/report");
        destination_plan reports{
            nullptr, answer_rules(config::destination()), {}, std::chrono::hours(1), {}};
        reports.reports = policy;
        auto plans = std::make_shared<plan_table>();
        plans->push_back(std::make_shared<destination_plan const>(std::move(reports)));
        transport->use(std::move(plans));
    }
};

BOOST_FIXTURE_TEST_CASE(a_callback_waits_as_its_receiver_asks_and_holds_no_other,
                        busy_receiver_fixture) {
    auto const end = outcome_of_field("X-Note", "a");
    BOOST_TEST((end.verdict == queue::verdict::retry));
    BOOST_TEST((end.retry_after.value() == 7s));
    BOOST_TEST(end.waits_alone);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::delivery::http_transport_test
