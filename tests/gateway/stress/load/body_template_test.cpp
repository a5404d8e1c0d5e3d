#include "gateway/stress/load/body_template.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace body_template_test {

using namespace sluice::gateway::stress;

namespace {

std::string render(std::string_view text, std::uint64_t counter = 1, std::uint64_t seed = 1) {
    auto const made = body_template::parse(text);
    BOOST_REQUIRE(made.has_value());
    std::mt19937_64 random(seed);
    std::string out = "what was there before";
    made->render(out, {counter, std::chrono::milliseconds(1'764'000'000'123)}, random);
    return out;
}

std::string error_of(std::string_view text) {
    auto const made = body_template::parse(text);
    return made ? std::string() : made.error().message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(body_template)

BOOST_AUTO_TEST_CASE(text_without_fields_stays) {
    BOOST_TEST(render("") == "");
    BOOST_TEST(render(R"({"a":{"b":1}})") == R"({"a":{"b":1}})");
}

BOOST_AUTO_TEST_CASE(counters_and_times_are_those_given) {
    BOOST_TEST(render("<n>{{counter}}</n>", 42) == "<n>42</n>");
    BOOST_TEST(render("{{counter:6}}", 42) == "000042");
    BOOST_TEST(render("{{counter:2}}", 12345) == "12345");
    BOOST_TEST(render("{{time_ms}}") == "1764000000123");
}

BOOST_AUTO_TEST_CASE(random_numbers_reach_both_ends_and_nothing_beyond) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 200; ++seed)
        seen.insert(render("{{random:7-9}}", 1, seed));
    BOOST_CHECK(seen == (std::set<std::string>{"7", "8", "9"}));
    BOOST_TEST(render("{{random:5-5}}") == "5");
}

BOOST_AUTO_TEST_CASE(digits_have_their_length_and_alphabet) {
    auto const digits = render("{{digits:40}}");
    BOOST_TEST(digits.size() == 40u);
    BOOST_CHECK(std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }));
    auto const hex = render("{{hex:64}}");
    BOOST_TEST(hex.size() == 64u);
    BOOST_CHECK(hex.find_first_not_of("0123456789abcdef") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_uuid_is_a_random_one) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        auto const uuid = render("{{uuid}}", 1, seed);
        BOOST_REQUIRE(uuid.size() == 36u);
        BOOST_TEST(uuid[14] == '4');
        BOOST_TEST(std::string("89ab").find(uuid[19]) != std::string::npos);
        for (auto const at : {8u, 13u, 18u, 23u})
            BOOST_TEST(uuid[at] == '-');
        seen.insert(uuid);
    }
    BOOST_TEST(seen.size() == 50u);
}

BOOST_AUTO_TEST_CASE(a_choice_picks_each_of_its_texts) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 100; ++seed)
        seen.insert(render("{{pick:red|green|}}", 1, seed));
    BOOST_CHECK(seen == (std::set<std::string>{"red", "green", ""}));
}

BOOST_AUTO_TEST_CASE(one_seed_gives_one_body) {
    BOOST_TEST(render("{{hex:16}}-{{uuid}}", 1, 9) == render("{{hex:16}}-{{uuid}}", 1, 9));
}

BOOST_AUTO_TEST_CASE(wrong_fields_are_named) {
    BOOST_TEST(error_of("{{nothing}}").find("{{nothing}}: known are counter") != std::string::npos);
    BOOST_TEST(error_of("a {{counter").find("is not closed") != std::string::npos);
    for (auto const* wrong : {"{{}}", "{{random}}", "{{random:9-7}}", "{{random:a-b}}",
                              "{{digits:0}}", "{{digits:1001}}", "{{hex:x}}", "{{uuid:4}}",
                              "{{pick}}", "{{counter:}}", "{{time_ms:1}}"})
        BOOST_TEST(!error_of(wrong).empty(), wrong);
}

BOOST_AUTO_TEST_CASE(the_number_of_fields_is_bounded) {
    std::string text;
    for (std::size_t i = 0; i < sluice::gateway::stress::body_template::most_fields; ++i)
        text += "{{counter}}";
    BOOST_TEST(error_of(text).empty());
    BOOST_TEST(error_of(text + "{{counter}}").find("more than 1000") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace body_template_test
