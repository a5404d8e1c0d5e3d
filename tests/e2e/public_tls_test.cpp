// The public listener's own TLS, a new certificate by SIGHUP, and who may call without TLS.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/e2e/top_lines.hpp"
#include "tests/gateway/client/certificates.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>

namespace public_tls_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char other_id[] = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

// An account without allow_http, and its route /in/https.
std::string https_only_tables() {
    return std::string("\n[[account]]\nid = \"https\"\nallow_from = [\"127.0.0.0/8\"]\n"
                       "secrets = [\"") +
           other_id +
           "\"]\n[[route]]\npath = \"/in/https\"\naccount = \"https\"\ndestinations = [\"crm\"]\n";
}

// 60 where the issuer is unknown, 35 where it has the same name and another key, as the
// authorities of the tests have.
bool is_untrusted(finished_process const& curl) {
    return (curl.exit_code == 60 || curl.exit_code == 35) && curl.output == "000";
}

struct tls_fixture {
    tls_fixture()
        : files(authority.issue("server", {.subject_alt_name = "IP:127.0.0.1"}))
        , gateway(settings(files)) {}

    static gateway_settings settings(certificate_files const& of) {
        gateway_settings settings;
        settings.more = https_only_tables() + "\n[tls]\ncertificate = \"" + of.certificate +
                        "\"\nkey = \"" + of.key + "\"\n";
        return settings;
    }

    finished_process curl(std::string const& authority_file, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{
            "/usr/bin/curl", "--silent", "--max-time",  "20",           "--cacert", authority_file,
            "--data",        "x",        "--write-out", "%{http_code}", "--output", "/dev/null"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        arguments.push_back("https://127.0.0.1:" + std::to_string(gateway.ports().public_listener) +
                            "/in/https");
        process_options options;
        options.arguments = std::move(arguments);
        return run_process(options);
    }

    void install(certificate_files const& other) {
        auto const over = std::filesystem::copy_options::overwrite_existing;
        std::filesystem::copy_file(other.certificate, files.certificate, over);
        std::filesystem::copy_file(other.key, files.key, over);
    }

    certificate_authority authority;
    certificate_files files;
    gateway_under_test gateway;
};

} // namespace

BOOST_AUTO_TEST_SUITE(public_tls)

BOOST_FIXTURE_TEST_CASE(calls_by_https_are_taken_and_plain_ones_get_no_answer, tls_fixture) {
    BOOST_TEST(curl(authority.file()).output == "202");
    BOOST_TEST(gateway.destination().wait_for(1));
    tcp_connection plain(gateway.ports().public_listener, std::chrono::seconds(10));
    plain.write("POST /in/https HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    http_reader reader(plain);
    BOOST_TEST(reader.read_rest().find("HTTP/1.1") == std::string::npos);
    BOOST_TEST(gateway.metric("sluice_tasks_accepted_total") == 1);
}

BOOST_FIXTURE_TEST_CASE(old_protocols_and_unknown_authorities_get_no_connection, tls_fixture) {
    // An old client, that would take anything.
    auto const old = curl(authority.file(),
                          {"--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"});
    BOOST_TEST(old.exit_code == 35, old.exit_code << old.errors);
    BOOST_TEST(curl(authority.file(), {"--tls-max", "1.2"}).output == "202");
    certificate_authority unknown;
    BOOST_TEST(is_untrusted(curl(unknown.file())));
}

BOOST_FIXTURE_TEST_CASE(a_new_certificate_is_taken_over_by_sighup, tls_fixture) {
    certificate_authority next;
    install(next.issue("next", {.subject_alt_name = "IP:127.0.0.1"}));
    BOOST_TEST(curl(authority.file()).output == "202"); // nobody has said so yet
    gateway.process().signal(SIGHUP);
    BOOST_TEST(wait_until([&] { return curl(next.file()).output == "202"; }));
    BOOST_TEST(is_untrusted(curl(authority.file())));
}

BOOST_FIXTURE_TEST_CASE(a_broken_certificate_changes_nothing_and_is_reported, tls_fixture) {
    certificate_authority next;
    auto const other = next.issue("next", {.subject_alt_name = "IP:127.0.0.1"});
    // A certificate without its key.
    std::filesystem::copy_file(other.certificate, files.certificate,
                               std::filesystem::copy_options::overwrite_existing);
    gateway.process().signal(SIGHUP);
    BOOST_TEST(
        wait_until([&] { return gateway.log().find("is not the key of") != std::string::npos; }));
    BOOST_TEST(curl(authority.file()).output == "202");
}

BOOST_AUTO_TEST_CASE(without_tls_an_account_has_to_allow_it) {
    gateway_settings settings;
    settings.more = https_only_tables();
    gateway_under_test gateway(settings);
    auto const post = [&](http_headers const& headers) {
        return gateway.client().post("/in/https", headers, "x").status;
    };
    BOOST_TEST(gateway.client().post("/in/crm", {}, "x").status == 202);
    BOOST_TEST(post({}) == 403);
    BOOST_TEST(post({{"X-Forwarded-Proto", "https"}}) == 403); // nobody is trusted by default
    BOOST_TEST(gateway.client()
                   .post("/v1/tasks",
                         {{"Authorization", std::string("Bearer ") + other_id},
                          {"Content-Type", "application/json"}},
                         R"({"destination":"crm"})")
                   .status == 403);
}

BOOST_AUTO_TEST_CASE(a_trusted_proxy_is_believed_from_the_right) {
    gateway_settings settings;
    add_top_lines(settings, "trusted_proxies = [\"127.0.0.0/8\"]");
    settings.more = https_only_tables();
    gateway_under_test gateway(settings);
    struct {
        http_headers headers;
        int status;
    } const table[] = {
        {{}, 403},
        {{{"X-Forwarded-Proto", "https"}}, 202},
        {{{"X-Forwarded-Proto", "http"}}, 403},
        {{{"X-Forwarded-Proto", "http, https"}}, 202},
        {{{"X-Forwarded-Proto", "https, http"}}, 403}, // the left one is the client's word
        {{{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Proto", "http"}}, 403},
        {{{"X-Forwarded-Proto", "https"}, {"X-Forwarded-For", "127.0.0.9"}}, 202},
        {{{"X-Forwarded-Proto", "https"}, {"X-Forwarded-For", "192.0.2.1"}}, 403},
        {{{"X-Forwarded-Proto", "https"}, {"X-Forwarded-For", "127.0.0.1, 192.0.2.1"}}, 403},
        {{{"X-Forwarded-Proto", "https"}, {"X-Forwarded-For", "192.0.2.1, 127.0.0.1"}}, 403},
        {{{"X-Forwarded-Proto", "https"}, {"X-Forwarded-For", "192.0.2.1, junk, 127.0.0.1"}}, 403},
        {{{"Forwarded", "for=127.0.0.1;proto=https"}}, 403},
    };
    for (auto const& [headers, status] : table) {
        BOOST_TEST_CONTEXT((headers.empty() ? "" : headers.back().second)) {
            BOOST_TEST(gateway.client().post("/in/https", headers, "x").status == status);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace public_tls_test
