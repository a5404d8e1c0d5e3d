#include "gateway/call/key_list.hpp"
#include "gateway/plan/widget_rules.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace widget_rules_test {

using namespace sluice;
using namespace sluice::gateway;
using namespace std::chrono_literals;
using queue::verdict;

namespace {

using keys = std::map<std::string, std::string>;

keys keys_of(std::string const& result) {
    keys all;
    for (auto& [name, value] : call::read_key_list(result))
        all.emplace(name, value);
    return all;
}

plan::widget_rules rules(std::vector<config::mapped_variable> map) {
    config::widget w;
    w.name = "w";
    w.map = std::move(map);
    return plan::widget_rules(w);
}

plan::widget_answer judge(plan::widget_rules const& by, int status, std::string_view body,
                          bool is_cut = false) {
    return by.judge(codecs::answer(status, "application/json", body), is_cut, 123'456us);
}

} // namespace

BOOST_AUTO_TEST_SUITE(widget_rules)

BOOST_AUTO_TEST_CASE(a_success_sets_every_outcome_variable) {
    auto const got = judge(rules({{"$flow.key.t", "/t"}}), 200, R"({"t":31})");
    BOOST_TEST((got.verdict == verdict::delivered));
    BOOST_TEST(got.reason == "");
    keys const expected{{"$flow.key.t", "31"},           {"response_status", "SUCCESS"},
                        {"response_status_code", "200"}, {"response_status_type", "2xx"},
                        {"response_duration", "0.123"},  {"response_raw", R"({"t":31})"},
                        {"response_error", "false"},     {"error_reason", ""}};
    BOOST_TEST((keys_of(got.result) == expected));
}

BOOST_AUTO_TEST_CASE(a_status_decides_whether_to_try_again) {
    struct row {
        int status;
        queue::verdict verdict;
        std::string_view type;
    };
    for (auto const& [status, wanted, type] :
         {row{204, verdict::delivered, "2xx"}, row{299, verdict::delivered, "2xx"},
          row{301, verdict::retry, "Redirection"}, row{304, verdict::retry, "Redirection"},
          row{400, verdict::final_failure, "4xx"}, row{404, verdict::final_failure, "4xx"},
          row{408, verdict::retry, "4xx"}, row{410, verdict::final_failure, "4xx"},
          row{425, verdict::retry, "4xx"}, row{429, verdict::retry, "4xx"},
          row{500, verdict::retry, "5xx"}, row{503, verdict::retry, "5xx"}}) {
        BOOST_TEST_CONTEXT(status) {
            auto const got = judge(rules({}), status, "body");
            BOOST_TEST((got.verdict == wanted));
            auto const all = keys_of(got.result);
            bool const is_success = wanted == verdict::delivered;
            BOOST_TEST(all.at("response_status") == (is_success ? "SUCCESS" : "FAILED"));
            BOOST_TEST(all.at("response_error") == (is_success ? "false" : "true"));
            BOOST_TEST(all.at("response_status_type") == type);
            BOOST_TEST(all.at("response_raw") == "body");
            BOOST_TEST(all.at("error_reason").empty() == is_success);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_mapping_that_finds_nothing_fails_for_good_even_at_200) {
    auto const by = rules({{"$flow.key.a", "/a"}, {"$flow.key.b", "/b/0"}});
    auto const got = judge(by, 200, R"({"a":1})");
    BOOST_TEST((got.verdict == verdict::final_failure));
    auto const all = keys_of(got.result);
    BOOST_TEST(all.at("response_status") == "FAILED");
    BOOST_TEST(all.at("response_status_code") == "200");
    BOOST_TEST(all.at("response_status_type") == "2xx");
    BOOST_TEST(all.at("error_reason") == "the answer has nothing for $flow.key.b at /b/0");
    BOOST_TEST(all.at("$flow.key.a") == "1");
    BOOST_TEST(!all.contains("$flow.key.b"));
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_read_says_why) {
    auto const got = judge(rules({{"$flow.key.a", "/a"}}), 200, R"({"a":)");
    BOOST_TEST((got.verdict == verdict::final_failure));
    BOOST_TEST(got.reason.starts_with("the answer could not be read: line 1, column 6: "),
               got.reason);
}

BOOST_AUTO_TEST_CASE(a_mapping_with_a_default_may_find_nothing) {
    auto const by = rules({{"$flow.key.a", "/a"}, {"$flow.key.b", "/b/0", "none"}});
    auto const got = judge(by, 200, R"({"a":1})");
    BOOST_TEST((got.verdict == verdict::delivered));
    BOOST_TEST(keys_of(got.result).at("$flow.key.b") == "none");
    BOOST_TEST(keys_of(got.result).at("response_status") == "SUCCESS");
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_cut_is_no_success) {
    auto const got = judge(rules({}), 200, "half", true);
    BOOST_TEST((got.verdict == verdict::final_failure));
    BOOST_TEST(got.reason == "the answer is longer than response_limit");
}

BOOST_AUTO_TEST_CASE(without_an_answer_the_status_is_empty) {
    auto const all = keys_of(plan::unanswered_widget("connection refused", 1500ms));
    keys const expected{{"response_status", "FAILED"},
                        {"response_status_code", ""},
                        {"response_status_type", ""},
                        {"response_duration", "1.500"},
                        {"response_raw", ""},
                        {"response_error", "true"},
                        {"error_reason", "connection refused"}};
    BOOST_TEST((all == expected));
}

BOOST_AUTO_TEST_CASE(a_path_that_does_not_compile_throws) {
    BOOST_CHECK_THROW(rules({{"$flow.key.a", "no path"}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace widget_rules_test
