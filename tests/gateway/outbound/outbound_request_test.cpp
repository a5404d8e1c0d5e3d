#include "gateway/call/times.hpp"
#include "gateway/outbound/outbound_request.hpp"

#include <boost/test/unit_test.hpp>

namespace outbound_request_test {

namespace {

using namespace sluice;
using namespace sluice::gateway;
using namespace sluice::gateway;
using namespace std::chrono_literals;

// 23:30 in Kolkata: the account's day ends in half an hour, UTC's does not.
queue::wall_time const now = *call::parse_instant("2026-11-25T18:00:00Z");

call::outbound_checked<std::vector<outbound::due_call>> check(std::string const& body) {
    auto const opened = outbound::open_outbound(body);
    if (!opened) return opened.error();
    outbound::outbound_rules const rules{"91", "Asia/Kolkata", now, 24h * 30, 2};
    return check_outbound(*opened, rules);
}

std::string request(std::string const& calls) {
    return R"( {"api-version":"1.0","security-id":"s","flow-id":"flow0001","calls":[)" + calls +
           "]} ";
}

std::string call(std::string const& more) {
    return R"({"client-identifier":"c","contact-numbers":["98799 64805"])" + more + "}";
}

std::string starting(std::string const& time) {
    return request(call(R"(,"start-time":")" + time + "\""));
}

call::outbound_code code_of(std::string const& body) {
    auto const checked = check(body);
    BOOST_REQUIRE(!checked);
    BOOST_TEST(!checked.error().detail.empty());
    return checked.error().code;
}

} // namespace

BOOST_AUTO_TEST_SUITE(outbound_request)

BOOST_AUTO_TEST_CASE(every_call_is_read) {
    auto const all = check(request(call(R"(,"keys":[{"name":"$flow.key.a","value":"x\"y"},)"
                                        R"({"name":"n","value":7.50},{"name":"e"}])") +
                                   "," + call("")));
    BOOST_REQUIRE(all);
    BOOST_REQUIRE(all->size() == 2U);
    auto const& first = all->front().call;
    BOOST_TEST(first.flow_id == "flow0001");
    BOOST_TEST(first.client_id == "c");
    BOOST_TEST(first.contact_numbers.at(0) == "919879964805");
    BOOST_REQUIRE(first.keys.size() == 3U);
    BOOST_TEST(first.keys[0].first == "$flow.key.a");
    BOOST_TEST(first.keys[0].second == "x\"y");
    BOOST_TEST(first.keys[1].second == "7.50");
    BOOST_TEST(first.keys[2].second == "");
    BOOST_TEST((all->back().not_before == now));
}

BOOST_AUTO_TEST_CASE(a_member_that_is_nearly_right_is_refused_with_the_right_name) {
    for (auto const* more :
         {R"(,"startTime":"2027-01-01T00:00:00Z")", R"(,"start_time":"2027-01-01T00:00:00Z")",
          R"(,"Start-Time":null)", R"(,"Keys":[])"}) {
        auto const checked = check(request(call(more)));
        BOOST_REQUIRE(!checked);
        BOOST_TEST(
            (checked.error().code == gateway::call::outbound_code::invalid_mandatory_parameters));
        BOOST_TEST(checked.error().detail.find("it is written ") != std::string::npos);
    }
    auto const opened = outbound::open_outbound(R"({"securityId":"s","calls":[]})");
    BOOST_REQUIRE(!opened);
    BOOST_TEST(opened.error().detail ==
               "/securityId is not known here; it is written security-id.");
    // What is merely unknown stays unread.
    BOOST_TEST(check(request(call(R"(,"note":"x")"))).has_value());
}

BOOST_AUTO_TEST_CASE(start_time_decides_when_it_is_due) {
    struct row {
        char const* text;
        char const* due; // null: refused
    };
    constexpr row rows[] = {
        {"2026-11-26T10:00:00+05:30", "2026-11-26T04:30:00Z"},
        {"2026-11-26T10:00:00Z", "2026-11-26T10:00:00Z"},
        {"2026-11-26t10:00:00z", "2026-11-26T10:00:00Z"}, // RFC 3339 section 5.6
        {"2026-11-26T10:00:00.5Z", "2026-11-26T10:00:00.500Z"},
        {"2026-11-26T10:00:00.123999-03:00", "2026-11-26T13:00:00.123Z"},
        {"2026-11-25T23:29:59+05:30", "2026-11-25T18:00:00Z"}, // past, and today
        {"2026-11-25T00:00:00+05:30", "2026-11-25T18:00:00Z"},
        {"2026-11-24T23:59:59+05:30", nullptr}, // yesterday where the account is
        {"2026-11-25T00:00:00Z", "2026-11-25T18:00:00Z"},
        {"2026-11-24T18:29:59Z", nullptr},
        {"2027-11-25T00:00:00Z", nullptr}, // beyond max_delay
        {"2026-11-26", nullptr},
        {"2026-11-26T10:00:00", nullptr}, // no offset
        {"2026-02-30T10:00:00Z", nullptr},
        {"1764000000000", nullptr},
    };
    for (auto const& [text, due] : rows) {
        BOOST_TEST_CONTEXT(text) {
            auto const all = check(starting(text));
            BOOST_TEST(all.has_value() == (due != nullptr));
            if (!all)
                BOOST_TEST((all.error().code == call::outbound_code::invalid_mandatory_parameters));
            if (all && due) BOOST_TEST((all->front().not_before == *call::parse_instant(due)));
        }
    }
    BOOST_TEST((check(starting(""))->front().not_before == now));
}

BOOST_AUTO_TEST_CASE(limits_hold_exactly) {
    std::string calls = call("");
    for (std::size_t i = 1; i < outbound::most_outbound_calls; ++i)
        calls += "," + call("");
    BOOST_TEST(check(request(calls))->size() == outbound::most_outbound_calls);
    BOOST_TEST((code_of(request(calls + "," + call(""))) ==
                call::outbound_code::max_data_list_size_exceeded));
    auto large = request(call(""));
    large.resize(outbound::most_outbound_bytes, ' ');
    BOOST_TEST(check(large).has_value());
    BOOST_TEST((code_of(large + " ") == call::outbound_code::max_data_list_size_exceeded));
    auto const numbers = [](std::string const& list) {
        return request(R"({"client-identifier":"c","contact-numbers":[)" + list + "]}");
    };
    BOOST_TEST(check(numbers(R"("9879964805","9879964806")")).has_value());
    BOOST_TEST((code_of(numbers(R"("9879964805","9879964806","9879964807")")) ==
                call::outbound_code::max_data_list_size_exceeded));
}

BOOST_AUTO_TEST_CASE(a_decimal_number_never_becomes_another_persons) {
    for (std::string const number :
         {"9879964805.0", "98799648.05", "\"9879964805.0\"", "9.879964805e9"}) {
        auto const body =
            request(R"({"client-identifier":"c","contact-numbers":[)" + number + "]}");
        BOOST_TEST((code_of(body) == call::outbound_code::invalid_contact_number), number);
    }
}

BOOST_AUTO_TEST_CASE(a_name_with_an_invisible_character_is_refused) {
    auto const checked = check(request(call(",\"keys\":[{\"name\":\"a\u200bb\",\"value\":1}]")));
    BOOST_REQUIRE(!checked);
    BOOST_TEST((checked.error().code == call::outbound_code::invalid_mandatory_parameters));
    BOOST_TEST(checked.error().detail.find("U+200B") != std::string::npos, checked.error().detail);
    BOOST_TEST(check(request(call(R"(,"keys":[{"name":"été","value":1}])"))).has_value());
}

// A delay that would go unnoticed: the call would go out now.
BOOST_AUTO_TEST_CASE(a_system_variable_among_the_keys_is_refused) {
    for (std::string const name :
         {"$flow.syskey.delayMinutes", "$flow.syskey.x", "$Flow.SysKey.delayMinutes"}) {
        auto const checked =
            check(request(call(R"(,"keys":[{"name":")" + name + R"(","value":"60"}])")));
        BOOST_REQUIRE_MESSAGE(!checked, name);
        BOOST_TEST((checked.error().code == call::outbound_code::invalid_mandatory_parameters));
        BOOST_TEST(checked.error().detail.find(name) != std::string::npos, checked.error().detail);
    }
    BOOST_TEST(check(request(call(R"(,"keys":[{"name":"$flow.key.delayMinutes","value":"60"}])")))
                   .has_value());
}

BOOST_AUTO_TEST_CASE(the_secret_is_read_before_anything_is_judged) {
    BOOST_TEST(outbound::open_outbound(R"({"security-id":"s","calls":7})")->security_id == "s");
    BOOST_TEST(outbound::open_outbound(R"({"security-id":null})")->security_id == "");
    BOOST_TEST(outbound::open_outbound("{}")->security_id == "");
    BOOST_TEST((outbound::open_outbound("[]").error().code == call::outbound_code::invalid_format));
    BOOST_TEST((outbound::open_outbound("").error().code == call::outbound_code::invalid_format));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace outbound_request_test
