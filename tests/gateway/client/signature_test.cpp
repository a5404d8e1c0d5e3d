#include "gateway/client/error.hpp"
#include "gateway/client/signature.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace sluice::gateway::client::signature_test {
namespace {

using namespace std::chrono_literals;

// The example that the reference libraries of Standard Webhooks test themselves with.
constexpr std::string_view known_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view known_id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::chrono::sys_seconds known_time(1614265330s);
constexpr std::string_view known_body = R"({"test": 2432232314})";
constexpr std::string_view known_signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

// RFC 8032 section 7.1, test 1: seed and public key.
constexpr std::string_view private_key = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
constexpr std::string_view public_key = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

webhook_key key(std::string_view text) {
    return webhook_key::parse(text).value();
}

signed_message known_message() {
    return {known_id, known_time, known_body};
}

signature_headers headers_with(std::string_view signature) {
    return {known_id, "1614265330", signature};
}

BOOST_AUTO_TEST_SUITE(signature)

BOOST_AUTO_TEST_CASE(the_known_message_has_the_known_signature) {
    std::vector const keys{key(known_secret)};
    BOOST_TEST(sign(keys, known_message()) == known_signature);
    BOOST_TEST(verify(keys, headers_with(known_signature), known_body, known_time).has_value());
}

BOOST_AUTO_TEST_CASE(the_prefix_of_a_shared_secret_may_be_missing) {
    std::vector const keys{key(known_secret.substr(6))};
    BOOST_TEST(sign(keys, known_message()) == known_signature);
}

BOOST_AUTO_TEST_CASE(each_key_signs_while_secrets_rotate) {
    std::vector const both{key("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), key(known_secret)};
    auto const signatures = sign(both, known_message());
    BOOST_TEST(signatures.ends_with(" " + std::string(known_signature)));
    std::vector const old_only{key(known_secret)};
    BOOST_TEST(verify(old_only, headers_with(signatures), known_body, known_time).has_value());
    std::vector const new_only{key("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")};
    BOOST_TEST(verify(new_only, headers_with(signatures), known_body, known_time).has_value());
}

BOOST_AUTO_TEST_CASE(header_lines_are_complete) {
    std::vector const keys{key(known_secret)};
    std::string lines;
    append_signature_lines(lines, keys, known_message());
    BOOST_TEST(lines == "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\r\n"
                        "webhook-timestamp: 1614265330\r\n"
                        "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\n");
}

BOOST_AUTO_TEST_CASE(private_keys_sign_and_their_public_half_verifies) {
    std::vector const signing{key(private_key)};
    std::vector const verifying{key(public_key)};
    auto const made = sign(signing, known_message());
    BOOST_TEST(made.starts_with("v1a,"));
    BOOST_TEST(verify(verifying, headers_with(made), known_body, known_time).has_value());
    BOOST_TEST(verify(signing, headers_with(made), known_body, known_time).has_value());
    BOOST_TEST((verify(verifying, headers_with(made), "other", known_time).error() ==
                errc::signature_mismatch));
    BOOST_TEST(sign(verifying, known_message()).empty());
}

BOOST_AUTO_TEST_CASE(anything_changed_is_a_mismatch) {
    std::vector const keys{key(known_secret)};
    auto const check = [&](signature_headers const& headers, std::string_view body) {
        return verify(keys, headers, body, known_time).error();
    };
    BOOST_TEST((check(headers_with(known_signature), "{}") == errc::signature_mismatch));
    BOOST_TEST((check({"msg_other", "1614265330", known_signature}, known_body) ==
                errc::signature_mismatch));
    BOOST_TEST(
        (check({known_id, "1614265331", known_signature}, known_body) == errc::signature_mismatch));
    for (std::string_view const wrong :
         {"v1,", "v1,AAAA", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "junk", " ",
          "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="})
        BOOST_TEST((check(headers_with(wrong), known_body) == errc::signature_mismatch), wrong);
    BOOST_TEST((verify({}, headers_with(known_signature), known_body, known_time).error() ==
                errc::signature_mismatch));
}

BOOST_AUTO_TEST_CASE(missing_or_malformed_headers_are_told_apart_from_wrong_ones) {
    std::vector const keys{key(known_secret)};
    for (signature_headers const& headers :
         {signature_headers{"", "1614265330", known_signature},
          signature_headers{known_id, "", known_signature},
          signature_headers{known_id, "16142 65330", known_signature},
          signature_headers{known_id, "-1", known_signature},
          signature_headers{known_id, "99999999999999999999", known_signature},
          signature_headers{known_id, "1614265330", ""}})
        BOOST_TEST(
            (verify(keys, headers, known_body, known_time).error() == errc::signature_missing));
}

BOOST_AUTO_TEST_CASE(timestamps_outside_the_tolerance_are_refused_either_way) {
    std::vector const keys{key(known_secret)};
    auto const at = [&](std::chrono::sys_seconds now) {
        return verify(keys, headers_with(known_signature), known_body, now).error();
    };
    BOOST_TEST((at(known_time + 300s) == boost::system::error_code()));
    BOOST_TEST((at(known_time - 300s) == boost::system::error_code()));
    BOOST_TEST((at(known_time + 301s) == errc::signature_too_old));
    BOOST_TEST((at(known_time - 301s) == errc::signature_too_old));
}

BOOST_AUTO_TEST_CASE(keys_of_the_wrong_form_or_length_are_refused) {
    for (std::string_view const text :
         {"", "whsec_", "whsec_AAAA", "whsec_not base64 at all!",
          "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2Lf", "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"})
        BOOST_TEST((webhook_key::parse(text).error() == errc::signing_key), text);
    std::string const too_long = "whsec_" + std::string(88, 'A');
    BOOST_TEST((webhook_key::parse(too_long).error() == errc::signing_key));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::signature_test
