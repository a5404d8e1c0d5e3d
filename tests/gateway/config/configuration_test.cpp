#include "gateway/config/configuration.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::configuration_test {

BOOST_AUTO_TEST_SUITE(configuration)

BOOST_AUTO_TEST_CASE(the_default_listens_on_loopback_and_knows_nobody) {
    config::configuration const settings;
    BOOST_REQUIRE_EQUAL(settings.listen.size(), 1U);
    BOOST_TEST(settings.listen[0].to_string() == "127.0.0.1:8080");
    BOOST_TEST(settings.admin.to_string() == "127.0.0.1:8081");
    BOOST_TEST(settings.data == "./data");
    BOOST_TEST((settings.durable.mode == durability_mode::fsync));
    BOOST_TEST(settings.accounts.empty());
    BOOST_TEST(settings.trusted_proxies.empty());
    BOOST_TEST(!settings.admin_is_public());
    BOOST_TEST(!settings.admin_is_exposed());
}

BOOST_AUTO_TEST_CASE(there_is_one_thread_at_least) {
    config::configuration settings;
    BOOST_TEST(settings.thread_count() >= 1U);
    settings.threads = 3;
    BOOST_TEST(settings.thread_count() == 3U);
}

BOOST_AUTO_TEST_CASE(the_admin_listener_knows_when_it_is_open) {
    config::configuration settings;
    settings.admin = settings.listen[0];
    BOOST_TEST(settings.admin_is_public());
    settings.admin = listen_address::parse("0.0.0.0:9").value();
    BOOST_TEST(settings.admin_is_exposed());
    settings.admin_token = secret("t");
    BOOST_TEST(!settings.admin_is_exposed());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::configuration_test
