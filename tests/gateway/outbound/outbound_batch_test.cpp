#include "gateway/outbound/outbound_batch.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <vector>

namespace outbound_batch_test {

namespace {

using namespace sluice;
using namespace sluice::gateway;

queue::wall_time const at{std::chrono::milliseconds(1'764'000'000'000)}; // 2025-11-24T16:00:00Z

std::string body_of(std::string const& client, std::string const& flow = "flow0001",
                    std::string const& calls_end = "]}") {
    return R"({"api-version":"1.0","flow-id":")" + flow + R"(","calls":[{"client-identifier":")" +
           client + R"(","start-time":"0000000000000000000000000"})" + calls_end;
}

outbound::outbound_part part(std::string const& body) {
    return {body, body.find("0000000000000000000000000"), "Asia/Kolkata", at};
}

} // namespace

BOOST_AUTO_TEST_SUITE(outbound_batch)

BOOST_AUTO_TEST_CASE(calls_become_one_request_each_with_its_own_time) {
    auto const first = body_of("a");
    auto const second = body_of("b");
    std::array parts{part(first), part(second)};
    parts[1].rendered_at += std::chrono::hours(1);
    auto const joined = join_outbound(parts);
    BOOST_REQUIRE(joined);
    BOOST_TEST(*joined ==
               R"({"api-version":"1.0","flow-id":"flow0001","calls":[)"
               R"({"client-identifier":"a","start-time":"2025-11-24T21:30:00+05:30"},)"
               R"({"client-identifier":"b","start-time":"2025-11-24T22:30:00+05:30"}]})");
    BOOST_TEST((join_outbound(parts) == joined));
}

BOOST_AUTO_TEST_CASE(one_part_is_itself_with_its_time) {
    auto const body = body_of("a");
    std::array parts{part(body)};
    BOOST_TEST(join_outbound(parts)->size() == body.size());
    parts[0].start_time.reset();
    BOOST_TEST(*join_outbound(parts) == body);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_together_is_not_joined) {
    auto const first = body_of("a");
    for (std::string const& other :
         {body_of("b", "flow0002"), body_of("b", "flow0001", R"(],"x":1})"), std::string("{}"),
          std::string(), std::string(R"({"calls":[]})"), std::string(R"({"calls":7})")}) {
        std::array const parts{part(first), part(other)};
        BOOST_TEST(!join_outbound(parts), other);
    }
    BOOST_TEST(!outbound::join_outbound({}));
    std::array outside{part(first)};
    for (std::size_t const offset : {std::size_t(0), first.size() - 3, ~std::size_t(0)}) {
        outside[0].start_time = offset;
        BOOST_TEST(!join_outbound(outside));
    }
}

BOOST_AUTO_TEST_CASE(keys_tell_secrets_and_flows_apart) {
    BOOST_TEST(outbound::travel_key("a", "b") == outbound::travel_key("a", "b"));
    BOOST_TEST(outbound::travel_key("a", "b") != outbound::travel_key("a", "c"));
    BOOST_TEST(outbound::travel_key("ab", "c") != outbound::travel_key("a", "bc"));
    BOOST_TEST(outbound::travel_key("", "") != 0U);
    BOOST_TEST(outbound::batch_name(0xABCDEF) == "batch_0000000000abcdef");
}

BOOST_AUTO_TEST_CASE(a_call_knows_its_clients_name) {
    BOOST_TEST(outbound::client_identifier_of(body_of("a b")) == "a b");
    BOOST_TEST(outbound::client_identifier_of(R"({"calls":[{"x":1}]})") == "");
    BOOST_TEST(outbound::client_identifier_of(R"({"calls":[]})") == "");
    BOOST_TEST(outbound::client_identifier_of("nothing") == "");
}

BOOST_AUTO_TEST_CASE(an_entry_is_that_of_the_call_it_names) {
    std::vector<std::string> const clients{"a", "b", "c"};
    auto const of = [&](std::vector<std::string_view> const& details) {
        std::string text;
        for (auto const& each : outbound::entries_of(details, clients)) {
            text.append(each ? *each : std::string_view("-")).append(" ");
        }
        return text;
    };
    auto const a = R"({"client-identifier":"a"})", b = R"({"client-identifier":"b"})",
               c = R"({"client-identifier":"c"})", none = R"({"n":1})";
    auto const line = [](auto... each) { return ((std::string(each) + " ") + ...); };
    BOOST_TEST(of({a, b, c}) == line(a, b, c));
    BOOST_TEST(of({c, a, b}) == line(a, b, c)); // in another order
    BOOST_TEST(of({b}) == line("-", b, "-"));   // only what failed
    BOOST_TEST(of({none, none, none}) == line(none, none, none));
    BOOST_TEST(of({none, none}) == line("-", "-", "-")); // nobody knows which
    BOOST_TEST(of({a, a, b}) == line(a, a, b));          // a name twice tells nothing: by position
    BOOST_TEST(of({}) == line("-", "-", "-"));
    BOOST_TEST(outbound::entries_of({}, {}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace outbound_batch_test
