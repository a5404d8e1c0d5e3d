#include "gateway/webhooks/agent_break.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace agent_break_test {

using namespace sluice;
using codecs::media_kind;
using namespace gateway::webhooks;

namespace {

codecs::variables decoded(media_kind kind, std::string_view body) {
    return codecs::decode_variables(kind, body, agent_names()).value();
}

gateway::call::checked<agent_break_call> check(codecs::variables const& call) {
    return check_agent_break(call, std::chrono::hours(24));
}

} // namespace

BOOST_AUTO_TEST_SUITE(agent_break)

BOOST_AUTO_TEST_CASE(every_form_of_a_call_means_the_same) {
    struct row {
        media_kind kind;
        char const* body;
    };
    for (auto const& [kind, body] : {
             row{media_kind::json, R"({"pause":true,"cli":"9879964805","delayMinutes":5})"},
             row{media_kind::json, R"({"pause":"true","cli":9879964805,"delayMinutes":"5"})"},
             row{media_kind::json, R"({"$flow.key.pause":"true","$flow.key.cli":"9879964805",)"
                                   R"("$flow.syskey.delayMinutes":"5"})"},
             row{media_kind::json, R"({"$flow.key.pause":"true","$flow.key.cli":"9879964805",)"
                                   R"("$flow.key.delayMinutes":"5"})"},
             row{media_kind::json, R"({"keys":[{"name":"$flow.key.pause","value":"true"},)"
                                   R"({"name":"$flow.key.cli","value":"9879964805"},)"
                                   R"({"name":"$flow.syskey.delayMinutes","value":"5"}]})"},
             row{media_kind::xml, "<request><pause>true</pause><cli>9879964805</cli>"
                                  "<delayMinutes>5</delayMinutes></request>"},
             row{media_kind::xml, "<request><key name=\"$flow.key.pause\">true</key>"
                                  "<key name=\"$flow.key.cli\">9879964805</key>"
                                  "<delayMinutes>5</delayMinutes></request>"},
             row{media_kind::form, "pause=true&cli=9879964805&delayMinutes=5"},
             row{media_kind::form, "%24flow.key.pause=true&cli=9879964805&delayMinutes=5"},
         }) {
        BOOST_TEST_CONTEXT(body) {
            auto const variables = decoded(kind, body);
            auto const call = check(variables);
            BOOST_REQUIRE(call);
            BOOST_TEST(call->cli == "9879964805");
            BOOST_TEST(call->is_break);
            BOOST_TEST(call->delay.count() == 5);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_number_is_taken_from_the_first_variable_that_has_one) {
    struct row {
        char const* body;
        char const* cli;
    };
    for (auto const& [body, cli] : {
             row{R"({"cli":"1","$call.agent.dnis.number":"2","$call.cli.number":"3"})", "1"},
             row{R"({"$call.agent.dnis.number":"2","$call.cli.number":"3"})", "2"},
             row{R"({"cli":"","$call.agent.dnis.number":"2","$call.cli.number":"3"})", "2"},
             row{R"({"$call.cli.number":"3"})", "3"},
             row{R"({"$call.agent.dnis.number":"","$call.cli.number":"3"})", "3"},
         }) {
        auto const variables = decoded(media_kind::json, body);
        auto const found = check_cli(variables);
        BOOST_REQUIRE(found);
        BOOST_TEST(*found == cli);
    }
}

BOOST_AUTO_TEST_CASE(every_mistake_is_named_with_its_place) {
    struct row {
        media_kind kind;
        char const* body;
        std::vector<std::pair<char const*, char const*>> errors;
    };
    std::vector<row> const rows{
        {media_kind::json, "{}", {{"/pause", "pause is missing."}, {"/cli", "cli is missing."}}},
        {media_kind::json,
         R"({"pause":"yes","cli":"1"})",
         {{"/pause", "pause must be true or false; it is \"yes\"."}}},
        {media_kind::json,
         R"({"pause":"TRUE","cli":["1","2"]})",
         {{"/pause", "pause must be true or false; it is \"TRUE\"."},
          {"/cli", "cli must be one value, not a list."}}},
        {media_kind::json, R"({"pause":null,"cli":"1"})", {{"/pause", "pause must not be empty."}}},
        {media_kind::json,
         R"({"pause":[true],"cli":"1"})",
         {{"/pause", "pause must be one value, not a list."}}},
        {media_kind::json,
         R"({"pause":true,"cli":"1","delayMinutes":1.5})",
         {{"/delayMinutes", "delayMinutes must be a whole number of minutes, 0 or more."}}},
        {media_kind::json,
         R"({"pause":true,"cli":"1","delayMinutes":1441})",
         {{"/delayMinutes", "delayMinutes must be at most 1440."}}},
        {media_kind::json,
         R"({"pause":true,"cli":9879964805.0})",
         {{"/cli", "cli: \"9879964805.0\" is a decimal number: its zeros would be dialled."}}},
        {media_kind::xml, "<r><cli>1</cli></r>", {{"/r/pause", "pause is missing."}}},
        {media_kind::form,
         "pause=1",
         {{"pause", "pause must be true or false; it is \"1\"."}, {"cli", "cli is missing."}}},
        {media_kind::json,
         R"({"keys":[{"name":"$flow.key.pause","value":"true"}]})",
         {{"/keys", "cli is missing."}}},
    };
    for (auto const& each : rows) {
        BOOST_TEST_CONTEXT(each.body) {
            auto const variables = decoded(each.kind, each.body);
            auto const call = check(variables);
            BOOST_REQUIRE(!call);
            BOOST_TEST(call.error().status == 422);
            BOOST_REQUIRE(call.error().errors.size() == each.errors.size());
            for (std::size_t i = 0; i < each.errors.size(); ++i) {
                BOOST_TEST(call.error().errors[i].pointer == each.errors[i].first);
                BOOST_TEST(call.error().errors[i].detail == each.errors[i].second);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_times_of_a_report_may_be_named_in_both_ways) {
    auto const bare = decoded(media_kind::json, R"({"from":"2026-03-28","to":["a","b"]})");
    BOOST_TEST(check_field(bare, "from")->text == "2026-03-28");
    BOOST_TEST(check_field(bare, "from")->pointer == "/from");
    BOOST_TEST(check_field(bare, "to").error().status == 422);
    auto const full = decoded(media_kind::json, R"({"$flow.key.from":"2026-03-28"})");
    BOOST_TEST(check_field(full, "from")->text == "2026-03-28");
    BOOST_TEST(check_field(full, "to")->text.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace agent_break_test
