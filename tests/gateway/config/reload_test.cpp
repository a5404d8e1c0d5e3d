#include "gateway/config/reload.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::reload_test {

BOOST_AUTO_TEST_SUITE(reload)

BOOST_AUTO_TEST_CASE(settings_that_can_change_at_run_time_are_not_named) {
    auto const wanted = load_good("admin_token = \"t\"\n[limits]\nbody = \"1MiB\"\n"
                                  "[log]\nlevel = \"debug\"\n[[account]]\nid = \"a\"\n");
    BOOST_TEST(settings_that_need_restart({}, wanted).empty());
}

BOOST_AUTO_TEST_CASE(settings_that_need_a_restart_are_named_in_order) {
    auto const wanted = load_good(R"(listen = "127.0.0.1:1"
admin = "127.0.0.1:2"
data = "elsewhere"
durability = "memory"
threads = 200
[tls]
certificate = "c"
key = "c"
[limits]
queue_tasks = 5
queue_bytes = "1MiB"
max_delay = "1h"
idempotency_keys = 7
journal_bytes = "1GiB"
unwritten_ends = 8
[retention]
count = 1
[store]
engine = "postgres"
url = "postgresql://h/d"
[cluster]
name = "gw-1"
)",
                                  files({{"c", pem().certificate + pem().key}}));
    std::vector<std::string> const expected{"listen",
                                            "admin",
                                            "data",
                                            "durability",
                                            "threads",
                                            "tls",
                                            "limits.queue_tasks",
                                            "limits.queue_bytes",
                                            "limits.max_delay",
                                            "limits.idempotency_keys",
                                            "limits.journal_bytes",
                                            "limits.unwritten_ends",
                                            "retention",
                                            "store",
                                            "cluster"};
    BOOST_TEST(settings_that_need_restart({}, wanted) == expected,
               boost::test_tools::per_element());
    BOOST_TEST(settings_that_need_restart(wanted, wanted).empty());
}

BOOST_AUTO_TEST_CASE(a_new_certificate_needs_no_restart) {
    auto const both = pem().certificate + pem().key;
    auto const read = files({{"old", both}, {"new", both}});
    auto const old = load_good("[tls]\ncertificate = \"old\"\nkey = \"old\"\n", read);
    auto const renewed = load_good("[tls]\ncertificate = \"new\"\nkey = \"new\"\n", read);
    BOOST_TEST(settings_that_need_restart(old, renewed).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::reload_test
