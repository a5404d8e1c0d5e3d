#include "gateway/delivery/judge.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::delivery::judge_test {
namespace {

using config::failure_classes;
using config::transport_failure;
using queue::cause;
using queue::verdict;
using treatment = failure_classes::treatment;

verdict judged(config::destination const& d, int status, std::string_view body = "{}") {
    return answer_rules(d).judge(codecs::answer(status, "application/json", body));
}

config::destination with(int status, treatment as) {
    config::destination d;
    d.failures.set_status(status, as);
    return d;
}

} // namespace

BOOST_AUTO_TEST_SUITE(judge)

BOOST_AUTO_TEST_CASE(the_usual_classes_of_status) {
    config::destination const plain;
    for (int const status : {200, 201, 204, 299})
        BOOST_TEST((judged(plain, status) == verdict::delivered), status);
    for (int const status : {301, 302, 304, 408, 410, 425, 429, 500, 501, 503, 599})
        BOOST_TEST((judged(plain, status) == verdict::retry), status);
    for (int const status : {400, 401, 404, 409, 411, 422, 451})
        BOOST_TEST((judged(plain, status) == verdict::final_failure), status);
}

BOOST_AUTO_TEST_CASE(a_destination_may_see_a_status_otherwise) {
    BOOST_TEST((judged(with(404, treatment::retry), 404) == verdict::retry));
    BOOST_TEST((judged(with(404, treatment::retry), 405) == verdict::final_failure));
    for (int const status : {302, 408, 425, 429, 501})
        BOOST_TEST((judged(with(status, treatment::final), status) == verdict::final_failure));
}

BOOST_AUTO_TEST_CASE(what_its_rules_call_a_success_is_one_whatever_the_status) {
    auto d = with(404, treatment::retry);
    d.success = "/code == 1";
    BOOST_TEST((judged(d, 404, R"({"code":1})") == verdict::delivered));
    BOOST_TEST((judged(d, 404, R"({"code":2})") == verdict::retry));
}

BOOST_AUTO_TEST_CASE(the_classes_come_before_the_final_rule) {
    auto d = with(404, treatment::retry);
    d.final_ = "/code == 2";
    BOOST_TEST((judged(d, 404, R"({"code":2})") == verdict::retry));
    BOOST_TEST((judged(d, 403, R"({"code":2})") == verdict::final_failure));
}

BOOST_AUTO_TEST_CASE(transport_failures_are_retried_unless_they_are_named) {
    constexpr std::pair<cause, transport_failure> table[] = {
        {cause::resolve, transport_failure::name},
        {cause::connect, transport_failure::connect},
        {cause::tls, transport_failure::tls},
        {cause::timeout_before_send, transport_failure::timeout_before_sent},
        {cause::timeout_after_send, transport_failure::timeout_after_sent},
        {cause::cut, transport_failure::cut},
        {cause::bad_answer, transport_failure::bad_answer},
    };
    for (auto const& [what, failure] : table) {
        BOOST_TEST((answer_rules(config::destination{}).judge(what) == verdict::retry));
        config::destination d;
        d.failures.set(failure, treatment::final);
        for (auto const& [other, ignored] : table) {
            auto const expected = other == what ? verdict::final_failure : verdict::retry;
            BOOST_TEST((answer_rules(d).judge(other) == expected));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_says_why_and_not_that_a_rule_failed) {
    config::destination d;
    d.success = "/code == 1";
    auto const described = [&d](std::string_view type, std::string_view body) {
        answer_rules const rules(d);
        codecs::answer const given(200, type, body);
        rules.judge(given);
        return rules.describe(given);
    };
    BOOST_TEST(described("application/json", R"({"code":2})") ==
               "answered 200, which the destination's rules call no success");
    BOOST_TEST(
        described("application/json", R"({"code":})")
            .starts_with("answered 200, but the answer could not be read: line 1, column 9: "));
    BOOST_TEST(
        described("text/xml", "<code>1</cod>")
            .starts_with("answered 200, but the answer could not be read: line 1, column 8: "));
    BOOST_TEST(described("text/plain", "") ==
               "answered 200, which the destination's rules call no success");
    d.success = "body == 'OK'";
    BOOST_TEST(described("text/plain", "ERROR:14") ==
               "answered 200, which the destination's rules call no success");
}

BOOST_AUTO_TEST_CASE(what_only_strictness_would_refuse_is_judged) {
    config::destination d;
    d.success = "/r/code/text() == 'OK' or /code == 'OK' or body starts_with 'OK'";
    for (auto const& [type, body] :
         {std::pair{"application/json", R"({"code":1,"code":"OK"})"},
          std::pair{"application/json", "<r><code>O<![CDATA[K]]></code></r>"},
          std::pair{"text/html", "<!DOCTYPE r><r><a>x & y</a><code>OK</code></r>"},
          std::pair{"application/json", "{\"a\":\"\xE9\",\"code\":\"OK\"}"},
          std::pair{"text/plain", "OK:id=5"}}) {
        BOOST_TEST((answer_rules(d).judge(codecs::answer(200, type, body)) == verdict::delivered),
                   body);
    }
}

BOOST_AUTO_TEST_CASE(an_address_that_is_not_allowed_is_final) {
    config::destination const plain;
    BOOST_TEST((answer_rules(plain).judge(cause::address_not_allowed) == verdict::final_failure));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::delivery::judge_test
