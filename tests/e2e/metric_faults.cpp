#include "tests/e2e/metric_faults.hpp"

#include "tests/e2e/metric_reading.hpp"
#include "tests/gateway/client/certificates.hpp"
#include "tests/support/raw_client.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <memory>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace sluice::tests::e2e {

namespace {

void limit_process(pid_t process, int resource, rlim_t to) {
    rlimit limit{};
    BOOST_REQUIRE(::prlimit(process, static_cast<__rlimit_resource>(resource), nullptr, &limit) ==
                  0);
    limit.rlim_cur = to;
    BOOST_REQUIRE(::prlimit(process, static_cast<__rlimit_resource>(resource), &limit, nullptr) ==
                  0);
}

} // namespace

void fill_disk(metric_series& seen) {
    gateway_settings settings;
    settings.durability = "memory";
    settings.limits = "journal_bytes = \"64MiB\"\nbody = \"1MiB\"";
    gateway_under_test gateway(settings);
    auto const body =
        R"({"destination":"crm","delay":"1h","body":")" + std::string(1000 * 1000, 'x') + "\"}";
    auto client = gateway.client();
    int status = 202;
    for (int i = 0; i < 200 && status == 202; ++i)
        status = client.post("/v1/tasks", json_bearer(), body).status;
    BOOST_TEST(status == 503);
    read_page(seen, gateway);
}

// Another process holds the lock of the tables' file for longer than a write waits for it (the byte
// of WAL_WRITE_LOCK: SQLite, "WAL-mode file format", section 2.3).
void fail_tables(metric_series& seen) {
    gateway_under_test gateway;
    auto const city = [](std::string const& name) {
        std::string const body =
            R"({"accountID":"163","contactNumber":"9879964805","city":")" + name + "\"}";
        return "POST /v1/webhooks/updateUserPreferences HTTP/1.1\r\nHost: a\r\n"
               "Content-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
    };
    auto const file = (gateway.data_directory() / "tables.db-shm").string();
    int const shared = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    BOOST_REQUIRE(shared >= 0);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 120;
    lock.l_len = 1;
    BOOST_TEST(wait_until([&] { return ::fcntl(shared, F_SETLK, &lock) == 0; }));
    raw_client first(gateway.ports().public_listener);
    first.send(city("Pune"));
    BOOST_TEST(first.receive_all().starts_with("HTTP/1.1 503"));
    BOOST_TEST(read_until(seen, gateway, [](std::string const& page) {
        return shows(page, "sluice_table_failures_total 1");
    }));
    ::close(shared); // and the lock goes
    raw_client second(gateway.ports().public_listener);
    second.send(city("Goa"));
    BOOST_TEST(second.receive_all().starts_with("HTTP/1.1 200"));
}

// Writes fail while the program runs: it tells who waits, and ends.
void break_journal(metric_series& seen) {
    gateway_under_test gateway;
    gateway.client().post("/in/crm", {}, "x");
    limit_process(gateway.process().pid(), RLIMIT_FSIZE, 1);
    raw_client call(gateway.ports().public_listener);
    call.send("POST /in/crm HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    BOOST_TEST(read_until(seen, gateway, [](std::string const& page) {
        return shows(page, "sluice_storage_failures_total 1") &&
               shows(page, "sluice_calls_refused_total{reason=\"outcome_unknown\"} 1");
    }));
}

void run_out_of_descriptors(metric_series& seen) {
    gateway_under_test gateway;
    read_page(seen, gateway);
    auto admin = gateway.admin();
    seen.read(admin.get("/metrics").body);
    auto const open = static_cast<rlim_t>(gateway.metric("process_open_fds"));
    limit_process(gateway.process().pid(), RLIMIT_NOFILE, open + 2);
    std::vector<std::unique_ptr<raw_client>> crowd;
    for (int i = 0; i < 20; ++i)
        crowd.push_back(std::make_unique<raw_client>(gateway.ports().public_listener));
    BOOST_TEST(wait_until([&] {
        auto const page = admin.try_request("GET", "/metrics");
        if (page) seen.read(page->body);
        return page && !shows(page->body, "sluice_accept_pauses_total 0");
    }));
}

void speak_tls(metric_series& seen) {
    certificate_authority authority;
    auto const files = authority.issue("server", {.subject_alt_name = "IP:127.0.0.1"});
    gateway_settings settings;
    settings.more =
        "\n[tls]\ncertificate = \"" + files.certificate + "\"\nkey = \"" + files.key + "\"\n";
    gateway_under_test gateway(settings);
    raw_client plain(gateway.ports().public_listener);
    plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    plain.receive_all();
    BOOST_TEST(read_until(seen, gateway, [](std::string const& page) {
        return shows(page, "sluice_handshakes_failed_total 1");
    }));
}

} // namespace sluice::tests::e2e
