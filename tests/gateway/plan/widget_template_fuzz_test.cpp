// No value can break out of its place: whatever it is, the request that is made is parsed again and
// must hold that value, in that place, and nothing else. SLUICE_SEED repeats a run.
#include "codecs/form.hpp"
#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"
#include "codecs/percent.hpp"
#include "codecs/xml.hpp"
#include "gateway/plan/message.hpp"
#include "gateway/plan/widget_template.hpp"
#include "gateway/server/target.hpp"
#include "tests/codecs/random.hpp"

#include <boost/test/unit_test.hpp>

namespace widget_template_fuzz_test {

using namespace sluice;
using namespace sluice::gateway;

namespace {

constexpr int rounds = 20'000;

std::string hostile(codecs::test::random_source& random) {
    static std::vector<std::string> const whole{"\r\nX-Evil: 1\r\n\r\n",
                                                "\",\"admin\":true,\"x\":\"",
                                                "</city><evil/><city>",
                                                "\" evil=\"1",
                                                "' evil='1",
                                                "&city=evil",
                                                "?x=1#",
                                                "/../../etc",
                                                "..",
                                                "%2e%2e",
                                                "%",
                                                "%0d%0aX: 1",
                                                "<![CDATA[",
                                                "]]>",
                                                "&lt;",
                                                "$flow.key.b",
                                                "\\u0022",
                                                "\\",
                                                "\xff\xfe",
                                                "true",
                                                "1e5",
                                                "",
                                                std::string(1, '\0'),
                                                " a "};
    return random.below(3) == 0 ? random.pick(whole) : random.hostile_text(6);
}

struct pair_of_values {
    std::string a;
    std::string b;

    codecs::variable_lookup lookup() const {
        return [this](std::string_view name) -> std::optional<std::string_view> {
            if (name == "$flow.key.a") return a;
            if (name == "$flow.key.b") return b;
            return std::nullopt;
        };
    }
};

// What a JSON or XML text cannot hold is written as U+FFFD.
std::string as_read_back(std::string const& value) {
    std::string text;
    codecs::append_json_string(text, value);
    return codecs::json_text(text);
}

config::widget widget_of(std::string url, std::string content_type, std::string body) {
    config::widget w;
    w.name = "w";
    w.method = "POST";
    w.url = std::move(url);
    w.content_type = std::move(content_type);
    w.body = std::move(body);
    return w;
}

template <class Check>
void for_each_pair(config::widget const& w, std::uint64_t seed, Check&& check) {
    codecs::test::random_source random(seed);
    plan::widget_template const compiled(w);
    int accepted = 0;
    for (int i = 0; i < rounds; ++i) {
        pair_of_values const given{hostile(random), hostile(random)};
        auto const made = compiled.render(given.lookup(), false);
        if (!made) continue; // refused: nothing is sent
        ++accepted;
        plan::message_view const m(made->payload.view());
        BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed() << " a=[" << given.a << "] b=["
                                          << given.b << "]") {
            check(given, m);
        }
    }
    // A test that refuses everything proves nothing.
    BOOST_TEST(accepted > rounds / 10);
}

} // namespace

BOOST_AUTO_TEST_SUITE(widget_template_fuzz)

BOOST_AUTO_TEST_CASE(no_value_breaks_out_of_json) {
    auto const w = widget_of("https://x.io/", "application/json",
                             R"({"a":"<$flow.key.a>","b":$flow.key.b,"c":[1]})");
    for_each_pair(w, 1, [](pair_of_values const& given, plan::message_view const& m) {
        BOOST_REQUIRE(codecs::check_json(m.body()).has_value());
        auto const members = codecs::json_members(m.body());
        BOOST_REQUIRE_EQUAL(members.size(), 3U);
        BOOST_REQUIRE(codecs::json_text(members[0].value) == as_read_back('<' + given.a + '>'));
        BOOST_REQUIRE(members[1].is("b"));
        BOOST_REQUIRE(codecs::json_kind_of(members[1].value) != codecs::json_kind::object);
        BOOST_REQUIRE(codecs::json_kind_of(members[1].value) != codecs::json_kind::array);
        auto const b = codecs::json_text(members[1].value);
        BOOST_REQUIRE(b == as_read_back(given.b) || (given.b == "null" && b.empty()));
        BOOST_REQUIRE(members[2].value == "[1]");
    });
}

BOOST_AUTO_TEST_CASE(no_value_breaks_out_of_xml) {
    auto const w = widget_of("https://x.io/", "application/xml",
                             "<r><a t=\"$flow.key.a\" u='[$flow.key.b]'>($flow.key.b)</a></r>");
    for_each_pair(w, 2, [](pair_of_values const& given, plan::message_view const& m) {
        auto const document = codecs::parse_xml(m.body());
        BOOST_REQUIRE(document.has_value());
        auto const root = document->root();
        auto const a = root.first_child();
        BOOST_REQUIRE_EQUAL(std::string(a.name()), "a");
        BOOST_REQUIRE(!a.next_sibling());
        BOOST_REQUIRE_EQUAL(std::distance(a.attributes_begin(), a.attributes_end()), 2);
        BOOST_REQUIRE(a.attribute("t").value() == given.a);
        BOOST_REQUIRE(a.attribute("u").value() == '[' + given.b + ']');
        BOOST_REQUIRE(codecs::xml_own_text(a) == '(' + given.b + ')');
        BOOST_REQUIRE_EQUAL(std::distance(a.begin(), a.end()), 1);
    });
}

BOOST_AUTO_TEST_CASE(no_value_breaks_out_of_a_url) {
    auto const w = widget_of("https://x.io/p/$flow.key.a/q?k=$flow.key.b&z=1", "text/plain", "");
    for_each_pair(w, 3, [](pair_of_values const& given, plan::message_view const& m) {
        auto const parts = server::parse_target(m.target(), "GET");
        BOOST_REQUIRE(parts.has_value());
        auto const path = parts->path;
        BOOST_REQUIRE(path.starts_with("/p/") && path.ends_with("/q"));
        auto const segment = path.substr(3, path.size() - 5);
        BOOST_REQUIRE(segment.find('/') == segment.npos);
        BOOST_REQUIRE(!codecs::is_dot_segment(segment));
        auto const query = parts->query;
        BOOST_REQUIRE(query.starts_with("k=") && query.ends_with("&z=1"));
        auto const value = query.substr(2, query.size() - 6);
        BOOST_REQUIRE(value.find_first_of("&=#+") == value.npos);
        auto const a = codecs::percent_decode(segment);
        auto const b = codecs::percent_decode(value);
        // Bytes that are no UTF-8 are encoded as they are, and only that decoder refuses them.
        if (a) BOOST_REQUIRE(*a == given.a);
        if (b) BOOST_REQUIRE(*b == given.b);
    });
}

BOOST_AUTO_TEST_CASE(no_value_breaks_out_of_a_form) {
    auto const w = widget_of("https://x.io/", "application/x-www-form-urlencoded",
                             "a=$flow.key.a&b=x$flow.key.b&c=1");
    for_each_pair(w, 4, [](pair_of_values const& given, plan::message_view const& m) {
        auto const body = m.body();
        BOOST_REQUIRE_EQUAL(std::count(body.begin(), body.end(), '&'), 2);
        BOOST_REQUIRE_EQUAL(std::count(body.begin(), body.end(), '='), 3);
        auto const fields = codecs::decode_form(body);
        if (!fields) return; // not UTF-8
        BOOST_REQUIRE_EQUAL(fields->size(), 3U);
        BOOST_REQUIRE((*fields)[0].value == given.a);
        BOOST_REQUIRE((*fields)[1].value == 'x' + given.b);
    });
}

BOOST_AUTO_TEST_CASE(no_value_breaks_out_of_a_header) {
    auto w = widget_of("https://x.io/", "text/plain", "");
    w.connection.headers = {{"X-A", "<$flow.key.a>"}, {"X-B", "b=$flow.key.b;"}};
    for_each_pair(w, 5, [](pair_of_values const& given, plan::message_view const& m) {
        std::vector<std::pair<std::string, std::string>> fields;
        m.for_each_field([&](std::string_view name, std::string_view value) {
            fields.emplace_back(name, value);
        });
        BOOST_REQUIRE_EQUAL(fields.size(), 2U);
        BOOST_REQUIRE(fields[0].second == '<' + given.a + '>');
        BOOST_REQUIRE(fields[1].second == "b=" + given.b + ';');
        BOOST_REQUIRE(m.body().empty());
    });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace widget_template_fuzz_test
