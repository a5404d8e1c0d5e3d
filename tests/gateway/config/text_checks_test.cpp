#include "gateway/config/error.hpp"
#include "gateway/config/text_checks.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace sluice::gateway::config::test::text_checks_test {

BOOST_AUTO_TEST_SUITE(text_checks)

BOOST_AUTO_TEST_CASE(signing_keys_have_a_prefix_and_a_length) {
    std::string const shared[] = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                  "whsec_" + std::string(34, 'A') + "==", // 25 bytes
                                  "whsec_" + std::string(86, 'A') + "==", // 64 bytes
                                  "whsk_" + std::string(43, 'A') + "=",   // a seed
                                  "whsk_" + std::string(86, 'A') + "=="}; // with its public key
    for (auto const& text : shared) {
        BOOST_TEST(check_signing_key(text, key_use::sign).has_value(), text);
        BOOST_TEST(check_signing_key(text, key_use::verify).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(a_public_key_can_only_verify) {
    auto const key = "whpk_" + std::string(43, 'A') + "=";
    BOOST_TEST(check_signing_key(key, key_use::verify).has_value());
    BOOST_TEST((check_signing_key(key, key_use::sign).error() == error::signing_public));
}

BOOST_AUTO_TEST_CASE(what_is_no_signing_key_is_refused) {
    std::string const cases[] = {"",
                                 "whsec_",
                                 "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                 "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                 "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
                                 "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa_-",
                                 "whsec_" + std::string(28, 'A'),        // 21 bytes
                                 "whsec_" + std::string(88, 'A'),        // 66 bytes
                                 "whsk_" + std::string(32, 'A'),         // 24 bytes
                                 "whpk_" + std::string(86, 'A') + "=="}; // 64 bytes
    for (auto const& text : cases)
        for (auto const use : {key_use::sign, key_use::verify})
            BOOST_TEST((check_signing_key(text, use).error() == error::signing_secret), text);
}

BOOST_AUTO_TEST_CASE(header_names_are_tokens_that_the_gateway_does_not_write) {
    BOOST_TEST(check_header_name("X-Platform").has_value());
    BOOST_TEST(check_header_name("Authorization").has_value());
    for (auto const* name : {"", "X Y", "X:", "X\r\n", "é", "(x)"})
        BOOST_TEST((check_header_name(name).error() == error::header_name), name);
    for (auto const* name : {"Host", "content-length", "TRANSFER-ENCODING", "Webhook-Id"})
        BOOST_TEST((check_header_name(name).error() == error::header_reserved), name);
}

BOOST_AUTO_TEST_CASE(header_values_have_no_control_characters) {
    BOOST_TEST(check_header_value("a\tb é").has_value());
    BOOST_TEST(check_header_value("").has_value());
    for (std::string_view const value : {"a\rb", "a\nb", "\x7f", "\x1b[0m"})
        BOOST_TEST((check_header_value(value).error() == error::header_value));
    BOOST_TEST(check_header_value(std::string_view("a\0b", 3)).has_error());
}

BOOST_AUTO_TEST_CASE(time_zones_are_those_of_the_system) {
    for (auto const* name : {"UTC", "Asia/Kolkata", "Europe/Berlin"})
        BOOST_TEST(check_time_zone(name).has_value(), name);
    for (auto const* name : {"", "Mars/Olympus", "../../etc/passwd", "asia/kolkata"})
        BOOST_TEST((check_time_zone(name).error() == error::time_zone), name);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::text_checks_test
