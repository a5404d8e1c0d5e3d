#include "gateway/plan/implicit_lanes.hpp"
#include "gateway/plan/message.hpp"
#include "gateway/plan/widget_template.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace widget_template_test {

using namespace sluice;
using namespace sluice::gateway;

namespace {

using values = std::map<std::string, std::string, std::less<>>;

codecs::variable_lookup lookup_in(values const& set) {
    return [&set](std::string_view name) -> std::optional<std::string_view> {
        auto const found = set.find(name);
        if (found == set.end()) return std::nullopt;
        return found->second;
    };
}

config::widget weather() {
    config::widget w;
    w.name = "weather";
    w.url = "https://api.example.com/v1/$flow.key.city?units=$flow.key.unit#top";
    w.method = "POST";
    w.connection.headers = {{"X-Key", "constant"}, {"X-City", "in $flow.key.city"}};
    w.body = R"({"city":"$flow.key.city","days":$flow.key.days})";
    return w;
}

std::string header(plan::message_view const& m, std::string_view wanted) {
    std::string found = "none";
    m.for_each_field([&](std::string_view name, std::string_view value) {
        if (name == wanted) found = value;
    });
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(widget_template)

BOOST_AUTO_TEST_CASE(values_are_escaped_for_where_they_stand) {
    plan::widget_template const compiled(weather());
    values const set{{"$flow.key.city", "New \"York\"/?&"},
                     {"$flow.key.unit", "°C&x=1"},
                     {"$flow.key.days", "3"}};
    auto const made = compiled.render(lookup_in(set), false);
    BOOST_REQUIRE(made.has_value());
    plan::message_view const m(made->payload.view());
    BOOST_TEST(m.method() == "POST");
    BOOST_TEST(m.target() == "/v1/New%20%22York%22%2F%3F%26?units=%C2%B0C%26x%3D1");
    BOOST_TEST(m.body() == R"({"city":"New \"York\"/?&","days":3})");
    BOOST_TEST(header(m, "X-City") == "in New \"York\"/?&");
    BOOST_TEST(header(m, "Content-Type") == "application/json");
    // Without a variable it stays out of the journal: the lane has it.
    BOOST_TEST(header(m, "X-Key") == "none");
    BOOST_TEST(!m.is_once());
    BOOST_TEST(made->unset.empty());
}

BOOST_AUTO_TEST_CASE(unset_variables_stay_and_are_named_once) {
    plan::widget_template const compiled(weather());
    auto const made = compiled.render(lookup_in({}), true);
    BOOST_REQUIRE(made.has_value());
    plan::message_view const m(made->payload.view());
    BOOST_TEST(m.target() == "/v1/$flow.key.city?units=$flow.key.unit");
    BOOST_TEST(m.body() == R"({"city":"$flow.key.city","days":"$flow.key.days"})");
    BOOST_TEST(m.is_once());
    std::vector<std::string> const names{"$flow.key.city", "$flow.key.unit", "$flow.key.days"};
    BOOST_TEST(made->unset == names, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(values_that_cannot_stand_there_are_refused_with_their_names) {
    plan::widget_template const compiled(weather());
    std::vector<std::string> const all{"a\r\nX-Evil: 1", "a\nb", std::string("a\0b", 3), ".."};
    for (auto const& bad : all) {
        values const set{{"$flow.key.city", bad}};
        auto const made = compiled.render(lookup_in(set), false);
        BOOST_REQUIRE_MESSAGE(!made.has_value(), bad);
        BOOST_TEST(made.error().status == 422);
        BOOST_TEST(!made.error().errors.empty());
    }
    values const padded{{"$flow.key.city", "Pune "}};
    BOOST_TEST(!compiled.render(lookup_in(padded), false).has_value());
}

BOOST_AUTO_TEST_CASE(without_a_body_there_is_no_content_type) {
    auto w = weather();
    w.body.clear();
    auto const made = plan::widget_template(w).render(lookup_in({}), false);
    plan::message_view const m(made->payload.view());
    BOOST_TEST(header(m, "Content-Type") == "none");
    BOOST_TEST(m.body().empty());
}

BOOST_AUTO_TEST_CASE(the_lane_has_the_literal_origin_and_the_constant_headers) {
    auto const lane = plan::destination_for(weather());
    BOOST_TEST(lane.name == "widget:weather");
    BOOST_TEST(lane.url == "https://api.example.com/");
    BOOST_REQUIRE_EQUAL(lane.connection.headers.size(), 1U);
    BOOST_TEST(lane.connection.headers.front().first == "X-Key");
    for (auto const& [url, origin] :
         std::map<std::string, std::string>{{"http://h:9000", "http://h:9000/"},
                                            {"http://h:9000?a=$flow.key.a", "http://h:9000/"},
                                            {"http://[::1]:9/x", "http://[::1]:9/"},
                                            {"https://h/a//b", "https://h/"}}) {
        BOOST_TEST(plan::origin_of_template(url) == origin);
    }
}

BOOST_AUTO_TEST_CASE(a_url_without_a_path_gets_one) {
    auto w = weather();
    w.url = "https://api.example.com?city=$flow.key.city";
    values const set{{"$flow.key.city", "Pune"}};
    auto const made = plan::widget_template(w).render(lookup_in(set), false);
    BOOST_TEST(plan::message_view(made->payload.view()).target() == "/?city=Pune");
}

BOOST_AUTO_TEST_CASE(what_does_not_compile_throws) {
    auto w = weather();
    w.body = "{";
    BOOST_CHECK_THROW(plan::widget_template{w}, std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace widget_template_test
