#include "codecs/base64.hpp"
#include "gateway/admin/shown_body.hpp"
#include "tests/codecs/packing.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace shown_body_test {

using namespace sluice;
using namespace sluice::gateway::admin;
using form = shown_body::form;

namespace {

std::string decoded(std::string_view base64) {
    auto const bytes = codecs::decode_base64(base64);
    return bytes ? std::string(bytes->begin(), bytes->end()) : "not base64";
}

std::string encoded(std::string_view bytes) {
    std::string text;
    codecs::append_base64(text, bytes);
    return text;
}

shown_body show(body_to_show const& body) {
    gateway::telemetry::known_secrets known;
    known.add("the-known-one");
    return show_body(body, known);
}

std::string wide(std::string_view text) {
    std::string made;
    for (auto const c : text)
        made.append(1, c).append(1, '\0');
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(shown_body_suite)

BOOST_AUTO_TEST_CASE(text_is_shown_without_secrets) {
    auto const shown = show({.bytes = R"({"token":"hidden!","n":"the-known-one"})"});
    BOOST_TEST((shown.is == form::text));
    BOOST_TEST(shown.content == R"({"token":"***","n":"***"})");
}

BOOST_AUTO_TEST_CASE(bytes_are_shown_without_secrets_too) {
    auto const shown = show({.bytes = "\xFF\xFEtoken=hidden!&n=the-known-one"});
    BOOST_TEST((shown.is == form::base64));
    BOOST_TEST(decoded(shown.content) == "\xFF\xFEtoken=***&n=***");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_taken_out_of_is_not_shown) {
    for (auto const& text : {wide(R"({"token":"hidden!"})"), "\xFF" + wide("n=the-known-one"),
                             std::string("token=") + std::string(1, '\0') + "hidden!"}) {
        auto const shown = show({.bytes = text});
        BOOST_TEST((shown.is == form::none));
        BOOST_TEST(!shown.why.empty());
    }
    auto const harmless = wide(R"({"city":"Pune"})");
    auto const shown = show({.bytes = harmless});
    BOOST_TEST((shown.is == form::base64));
    BOOST_TEST(decoded(shown.content) == harmless);
}

BOOST_AUTO_TEST_CASE(a_coded_body_is_shown_decoded) {
    auto const packed = codecs::test::gzipped(R"({"token":"hidden!","n":1})");
    auto const shown = show({.bytes = packed, .coding = "gzip"});
    BOOST_TEST((shown.is == form::text));
    BOOST_TEST(shown.is_decoded);
    BOOST_TEST(shown.content == R"({"token":"***","n":1})");
    auto const broken = show({.bytes = packed, .coding = "br"});
    BOOST_TEST((broken.is == form::none));
    BOOST_TEST(!broken.why.empty());
    BOOST_TEST((show({.bytes = "x", .coding = "identity"}).is == form::text));
}

BOOST_AUTO_TEST_CASE(a_body_that_was_cut_within_a_letter_is_text) {
    auto const shown = show({.bytes = "token=hidden! \xE2\x82", .is_cut = true});
    BOOST_TEST((shown.is == form::text));
    BOOST_TEST(shown.content == "token=*** ");
    BOOST_TEST((show({.bytes = "x \xE2\x82"}).is == form::base64));
    BOOST_TEST((show({.bytes = "\xE2\x82 x, and more", .is_cut = true}).is == form::base64));
}

BOOST_AUTO_TEST_CASE(base64_within_a_call_hides_nothing) {
    auto const given = R"({"destination":"crm","body_base64":")" +
                       encoded(R"({"password":"hidden!","n":1})") + R"(","delay":"1h"})";
    auto const shown = show({.bytes = given});
    BOOST_TEST((shown.is == form::text));
    BOOST_TEST(shown.content == R"({"destination":"crm","body_base64":")" +
                                    encoded(R"({"password":"***","n":1})") + R"(","delay":"1h"})");
}

BOOST_AUTO_TEST_CASE(secrets_of_a_body_are_known_then) {
    gateway::telemetry::known_secrets known;
    add_secrets_of({.bytes = codecs::test::gzipped("token=abc-1234567&n=1"), .coding = "gzip"},
                   known);
    BOOST_TEST(show_body({.bytes = "said=abc-1234567"}, known).content == "said=***");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace shown_body_test
