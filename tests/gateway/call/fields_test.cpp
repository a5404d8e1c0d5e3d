// Names that would go unnoticed, and whole numbers as spreadsheets write them.
#include "gateway/call/fields.hpp"
#include "gateway/outbound/create_outbound.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace fields_test {

using namespace sluice;
using namespace sluice::gateway;

namespace {

// What is found in a call with one more member.
std::string found_in(std::string const& member) {
    auto const& rules = outbound::create_outbound_names();
    auto const all =
        codecs::decode_variables(codecs::media_kind::json, "{" + member + "}", rules).value();
    call::field_problems found;
    call::check_names(all, rules, found);
    return found.empty() ? "" : found.front().pointer + " " + found.front().detail;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fields)

BOOST_AUTO_TEST_CASE(a_name_that_is_nearly_right_is_told_the_right_one) {
    struct row {
        char const* name;
        char const* right;
    };
    for (auto const& [name, right] : {
             row{"delayminutes", "delayMinutes"},
             row{"DelayMinutes", "delayMinutes"},
             row{"delay_minutes", "delayMinutes"},
             row{"delay-minutes", "delayMinutes"},
             row{"delay minutes", "delayMinutes"},
             row{"delay\u00A0minutes", "delayMinutes"},
             row{"$flow.syskey.delayminutes", "$flow.syskey.delayMinutes"},
             row{"$Flow.SysKey.DelayMinutes", "$flow.syskey.delayMinutes"},
             row{"securityId", "securityID"},
             row{"Security-Id", "securityID"},
             row{"flow_id", "flowID"},
             row{"clientIdentifier", "clientID"},
             row{"contact_numbers", "contactNumbers"},
         }) {
        auto const found = found_in("\"" + std::string(name) + "\":\"60\"");
        BOOST_TEST(found.ends_with("it is written " + std::string(right) + "."),
                   name << ": " << found);
    }
    BOOST_TEST(found_in(R"("keys":[{"name":"delayminutes","value":"1"}])") != "");
}

BOOST_AUTO_TEST_CASE(a_call_is_read_as_it_was_meant) {
    auto const& rules = outbound::create_outbound_names();
    auto const all = codecs::decode_variables(codecs::media_kind::json,
                                              R"({"flowid":"a","flowID":"b","delay_minutes":"c",)"
                                              R"("$flow.syskey.clientid":"d","mine":"e"})",
                                              rules)
                         .value();
    auto const meant = call::as_meant(all, rules);
    BOOST_TEST(meant.size() == all.size());
    BOOST_TEST(meant.value("$flow.syskey.flowID") == "b");
    BOOST_TEST(meant.value("$flow.syskey.delayMinutes") == "c");
    BOOST_TEST(meant.value("$flow.syskey.clientID") == "d");
    BOOST_TEST(meant.value("$flow.key.mine") == "e");
}

BOOST_AUTO_TEST_CASE(what_is_documented_or_the_callers_own_is_left_alone) {
    for (auto const* name : {"delayMinutes",
                             "$flow.syskey.delayMinutes",
                             "$flow.key.delayMinutes",
                             "$flow.key.delay_minutes",
                             "security-id",
                             "securityID",
                             "flow-id",
                             "client-identifier",
                             "contact-numbers",
                             "api-version",
                             "$flow.syskey.accountID",
                             "$flow.syskey.method",
                             "$flow.syskey.window",
                             "method",
                             "accountID",
                             "custToken",
                             "city",
                             "delay",
                             "minutes",
                             "$user.key.delayminutes",
                             "$call.cli.number",
                             "stra\u00DFe"}) {
        BOOST_TEST(found_in("\"" + std::string(name) + "\":\"60\"") == "", name);
    }
}

BOOST_AUTO_TEST_CASE(a_system_variable_that_is_not_there_is_refused) {
    BOOST_TEST(found_in(R"("$flow.syskey.nothing":"1")") ==
               "/$flow.syskey.nothing There is no system variable \"$flow.syskey.nothing\".");
}

BOOST_AUTO_TEST_CASE(a_name_shows_all_of_its_characters) {
    for (auto const* name :
         {"ci\u200Bty", "\uFEFFcity", "city\u202E", "ci\u00ADty", "a\u200Cb", "\u200Dcity"}) {
        auto const found = found_in("\"" + std::string(name) + "\":\"1\"");
        BOOST_TEST(found.find("invisible character, U+") != std::string::npos, found);
    }
    // Joiners belong to the spelling between letters of some scripts.
    BOOST_TEST(found_in("\"\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645\":\"1\"") == "");
}

BOOST_AUTO_TEST_CASE(a_fraction_of_zeros_is_none) {
    struct row {
        char const* text;
        char const* whole;
    };
    for (auto const& [text, whole] :
         {row{"2.0", "2"}, row{"2.000", "2"}, row{"0.0", "0"}, row{"2", "2"}, row{"2.", "2."},
          row{".0", ".0"}, row{"2.5", "2.5"}, row{"2.0e1", "2.0e1"}, row{"", ""}}) {
        BOOST_TEST(call::without_zero_fraction(text) == whole, text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace fields_test
