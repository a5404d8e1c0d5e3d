#include "gateway/webhooks/template_variables.hpp"

#include <boost/test/unit_test.hpp>

namespace template_variables_test {

using namespace sluice;
using namespace sluice::gateway;

namespace {

// 2026-11-23T09:00:00Z
constexpr queue::wall_time now{std::chrono::milliseconds(1795424400000)};

std::string value(webhooks::template_variables const& from, std::string_view name) {
    return std::string(from.find(name).value_or("unset"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(template_variables)

BOOST_AUTO_TEST_CASE(the_calls_variables_come_first_and_lists_are_joined) {
    codecs::variables call;
    call.set("$flow.key.city", "Pune");
    call.set("$user.key.lang", "mr");
    call.add({"$flow.key.days", {"mon", "tue"}, true, ""});
    config::account account;
    auto const stored = std::make_shared<tables::user_variables>(
        tables::user_variables{{"$user.key.lang", "en"}, {"$user.key.name", "Asha"}});
    webhooks::template_variables const values(call, account, now, stored);
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

BOOST_AUTO_TEST_CASE(the_contact_is_named_in_either_way) {
    codecs::variables call;
    BOOST_TEST(webhooks::contact_of(call) == "");
    call.set("$flow.key.contactNumber", "9879964805");
    BOOST_TEST(webhooks::contact_of(call) == "9879964805");
    call.set("$user.syskey.contactNumber", "8000374123");
    BOOST_TEST(webhooks::contact_of(call) == "8000374123");
}

BOOST_AUTO_TEST_CASE(a_value_that_cannot_stand_there_is_reported_where_it_was_written) {
    codecs::variables call;
    call.add({"$flow.key.a", {"x"}, false, "/keys/3/value"});
    call::refusal why;
    why.errors = {{"$flow.key.a", "must be a number."}, {"$flow.key.b", "must be a number."}};
    auto const placed = webhooks::with_places(why, call);
    BOOST_TEST(placed.errors.at(0).pointer == "/keys/3/value");
    BOOST_TEST(placed.errors.at(0).detail == "$flow.key.a: must be a number.");
    BOOST_TEST(placed.errors.at(1).pointer == "$flow.key.b");
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_set) {
    codecs::variables call;
    call.set("$flow.key.a", "");
    config::account const account;
    webhooks::template_variables const values(call, account, now);
    BOOST_TEST(value(values, "$flow.key.a") == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace template_variables_test
