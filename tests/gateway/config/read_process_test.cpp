#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_process_test {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(read_process)

BOOST_AUTO_TEST_CASE(listeners_must_be_addresses_and_differ) {
    broken const table[] = {
        {"listen = §\"8080\"\n", "must be an address and a port"},
        {"listen = §\"example.com:80\"\n", "must be an address and a port"},
        {"listen = §[]\n", "must name one address at least"},
        {"listen = §[\"127.0.0.1:1\", \"127.0.0.1:1\"]\n", "has 127.0.0.1:1 twice"},
        {"admin = §\"[::1]\"\n", "must be an address and a port"},
        {"admin = §\"127.0.0.1:8080\"\n", "127.0.0.1:8080 is a public listener already"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(the_process_settings_are_checked) {
    broken const table[] = {
        {"data = §\"\"\n", "must name a directory"},
        {"durability = §\"often\"\n", "must be \"fsync\", \"interval:50ms\" or \"memory\""},
        {"durability = §\"interval:1h\"\n", "must have an interval between 1ms and 10s"},
        {"trusted_proxies = [§\"10.0.0.0/33\"]\n", "must be an IP address or a network"},
        {"admin_token = §\"\"\n", "must not be empty"},
        {"admin_base_path = §\"sluice\"\n", "must be a path such as \"/sluice\""},
        {"admin_base_path = §\"/sluice/\"\n", "must be a path such as \"/sluice\""},
        {"admin_base_path = §\"/a//b\"\n", "must be a path such as \"/sluice\""},
        {"admin_base_path = §\"/a/../b\"\n", "must be a path such as \"/sluice\""},
        {"admin_base_path = §\"/.\"\n", "must be a path such as \"/sluice\""},
        {"admin_base_path = §\"/a b\"\n", "must be a path such as \"/sluice\""},
        {"[log]\nlevel = §\"loud\"\n", "\"trace\", \"debug\", \"info\", \"warning\", \"error\""},
        {"[log]\nformat = §\"xml\"\n", "must be one of \"auto\", \"json\", \"text\""},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(tls_needs_both_files_and_they_must_be_pem) {
    broken const table[] = {
        {"[tls]\ncertificate = §\"good.pem\"\n", "needs \"key\" as well"},
        {"[tls]\nkey = §\"good.pem\"\n", "needs \"certificate\" as well"},
        {"[tls]\ncertificate = \"good.pem\"\nkey = §\"none.pem\"\n",
         "\"none.pem\" cannot be read: No such file"},
        {"[tls]\ncertificate = \"good.pem\"\nkey = §\"bad.pem\"\n", "is not a PEM file"},
        {"[tls]\ncertificate = \"good.pem\"\nkey = §\"other.pem\"\n",
         "\"other.pem\" is not the key of \"good.pem\""},
    };
    expect_broken(table, "", severity::error,
                  files({{"good.pem", pem().certificate + pem().key},
                         {"bad.pem", "nothing"},
                         {"other.pem", pem().other_key}}));
}

BOOST_AUTO_TEST_CASE(what_is_odd_but_works_is_a_warning) {
    broken const table[] = {
        {"admin = §\"0.0.0.0:8081\"\n", "is not a loopback address and there is no admin_token"},
        {"[store]\nurl = §\"postgresql://h/d\"\n", "has no effect without engine = \"postgres\""},
        {"[limits]\nrequest_timeout = §\"5s\"\n", "is shorter than header_timeout"},
    };
    expect_broken(table, "", severity::warning);
}

BOOST_AUTO_TEST_CASE(every_limit_of_the_tables_can_be_set) {
    auto const limit = load_good(R"([limits]
links = 1
link_url = "64B"
users = 2
user_keys = 3
user_key = 4
user_value = "5KiB"
agents = 6
)")
                           .limit;
    BOOST_TEST(limit.links == 1U);
    BOOST_TEST(limit.link_url_bytes == 64U);
    BOOST_TEST(limit.users == 2U);
    BOOST_TEST(limit.user_keys == 3U);
    BOOST_TEST(limit.user_key_bytes == 4U);
    BOOST_TEST(limit.user_value_bytes == 5'120U);
    BOOST_TEST(limit.agents == 6U);
    broken const table[] = {
        {"[limits]\nlinks = §0\n", "must be between 1 and"},
        {"[limits]\nlink_url = §\"1B\"\n", "must be between"},
        {"[limits]\nuser_key = §257\n", "must be between"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(every_limit_can_be_set) {
    auto const limit = load_good(R"([limits]
uri = "1KiB"
header = "2KiB"
headers = 3
body = "4KiB"
connections = 5
pipeline = 6
batch = 7
fanout = 8
unsent_answers = "64KiB"
unsent_answers_total = "2MiB"
contact_numbers = 9
queue_tasks = 10
queue_bytes = "11KiB"
received = "3KiB"
journal_bytes = "1MiB"
idempotency_keys = 0
max_delay = "12s"
header_timeout = "13s"
request_timeout = "14s"
write_timeout = "15s"
idle_timeout = "16s"
drain_timeout = 0
wait = "2m"
)")
                           .limit;
    BOOST_TEST(limit.uri_bytes == 1'024U);
    BOOST_TEST(limit.header_bytes == 2'048U);
    BOOST_TEST(limit.header_count == 3U);
    BOOST_TEST(limit.body_bytes == 4'096U);
    BOOST_TEST(limit.connections == 5U);
    BOOST_TEST(limit.pipelined_requests == 6U);
    BOOST_TEST(limit.unsent_answers == 65'536U);
    BOOST_TEST(limit.unsent_answers_total == 2'097'152U);
    BOOST_TEST(limit.batch_tasks == 7U);
    BOOST_TEST(limit.fanout_tasks == 8U);
    BOOST_TEST(limit.contact_numbers == 9U);
    BOOST_TEST(limit.queue_tasks == 10U);
    BOOST_TEST(limit.queue_bytes == 11'264U);
    BOOST_TEST(limit.received_bytes == 3'072U);
    BOOST_TEST(limit.journal_bytes == 1'048'576U);
    BOOST_TEST(limit.idempotency_keys == 0U);
    BOOST_TEST((limit.max_delay == 12s));
    BOOST_TEST((limit.header_timeout == 13s));
    BOOST_TEST((limit.request_timeout == 14s));
    BOOST_TEST((limit.write_timeout == 15s));
    BOOST_TEST((limit.idle_timeout == 16s));
    BOOST_TEST((limit.drain_timeout == 0s));
    BOOST_TEST((limit.wait == 2min));
}

BOOST_AUTO_TEST_CASE(the_process_settings_can_be_set) {
    auto const settings = load_good(R"(listen = ["0.0.0.0:80", "[::]:80"]
admin = "localhost:81"
admin_hosts = ["sluice", "ops.example.com"]
data = "/var/lib/sluice"
durability = "interval:50ms"
threads = 4
[tls]
[retention]
time = "1h"
count = 5
dead_time = "10d"
dead_count = 6
[store]
engine = "postgres"
url_file = "url"
lease = "20s"
[log]
level = "debug"
format = "json"
)",
                                    files({{"url", "postgresql://h/d\n"}}));
    BOOST_TEST(settings.listen.at(1).to_string() == "[::]:80");
    BOOST_TEST(settings.admin.to_string() == "127.0.0.1:81");
    BOOST_TEST(settings.admin_hosts.size() == 2U);
    BOOST_TEST(settings.admin_hosts.back() == "ops.example.com");
    BOOST_TEST(settings.data == "/var/lib/sluice");
    BOOST_TEST((settings.durable.interval == 50ms));
    BOOST_TEST(settings.thread_count() == 4U);
    BOOST_TEST(!settings.public_tls);
    BOOST_TEST((settings.keep.time == 1h));
    BOOST_TEST(settings.keep.count == 5U);
    BOOST_TEST((settings.keep.dead_time == 240h));
    BOOST_TEST(settings.keep.dead_count == 6U);
    BOOST_TEST((settings.storage.engine == store_kind::postgres));
    BOOST_TEST(settings.storage.url.reveal() == "postgresql://h/d");
    BOOST_TEST((settings.storage.lease == 20s));
    BOOST_TEST((settings.logging.level == log_level::debug));
    BOOST_TEST((settings.logging.format == log_format::json));
}

BOOST_AUTO_TEST_CASE(listeners_with_port_0_never_collide) {
    auto const settings = load_good("listen = [\"127.0.0.1:0\", \"127.0.0.1:0\"]\n"
                                    "admin = \"127.0.0.1:0\"\n");
    BOOST_TEST(settings.listen.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_process_test
