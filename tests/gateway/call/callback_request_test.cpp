#include "gateway/call/callback_request.hpp"

#include <boost/test/unit_test.hpp>

namespace callback_request_test {

using namespace sluice::gateway;

namespace {

std::string read(std::string_view raw, config::callback const& policy = {}) {
    auto const result = call::parse_callback(raw, policy);
    return result ? *result : "refused: " + result.error().what;
}

bool is_refused(std::string_view raw, config::callback const& policy = {}) {
    return read(raw, policy).starts_with("refused: ");
}

} // namespace

BOOST_AUTO_TEST_SUITE(callback_request)

BOOST_AUTO_TEST_CASE(both_forms_become_one_line) {
    BOOST_TEST(read(R"("https://example.com/cb?a=1")") ==
               R"({"url":"https://example.com/cb?a=1"})");
    BOOST_TEST(read("{ \"secret\" :\n \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\","
                    "\"url\":\"https:\\/\\/example.com\\/\" }") ==
               R"({"url":"https://example.com/","secret":)"
               R"("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})");
}

BOOST_AUTO_TEST_CASE(a_url_is_kept_percent_encoded) {
    BOOST_TEST(read("\"https://b\xc3\xbc"
                    "cher.example/a|b\"") == R"({"url":"https://xn--bcher-kva.example/a%7Cb"})");
}

BOOST_AUTO_TEST_CASE(other_ports_need_the_accounts_word) {
    BOOST_TEST(read(R"("https://x.io:25/")") ==
               "refused: The callback's port 25 is called only where allow_ports = [25] says so; "
               "80, 443 and those from 1024 on always are.");
    config::callback policy;
    policy.allow_ports = {25};
    BOOST_TEST(!is_refused(R"("https://x.io:25/")", policy));
    BOOST_TEST(is_refused(R"("https://x.io:22/")", policy));
}

BOOST_AUTO_TEST_CASE(what_is_no_callback_is_refused) {
    for (auto const raw :
         {"1", "null", "true", "[]", "{}", R"({"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})",
          R"({"url":1})", R"({"url":"https://x.io/","secret":null})",
          R"({"url":"https://x.io/","key":"a"})", R"({"url":"https://x.io/","secret":"short"})",
          R"("ftp://x.io/")", R"("//x.io/")", R"("")", R"("https://")",
          R"("https://user:pass@x.io/")", R"("https://x.io:25/")", R"("https://x.io/\r\nX: 1")"}) {
        BOOST_TEST(is_refused(raw), raw);
    }
    BOOST_TEST(is_refused("\"https://x.io/" + std::string(2048, 'a') + "\""));
}

BOOST_AUTO_TEST_CASE(private_addresses_and_plain_http_need_the_accounts_word) {
    for (auto const raw :
         {R"("https://127.0.0.1/")", R"("https://2130706433/")", R"("https://0x7f.1/")",
          R"("https://[::1]/")", R"("https://169.254.169.254/latest")", R"("https://10.1.2.3/")",
          R"("https://[::ffff:10.0.0.1]/")", R"("http://example.com/")"}) {
        BOOST_TEST(is_refused(raw), raw);
    }
    config::callback policy;
    policy.allow_http = true;
    policy.allow_networks.push_back(*config::network::parse("127.0.0.0/8"));
    BOOST_TEST(!is_refused(R"("http://127.0.0.1:9000/")", policy));
    BOOST_TEST(is_refused(R"("http://10.0.0.1/")", policy));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace callback_request_test
