#include "codecs/base64.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace sluice::codecs::base64_test {
namespace {

struct pair {
    std::string_view plain;
    std::string_view encoded;
};

BOOST_AUTO_TEST_SUITE(base64)

BOOST_AUTO_TEST_CASE(the_vectors_of_rfc_4648_hold_both_ways) {
    constexpr std::array<pair, 7> vectors{{{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}}};
    for (auto const& [plain, encoded] : vectors) {
        std::string text = "before ";
        append_base64(text, plain);
        BOOST_TEST(text == "before " + std::string(encoded));
        auto const decoded = decode_base64(encoded);
        BOOST_TEST_REQUIRE(decoded.has_value());
        BOOST_TEST(std::string(decoded->begin(), decoded->end()) == plain);
    }
}

BOOST_AUTO_TEST_CASE(text_that_is_not_base64_is_refused) {
    for (std::string_view const text :
         {"Zg", "Zg=", "Z===", "====", "Zm9v\n", " Zm9v", "Zm9v Zg==", "Zm-_", "Zg==Zg==", "Zm=v"})
        BOOST_TEST(!decode_base64(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::codecs::base64_test
