// Requests whose message begins as the one before it are written from what that came to.
#include "gateway/delivery/request_writer.hpp"
#include "gateway/plan/message.hpp"
#include "tests/sim/simulated_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <tuple>
#include <vector>

namespace request_writer_test {

using namespace sluice;
using namespace sluice::gateway;

namespace {

struct writing {
    writing() {
        to.url = *config::parse_url("https://example.com/crm?x=1", config::plain_http::allowed);
    }

    // Everything of the request, as it is written with `known` or without.
    std::string write(queue::attempt const& what, delivery::known_message* memory) {
        delivery::written_request out;
        out.is_once = true; // of another one before
        auto const wrong = delivery::write_request(out, {what, to, keys, false, clock, memory});
        std::string all;
        for (std::string_view const part :
             {std::string_view(wrong), out.method, std::string_view(out.target),
              std::string_view(out.header_lines), out.body})
            all.append(part).append("|");
        return all + (out.has_own_agent ? "agent" : "") + (out.is_once ? "once" : "");
    }

    client::endpoint to;
    std::vector<client::webhook_key> keys;
    tests::simulated_clock clock;
    delivery::known_message known;
};

queue::attempt attempt_with(std::string_view payload, std::uint8_t id) {
    queue::attempt what;
    what.id.bytes[15] = id;
    what.payload = queue::shared_bytes(payload);
    return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(request_writer)

BOOST_FIXTURE_TEST_CASE(a_message_is_written_alike_whatever_came_before_it, writing) {
    std::vector<std::string_view> const payloads{
        "POST /a\nX: 1\n\nbody",
        "POST /a\nX: 1\n\nanother body",
        "POST /a\nX: 1\n\n",
        "POST /a\nX: 1\n:once 1\n\nbody",
        "POST /a\nX: 12\n\nbody",
        "POST /b?y=2\nX: 1\n\nbody",
        "PUT \n\nX: 1\n\nbody",
        "PUT \nUser-Agent: me\n\nbody",
        "POST /a\nwebhook-id: 7\nwebhook-timestamp: 1\nwebhook-signature: v1,x\n\nbody",
        "POST /a\nwebhook-id: 7\n\nbody",
        "POST /a\nX: 1\n:time-zone Asia/Kolkata\n:start-time 0\n\n2026-11-30T00:00:00+0530",
        "POST /a\nX: a\x01b\n\nbody",
        "POST a b\nX: 1\n\nbody",
        "POST /a\nX: 1\n",
        "",
    };
    std::uint8_t id = 0;
    for (auto const before : payloads) {
        for (auto const payload : payloads) {
            write(attempt_with(before, ++id), &known);
            for (int again = 0; again < 2; ++again) {
                auto const what = attempt_with(payload, ++id);
                BOOST_TEST(write(what, &known) == write(what, nullptr),
                           payload << " after " << before);
            }
        }
    }
}

BOOST_FIXTURE_TEST_CASE(what_is_signed_is_signed_each_time, writing) {
    keys.push_back(*client::webhook_key::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    for (std::uint8_t id = 1; id < 4; ++id) {
        auto const what = attempt_with("POST /a\nX: 1\n\nbody", id);
        BOOST_TEST(write(what, &known) == write(what, nullptr));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace request_writer_test
