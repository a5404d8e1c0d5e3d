#include "codecs/form.hpp"
#include "tests/codecs/printing.hpp"
#include "tests/codecs/random.hpp"
#include "tests/codecs/written.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::codecs::form_test {

BOOST_AUTO_TEST_SUITE(form)

namespace {

std::string shown(std::vector<form_field> const& fields) {
    std::string text;
    for (auto const& [name, value] : fields)
        text += "[" + name + "|" + value + "]";
    return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(fields_are_decoded_in_their_order) {
    struct {
        std::string_view body, fields;
    } const cases[]{
        {"", ""},
        {"a=1&b=2&a=3", "[a|1][b|2][a|3]"},
        {"a", "[a|]"},
        {"a=", "[a|]"},
        {"=v", "[|v]"},
        {"&&a=1&", "[a|1]"},
        {"a=b=c", "[a|b=c]"},
        {"a+b=c+d%2B", "[a b|c d+]"},
        {"%24flow.key.a=%C3%A9%20", "[$flow.key.a|é ]"},
    };
    for (auto const& [body, fields] : cases)
        BOOST_TEST(shown(*decode_form(body)) == fields);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_decoded_is_refused_with_its_place) {
    struct {
        std::string_view body;
        errc code;
        std::size_t column;
        std::string_view pointer;
    } const cases[]{
        {"a=1&b=%", errc::syntax, 7, "b"},         {"a=%4", errc::syntax, 3, "a"},
        {"a%g0=1", errc::syntax, 2, ""},           {"a=1&b=%FF", errc::invalid_encoding, 7, "b"},
        {"\xFF=1", errc::invalid_encoding, 1, ""},
    };
    for (auto const& expected : cases) {
        auto const decoded = decode_form(expected.body);
        BOOST_REQUIRE(decoded.has_error());
        BOOST_TEST(decoded.error().code == expected.code);
        BOOST_TEST(decoded.error().where.column == expected.column);
        BOOST_TEST(decoded.error().pointer == expected.pointer);
    }
}

BOOST_AUTO_TEST_CASE(fields_and_size_are_limited) {
    BOOST_TEST(decode_form("a&b", {.fields = 2}).has_value());
    BOOST_TEST(decode_form("a&b&c", {.fields = 2}).error().code == errc::too_many);
    BOOST_TEST(decode_form("a&b", {.size = 2}).error().code == errc::too_large);
}

BOOST_AUTO_TEST_CASE(any_fields_survive_encoding) {
    test::random_source random(11);
    BOOST_TEST_CONTEXT("SLUICE_SEED=" << random.seed()) {
        for (int i = 0; i < 1000; ++i) {
            std::vector<form_field> fields;
            for (auto count = random.below(5); count > 0; --count) {
                fields.push_back({"n" + random.hostile_text(5), random.hostile_text(8)});
            }
            BOOST_REQUIRE(shown(*decode_form(tests::encode_form(fields))) == shown(fields));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::codecs::form_test
