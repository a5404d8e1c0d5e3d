// The gateway behind nginx with the configuration that deploy/ gives away: who called is passed on
// truly, and what the two understand differently is never a request more or less.
#include "tests/e2e/gateway_under_test.hpp"
#include "tests/e2e/odd_traffic.hpp"
#include "tests/e2e/top_lines.hpp"
#include "tests/gateway/client/certificates.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

namespace nginx_test {

namespace {

using namespace sluice::tests;
using namespace sluice::tests::e2e;

constexpr char nginx_path[] = "/usr/sbin/nginx";

std::string read_whole(std::filesystem::path const& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Fails the test where the file no longer has what is to be replaced.
void replace_one(std::string& text, std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    BOOST_REQUIRE_MESSAGE(at != text.npos, "sluice.conf has no \"" << from << "\"");
    text.replace(at, from.size(), to);
}

gateway_settings behind_a_proxy() {
    gateway_settings settings;
    add_top_lines(settings, "trusted_proxies = [\"127.0.0.1\"]");
    add_top_lines(settings, "admin_hosts = [\"ops.example.com\"]");
    settings.limits = odd_limits;
    settings.more = "\n[[account]]\nid = \"https\"\nallow_from = [\"127.0.0.0/8\"]\n"
                    "[[route]]\npath = \"/in/https\"\naccount = \"https\"\n"
                    "destinations = [\"crm\"]\n";
    return settings;
}

// The console's page, and an event that comes while the stream is open, by the name of the site
// and below the path `base`.
void check_console(std::uint16_t port, gateway_under_test& gateway, std::string const& base = {}) {
    http_headers const by_name{{"Host", "ops.example.com"},
                               {"Authorization", std::string("Bearer ") + admin_token}};
    BOOST_TEST(wait_until([&] {
        auto const page = http_client(port).try_request("GET", base + "/", by_name);
        return page && page->status == 200 && page->body.find("<html") != std::string::npos;
    }));
    raw_client listener(port);
    listener.send("GET " + base +
                  "/v1/events?types=finished HTTP/1.1\r\nHost: ops.example.com\r\n"
                  "Authorization: Bearer " +
                  std::string(admin_token) + "\r\n\r\n");
    BOOST_TEST(listener.receive_through("text/event-stream").size() > 0U);
    auto const taken = gateway.client().post("/in/crm", {}, "x");
    auto const id = json_at(taken.body, "/request-id");
    BOOST_TEST(listener.receive_through(id).find(id) != std::string::npos);
}

struct nginx_fixture {
    nginx_fixture()
        : gateway(behind_a_proxy())
        , port(free_port()) {
        write_whole(directory / "nginx.conf", main_configuration(plain_site()));
        process_options options;
        options.arguments = {nginx_path, "-e",        "error.log", "-p", directory.path().string(),
                             "-c",       "nginx.conf"};
        nginx = std::make_unique<child_process>(options);
        BOOST_REQUIRE(wait_until([&] {
            auto const answer = http_client(port).try_request("GET", "/ready");
            return answer.has_value();
        }));
    }

    // deploy/nginx/sluice.conf with this test's ports, certificates and shorter waits.
    std::string site() const {
        auto text =
            read_whole(std::filesystem::path(SLUICE_DEPLOY_DIRECTORY) / "nginx/sluice.conf");
        replace_one(text, "server 127.0.0.1:8080;",
                    "server 127.0.0.1:" + std::to_string(gateway.ports().public_listener) + ";");
        replace_one(text, "client_header_timeout 10s;", "client_header_timeout 2s;");
        replace_one(text, "client_body_timeout 30s;", "client_body_timeout 2s;");
        return text;
    }
    std::string plain_site() const {
        auto text = site();
        replace_one(text, "listen 443 ssl;", "listen 127.0.0.1:" + std::to_string(port) + ";");
        replace_one(text, "ssl_certificate /etc/ssl/sluice/cert.pem;", "");
        replace_one(text, "ssl_certificate_key /etc/ssl/sluice/key.pem;", "");
        return text;
    }
    std::string main_configuration(std::string const& of_site) const {
        std::string text = "daemon off;\nmaster_process off;\npid nginx.pid;\n"
                           "error_log error.log;\nevents { worker_connections 256; }\nhttp {\n"
                           "log_format requests '$request_id $status $request_uri';\n"
                           "access_log access.log requests;\n";
        for (auto const* each : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            text += std::string(each) + "_temp_path " + each + "_temp;\n";
        return text + of_site + "}\n";
    }

    // What nginx forwarded: $request_id and $request_uri, of those that were answered 202.
    std::map<std::string, std::string> forwarded() const {
        std::map<std::string, std::string> all;
        std::istringstream lines(read_whole(directory / "access.log"));
        for (std::string line; std::getline(lines, line);) {
            std::string id, status, uri;
            std::istringstream(line) >> id >> status >> uri;
            if (status == "202") all[id] = uri;
        }
        return all;
    }

    temporary_directory directory;
    gateway_under_test gateway;
    std::uint16_t port;
    std::unique_ptr<child_process> nginx;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(nginx, nginx_fixture)

BOOST_AUTO_TEST_CASE(a_call_passes_and_says_truly_where_it_came_from) {
    http_client through(port);
    BOOST_TEST(through.post("/in/crm/a?b=c", {}, "payload").status == 202);
    BOOST_REQUIRE(gateway.destination().wait_for(1));
    auto const got = gateway.destination().deliveries().front().request;
    BOOST_TEST(got.target == "/crm/a?b=c");
    BOOST_TEST(got.body == "payload");
    BOOST_TEST(got.header("X-Forwarded-For") == "127.0.0.1");
    // What a caller writes into these is replaced, not believed.
    http_headers const lies{{"X-Forwarded-For", "10.9.8.7"}, {"X-Forwarded-Proto", "https"}};
    BOOST_TEST(through.post("/in/crm", lies, "x").status == 202);
    BOOST_TEST(through.post("/in/https", lies, "x").status == 403);
}

BOOST_AUTO_TEST_CASE(the_site_with_tls_is_valid_and_says_https) {
    certificate_authority authority;
    auto const files = authority.issue("server", {.subject_alt_name = "IP:127.0.0.1"});
    auto const tls_port = free_port();
    auto text = site();
    replace_one(text, "listen 443 ssl;", "listen 127.0.0.1:" + std::to_string(tls_port) + " ssl;");
    replace_one(text, "/etc/ssl/sluice/cert.pem", files.certificate);
    replace_one(text, "/etc/ssl/sluice/key.pem", files.key);
    temporary_directory other;
    write_whole(other / "nginx.conf", main_configuration(text));
    process_options options;
    options.arguments = {nginx_path, "-e",        "error.log", "-p", other.path().string(),
                         "-c",       "nginx.conf"};
    child_process second(options);
    auto const url = "https://127.0.0.1:" + std::to_string(tls_port) + "/in/https";
    process_options curl;
    curl.arguments = {"/usr/bin/curl", "--silent",     "--cacert", authority.file(), "--data", "x",
                      "--write-out",   "%{http_code}", "--output", "/dev/null",      url};
    BOOST_TEST(wait_until([&] { return run_process(curl).output == "202"; }));
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_a_problem_document_in_the_gateways_words) {
    auto const here = http_client(port).post("/in/crm", {}, std::string(300 * 1024, 'x'));
    auto const there = gateway.client().post("/in/crm", {}, std::string(2 * 1024, 'x'));
    BOOST_TEST(here.status == 413);
    BOOST_TEST(there.status == 413);
    BOOST_TEST(here.header("Content-Type") == there.header("Content-Type"));
    BOOST_TEST(here.body == there.body);
}

BOOST_AUTO_TEST_CASE(the_console_has_a_site_of_its_own_and_events_come_at_once) {
    auto const ops_port = free_port();
    auto text = read_whole(std::filesystem::path(SLUICE_DEPLOY_DIRECTORY) / "nginx/console.conf");
    auto const to = "127.0.0.1:" + std::to_string(gateway.ports().admin_listener) + ";";
    replace_one(text, "listen 443 ssl;", "listen 127.0.0.1:" + std::to_string(ops_port) + ";");
    replace_one(text, "ssl_certificate /etc/ssl/sluice/cert.pem;", "");
    replace_one(text, "ssl_certificate_key /etc/ssl/sluice/key.pem;", "");
    replace_one(text, "127.0.0.1:8081;", to);
    replace_one(text, "127.0.0.1:8081;", to);
    temporary_directory other;
    write_whole(other / "nginx.conf", main_configuration(text));
    process_options options;
    options.arguments = {nginx_path, "-e",        "error.log", "-p", other.path().string(),
                         "-c",       "nginx.conf"};
    child_process second(options);
    check_console(ops_port, gateway);
}

BOOST_AUTO_TEST_CASE(the_console_stands_below_a_path_of_another_site) {
    auto settings = behind_a_proxy();
    add_top_lines(settings, "admin_base_path = \"/sluice\"");
    gateway_under_test below(settings);
    auto const ops_port = free_port();
    auto text =
        read_whole(std::filesystem::path(SLUICE_DEPLOY_DIRECTORY) / "nginx/console-path.conf");
    auto const to = "127.0.0.1:" + std::to_string(below.ports().admin_listener) + ";";
    replace_one(text, "127.0.0.1:8081;", to);
    replace_one(text, "127.0.0.1:8081;", to);
    temporary_directory other;
    write_whole(other / "nginx.conf",
                main_configuration("server {\nlisten 127.0.0.1:" + std::to_string(ops_port) +
                                   ";\n" + text + "}\n"));
    process_options options;
    options.arguments = {nginx_path, "-e",        "error.log", "-p", other.path().string(),
                         "-c",       "nginx.conf"};
    child_process second(options);
    check_console(ops_port, below, "/sluice");
    http_client through(ops_port);
    BOOST_TEST(through.get("/sluice").status == 308);
    BOOST_TEST(through.get("/v1/destinations").status == 404); // nginx's own
}

BOOST_AUTO_TEST_CASE(nothing_is_smuggled_past_nginx) {
    std::size_t desyncs = 0;
    std::size_t n = 0;
    for (auto const& odd : odd_calls()) {
        BOOST_TEST_CONTEXT(odd.name) {
            auto const bytes = odd.bytes + hidden_call(++n);
            everything_back(port, bytes, false);
            // Whoever comes next over the same upstream connections gets the answer to his own.
            auto const probe = http_client(port).post("/in/crm/probe-" + std::to_string(n), {}, "");
            BOOST_TEST(probe.status == 202);
            if (probe.status != 202) ++desyncs;
        }
    }
    auto const accepted = static_cast<std::size_t>(gateway.metric("sluice_tasks_accepted_total"));
    BOOST_TEST(gateway.destination().wait_for(accepted));
    // Each task is one request that nginx knows of, by its id and with its very path.
    BOOST_TEST(wait_until([&] { return forwarded().size() >= accepted; }));
    auto const known = forwarded();
    BOOST_TEST(accepted == known.size());
    for (auto const& [request, at] : gateway.destination().deliveries()) {
        auto const found = known.find(request.header("X-Request-ID"));
        // "/crm/x" at the destination was "/in/crm/x" here, or an absolute form of it.
        bool const is_own = found != known.end() && found->second.ends_with(request.target);
        if (!is_own) ++desyncs;
        BOOST_TEST(is_own, request.target << " was never asked of nginx");
    }
    BOOST_TEST_MESSAGE("cases " << n << ", tasks " << accepted << ", DESYNC " << desyncs);
    BOOST_TEST(desyncs == 0U);
    BOOST_TEST(accepted >= n); // the probes at least
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(haproxy)

BOOST_AUTO_TEST_CASE(calls_pass_refusals_are_the_gateways_and_the_console_has_a_name) {
    gateway_under_test gateway(behind_a_proxy());
    auto const port = free_port();
    auto text = read_whole(std::filesystem::path(SLUICE_DEPLOY_DIRECTORY) / "haproxy/sluice.cfg");
    replace_one(text, ":443 ssl crt /etc/ssl/sluice/hooks.pem alpn http/1.1",
                "127.0.0.1:" + std::to_string(port));
    replace_one(text, "127.0.0.1:8080",
                "127.0.0.1:" + std::to_string(gateway.ports().public_listener));
    replace_one(text, "127.0.0.1:8081",
                "127.0.0.1:" + std::to_string(gateway.ports().admin_listener));
    temporary_directory directory;
    write_whole(directory / "haproxy.cfg", text);
    process_options options;
    options.arguments = {"/usr/sbin/haproxy", "-db", "-f", (directory / "haproxy.cfg").string()};
    child_process proxy(options);
    BOOST_REQUIRE(
        wait_until([&] { return http_client(port).try_request("GET", "/ready").has_value(); }));
    http_client through(port);
    http_headers const lies{{"X-Forwarded-For", "10.9.8.7"}, {"X-Forwarded-Proto", "https"}};
    BOOST_TEST(through.post("/in/crm/a?b=c", lies, "payload").status == 202);
    BOOST_REQUIRE(gateway.destination().wait_for(1));
    auto const got = gateway.destination().deliveries().front().request;
    BOOST_TEST(got.target == "/crm/a?b=c");
    BOOST_TEST(got.header("X-Forwarded-For") == "127.0.0.1");
    BOOST_TEST(through.post("/in/https", lies, "x").status == 403);
    auto const refused = through.post("/in/crm", {}, std::string(2 * 1024, 'x'));
    BOOST_TEST(refused.status == 413);
    BOOST_TEST(refused.header("Content-Type") == "application/problem+json");
    check_console(port, gateway);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace nginx_test
