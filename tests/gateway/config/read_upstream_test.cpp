#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_upstream_test {
namespace {

constexpr std::string_view minimal =
    "[[destination]]\nname = \"d\"\nurl = \"https://example.com/\"\n";

file_reader pem_files() {
    return files({{"c.pem", pem().certificate},
                  {"c.key", pem().key},
                  {"other.key", pem().other_key},
                  {"torn.pem", "-----BEGIN CERTIFICATE-----"},
                  {"bearer", "from-file\n"}});
}

upstream load_with(std::string_view more) {
    return load_good(std::string(minimal).append(more), pem_files()).destinations.at(0).connection;
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_upstream)

BOOST_AUTO_TEST_CASE(urls_are_checked) {
    broken const table[] = {
        {"url = §\"example.com\"\n", "must be an absolute URL"},
        {"url = §\"ftp://example.com/\"\n", "must be an http or https URL"},
        {"url = §\"http://example.com/\"\n", "is a plain http URL"},
        {"url = §\"https://u:p@example.com/\"\n", "must not have a user name"},
        {"url = §\"https://exa|mple.com/\"\n", "has the character | (U+007C) at position 12"},
        {"url = §\"https://example.com:25/\"\n", "port 25 is called only where allow_ports = [25]"},
        {"url = \"https://example.com/\"\nallow_ports = [§0]\n", "must be between 1 and 65535"},
        {"url = \"https://example.com/\"\nallow_ports = [§\"25\"]\n", "must be a whole number"},
        {"url = \"https://example.com/\"\nallow_ports = §25\n",
         "must be an array of whole numbers"},
        {"url = §\"https://example.com:0/\"\n", "must have a port between 1 and 65535"},
        {"url = §\"https://example.com:65536/\"\n", "must have a port between 1 and 65535"},
        {"url = §\"https:///x\"\n", "must have a host name"},
    };
    expect_broken(table, "[[destination]]\nname = \"d\"\n");
}

BOOST_AUTO_TEST_CASE(literal_addresses_obey_the_policy_in_every_spelling) {
    broken const table[] = {
        {"url = §\"https://127.0.0.1/\"\n", "the address 127.0.0.1 is private or reserved"},
        {"url = §\"https://0x7f000001/\"\n", "the address 127.0.0.1 is private"},
        {"url = §\"https://2130706433/\"\n", "the address 127.0.0.1 is private"},
        {"url = §\"https://127.1/\"\n", "the address 127.0.0.1 is private"},
        {"url = §\"https://0177.0.0.01/\"\n", "the address 127.0.0.1 is private"},
        {"url = §\"https://0xa9fea9fe/\"\n", "the address 169.254.169.254 is private"},
        {"url = §\"https://2852039166/\"\n", "the address 169.254.169.254 is private"},
        {"url = §\"https://100.100.100.200/\"\n", "the address 100.100.100.200 is private"},
        {"url = §\"https://[fd00:ec2::254]/\"\n", "the address fd00:ec2::254 is private"},
        {"url = §\"https://[64:ff9b::a9fe:a9fe]/\"\n", "is private or reserved"},
        {"url = §\"https://[2002:7f00:1::]/\"\n", "is private or reserved"},
        {"url = §\"https://[2001:0:1::1]/\"\n", "is private or reserved"},
        {"url = §\"https://[::1]/\"\n", "the address ::1 is private"},
        {"url = §\"https://[::ffff:10.0.0.1]/\"\n", "the address 10.0.0.1 is private"},
        {"url = §\"https://169.254.169.254/\"\n", "the address 169.254.169.254 is private"},
        {"url = §\"https://10.0.0.1/\"\nallow_networks = [\"192.168.0.0/16\"]\n",
         "the address 10.0.0.1 is private"},
    };
    expect_broken(table, "[[destination]]\nname = \"d\"\n");
}

BOOST_AUTO_TEST_CASE(a_listed_network_opens_the_policy) {
    auto const settings =
        load_good("[[destination]]\nname = \"d\"\n"
                  "url = \"http://10.1.2.3:81/x\"\nallow_http = true\nallow_ports = [81]\n"
                  "allow_networks = [\"10.0.0.0/8\"]\n");
    BOOST_TEST(settings.destinations.at(0).connection.allow_networks.size() == 1U);
    BOOST_TEST(load_good("[[destination]]\nname = \"d\"\nurl = \"https://8.8.8.8/\"\n")
                   .destinations.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_values_of_a_connection_are_checked) {
    broken const table[] = {
        {"timeout = §\"2h\"\n", "must be between 10ms and 1h"},
        {"response_limit = §\"1GiB\"\n", "must be between 0B and 64MiB"},
        {"allow_networks = [§\"lan\"]\n", "must be an IP address or a network"},
        {"ca = §\"none.pem\"\n", "cannot be read"},
        {"client_cert = §\"c.pem\"\n", "needs \"client_key\" as well"},
        {"client_key = §\"c.key\"\n", "needs \"client_cert\" as well"},
        {"ca = §\"torn.pem\"\n", "\"torn.pem\" has no certificate that can be read"},
        {"ca = §\"c.key\"\n", "\"c.key\" has no certificate that can be read"},
        {"client_cert = §\"torn.pem\"\nclient_key = \"c.key\"\n", "has no certificate"},
        {"client_cert = \"c.pem\"\nclient_key = §\"c.pem\"\n", "has no private key that can"},
        {"client_cert = \"c.pem\"\nclient_key = §\"other.key\"\n",
         "\"other.key\" is not the key of \"c.pem\""},
        {"proxy = §\"127.0.0.1:3128\"\n", "must be an absolute URL"},
        {"proxy = §\"https://127.0.0.1:3128\"\n", "must be an http URL without a path"},
        {"proxy = §\"http://127.0.0.1:3128/x\"\n", "must be an http URL without a path"},
        {"headers = §\"X: y\"\n", "must be a table of strings"},
        {"headers = { X = §1 }\n", "must be a string, not a whole number"},
        {"headers = { §\"X Y\" = \"1\" }\n", "is not a header name"},
        {"headers = { §Host = \"h\" }\n", "is a header that the gateway writes itself"},
        {"headers = { X = \"1\", §x = \"2\" }\n", "this header is already in the table"},
        {"headers = { X = §\"a\\r\\nY: b\" }\n", "must not have control characters"},
    };
    expect_broken(table, minimal, severity::error, pem_files());
}

BOOST_AUTO_TEST_CASE(credentials_are_checked) {
    broken const table[] = {
        {"auth = { basic = §\"user\" }\n", "must be \"user:password\""},
        {"auth = { bearer = §\"\" }\n", "must not be empty"},
        {"auth = { bearer = §\"a\\nb\" }\n", "must not have control characters"},
        {"auth = §{ basic = \"u:p\", bearer = \"t\" }\n", "must have one of"},
        {"auth = { §digest = \"u:p\" }\n", "unknown key"},
        {"auth = { header = §\"X-Key\" }\n", "must be \"Name: value\""},
        {"auth = { header = §\"X-Key: \" }\n", "must be \"Name: value\""},
        {"auth = { header = §\"X Key: v\" }\n", "is not a header name"},
        {"auth = { header = §\"Host: v\" }\n", "is a header that the gateway writes itself"},
        {"auth = { header = §\"X-Key: a\\r\\nX-More: b\" }\n", "must not have control characters"},
        {"auth = { header = §\"X-Key: a\\u0000b\" }\n", "must not have control characters"},
        {"headers = { x-key = \"1\" }\nauth = §{ header = \"X-Key: v\" }\n",
         "cannot stand beside the header X-Key"},
        {"auth = { oauth2 = §{ client_id = \"c\", client_secret = \"s\" } }\n",
         "the key \"token_url\" is missing"},
        {"auth = { oauth2 = { token_url = \"https://x.io/t\", client_id = §\"\", "
         "client_secret = \"s\" } }\n",
         "must not be empty"},
        {"auth = { oauth2 = §{ token_url = \"https://x.io/t\", client_secret = \"s\" } }\n",
         "the key \"client_id\" is missing"},
        {"auth = { oauth2 = §{ token_url = \"https://x.io/t\", client_id = \"c\" } }\n",
         "the key \"client_secret\" is missing"},
        {"auth = { oauth2 = { token_url = §\"http://x.io/t\", client_id = \"c\", "
         "client_secret = \"s\" } }\n",
         "is a plain http URL"},
        {"auth = { oauth2 = { token_url = §\"https://169.254.169.254/t\", client_id = \"c\", "
         "client_secret = \"s\" } }\n",
         "the address 169.254.169.254 is private or reserved"},
        {"headers = { authorization = \"x\" }\nauth = §{ bearer = \"t\" }\n",
         "cannot stand beside the header Authorization"},
    };
    expect_broken(table, minimal);
}

BOOST_AUTO_TEST_CASE(each_kind_of_credential_can_be_set) {
    auto const basic = load_with("auth = { basic = \"u:p\" }\n").auth;
    BOOST_TEST(std::get<basic_credentials>(basic).user_and_password.reveal() == "u:p");
    auto const bearer = load_with("auth = { bearer_file = \"bearer\" }\n").auth;
    BOOST_TEST(std::get<bearer_token>(bearer).token.reveal() == "from-file");
    auto const header = load_with("auth = { header = \"X-Key:  k e y \" }\n").auth;
    BOOST_TEST(std::get<header_credential>(header).name == "X-Key");
    BOOST_TEST(std::get<header_credential>(header).value.reveal() == "k e y");
    auto const oauth2 = load_with("auth = { oauth2 = { token_url = \"https://x.io/t\", client_id = "
                                  "\"c\", client_secret = \"s\", scope = \"all\" } }\n")
                            .auth;
    BOOST_TEST(std::get<oauth2_client>(oauth2).token_url == "https://x.io/t");
    BOOST_TEST(std::get<oauth2_client>(oauth2).client_secret.reveal() == "s");
    BOOST_TEST(std::get<oauth2_client>(oauth2).scope == "all");
    BOOST_TEST((load_with("").auth.index() == 0));
}

BOOST_AUTO_TEST_CASE(client_certificates_can_be_set) {
    auto const found =
        load_with("ca = \"c.pem\"\nclient_cert = \"c.pem\"\nclient_key = \"c.key\"\n");
    BOOST_TEST(found.ca.value() == "c.pem");
    BOOST_TEST(found.client_key.value() == "c.key");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_upstream_test
