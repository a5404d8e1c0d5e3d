#include "gateway/webhooks/widget_variables.hpp"

#include <boost/test/unit_test.hpp>

using namespace sluice;
using namespace sluice::gateway;

namespace {

// 2026-11-23T09:00:00Z
constexpr queue::wall_time now{std::chrono::milliseconds(1795424400000)};

std::string value(webhooks::widget_variables const& from, std::string_view name) {
    return std::string(from.find(name).value_or("unset"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(widget_variables)

BOOST_AUTO_TEST_CASE(the_calls_variables_come_first_and_lists_are_joined) {
    codecs::variables call;
    call.set("$flow.key.city", "Pune");
    call.set("$user.key.lang", "mr");
    call.add({"$flow.key.days", {"mon", "tue"}, true, ""});
    config::account account;
    webhooks::widget_variables values(call, account, now);
    values.add_stored("$user.key.lang", "en");
    values.add_stored("$user.key.name", "Asha");
    BOOST_TEST(value(values, "$flow.key.city") == "Pune");
    BOOST_TEST(value(values, "$flow.key.days") == "mon,tue");
    BOOST_TEST(value(values, "$user.key.lang") == "mr");
    BOOST_TEST(value(values, "$user.key.name") == "Asha");
    BOOST_TEST(value(values, "$user.key.none") == "unset");
}

BOOST_AUTO_TEST_CASE(the_time_is_the_accounts) {
    codecs::variables const call;
    config::account account;
    BOOST_TEST(value({call, account, now}, "$sys.datetime") == "2026-11-23T09:00:00+00:00");
    account.time_zone = "Asia/Kolkata";
    BOOST_TEST(value({call, account, now}, "$sys.datetime") == "2026-11-23T14:30:00+05:30");
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_set) {
    codecs::variables call;
    call.set("$flow.key.a", "");
    config::account const account;
    webhooks::widget_variables const values(call, account, now);
    BOOST_TEST(value(values, "$flow.key.a") == "");
}

BOOST_AUTO_TEST_SUITE_END()
