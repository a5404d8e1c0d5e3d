#include "gateway/call/preference.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace preference_test {

using namespace sluice::gateway;
using namespace std::chrono_literals;

namespace {

call::preferences of(std::string_view first, std::string_view second = {}) {
    std::array<server::header_field, 3> const fields = {
        {{"Accept", "wait=3"}, {"prefer", first}, {"Prefer", second}}};
    server::request req;
    req.headers = fields;
    return call::preferences_of(req);
}

} // namespace

BOOST_AUTO_TEST_SUITE(preference)

BOOST_AUTO_TEST_CASE(wait_is_found_in_every_form_of_the_field) {
    struct row {
        std::string_view field;
        std::optional<std::chrono::seconds> wait;
    };
    for (auto const& [field, wait] : {
             row{"wait=10", 10s},
             row{"WAIT = 10", 10s},
             row{"wait=\"10\"", 10s},
             row{"respond-async, wait=7", 7s},
             row{"handling=lenient ; x=1 , wait=7; y", 7s},
             row{"a=\"b,wait=1\", wait=2", 2s},
             row{"wait=5, wait=9", 5s},
             row{"wait=0", 0s},
             row{"wait=99999999999999", 3600s},
             row{"wait", std::nullopt},
             row{"wait=-1", std::nullopt},
             row{"wait=1.5", std::nullopt},
             row{"wait=x", std::nullopt},
             row{"await=3", std::nullopt},
             row{"", std::nullopt},
             row{",,;=,\"", std::nullopt},
         }) {
        BOOST_TEST_CONTEXT(field) {
            BOOST_TEST((of(field).wait == wait));
        }
    }
}

BOOST_AUTO_TEST_CASE(fields_are_read_together_and_the_first_mention_counts) {
    auto const both = of("respond-async", "wait=4");
    BOOST_TEST(both.respond_async);
    BOOST_TEST((both.wait == 4s));
    BOOST_TEST((of("wait=1", "wait=2").wait == 1s));
}

BOOST_AUTO_TEST_CASE(a_representation_is_asked_for_by_name) {
    BOOST_TEST(of("return=representation").wants_representation);
    BOOST_TEST(of("wait=1, Return = \"representation\"").wants_representation);
    BOOST_TEST(!of("return=minimal").wants_representation);
    BOOST_TEST(!of("").wants_representation);
}

BOOST_AUTO_TEST_CASE(the_wish_is_bounded_and_comes_before_the_default) {
    auto const asked = call::choose_wait(of("wait=90"), 60s, 5s);
    BOOST_TEST((asked.limit == 60s));
    BOOST_TEST(asked.is_preferred);
    auto const by_default = call::choose_wait(of(""), 60s, 5s);
    BOOST_TEST((by_default.limit == 5s));
    BOOST_TEST(!by_default.is_preferred);
    BOOST_TEST((call::choose_wait(of("respond-async"), 60s, 5s).limit == 0s));
    BOOST_TEST((call::choose_wait(of("wait=0"), 60s, 5s).limit == 0s));
    BOOST_TEST(!call::choose_wait(of("wait=0"), 60s, 5s).is_preferred);
    BOOST_TEST((call::choose_wait(of("wait=3"), 0s, 5s).limit == 0s));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace preference_test
