#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_store_test {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(read_store)

constexpr std::string_view postgres =
    "[store]\nengine = \"postgres\"\nurl = \"postgresql://h/d\"\n";

BOOST_AUTO_TEST_CASE(the_store_is_checked) {
    broken const table[] = {
        {"[store]\nengine = §\"mysql\"\n", "must be one of \"embedded\", \"postgres\""},
        {"[store]\nengine = §\"postgres\"\n", "needs \"url\" as well"},
        {"[store]\nlease = §\"1999ms\"\n", "must be between 2s and 10m"},
        {"[store]\nengine = \"postgres\"\nurl = §\"h/d\"\n", "must be a URL like"},
        {"[store]\nengine = \"postgres\"\nurls = §[\"postgresql://h/d\", \"postgresql://i/d\"]\n",
         "names 2 databases, and one is possible: primary and standbys go into one URL with "
         "several hosts (docs/scale.md, \"The database\")"},
        {"[store]\nengine = \"postgres\"\nurl = \"postgresql://h/d\"\nurls = "
         "§\"postgresql://h/d\"\n",
         "cannot stand beside \"url\""},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(the_cluster_is_checked) {
    broken const table[] = {
        {"[cluster]\nname = §\"a b\"\n", "must have 1 to 64 letters"},
        {"[cluster]\nlisten = §\"8082\"\n", "must be an address and a port"},
        {"[cluster]\nlisten = §\"10.0.0.5:8082\"\n", "other members need \"secret_file\""},
        {"[cluster]\nlisten = §\"0.0.0.0:8082\"\nsecret_file = \"good\"\n",
         "needs \"advertise\" as well: nobody can dial 0.0.0.0"},
        {"[cluster]\nlisten = \"127.0.0.1:1\"\nadvertise = §\"10.0.0.5\"\n",
         "must be a host and a port"},
        {"[cluster]\nlisten = \"127.0.0.1:1\"\nadvertise = §\"::1:80\"\n",
         "must be a host and a port"},
        {"[cluster]\nadvertise = §\"gw-1:8082\"\n", "\"listen\" leaves it to the system"},
        {"[cluster]\nsecret_file = §\"short\"\n", "must have 32 characters at least"},
        {"[cluster]\ncertificate = §\"pem\"\nkey = \"pem\"\n", "needs \"ca\" as well"},
        {"[cluster]\nca = §\"pem\"\n", "needs \"certificate\" as well"},
        {"[cluster]\nsecret_file = \"good\"\ncertificate = §\"pem\"\nkey = \"pem\"\nca = \"pem\"\n",
         "cannot stand beside \"secret_file\""},
        {"[cluster]\nrejoin = §\"25h\"\n", "must be between 0ms and 1d"},
    };
    expect_broken(table, postgres, severity::error,
                  files({{"good", "0123456789abcdef0123456789abcdef\n"},
                         {"short", "0123456789abcdef\n"},
                         {"pem", pem().certificate + pem().key}}));
}

BOOST_AUTO_TEST_CASE(a_member_needs_a_name_that_stays) {
    broken const table[] = {
        {"listen = \"127.0.0.1:0\"\n§[store]\nengine = \"postgres\"\nurl = \"postgresql://h/d\"\n",
         "needs [cluster] name as well"},
    };
    expect_broken(table);
}

BOOST_AUTO_TEST_CASE(what_is_odd_but_works_is_a_warning) {
    broken const table[] = {
        {"[store]\nurl = §\"postgresql://h/d\"\n", "has no effect without engine = \"postgres\""},
        {"§[cluster]\nname = \"gw-1\"\n", "has no effect without [store] engine = \"postgres\""},
        {"[store]\nengine = \"postgres\"\nurl = §\"postgresql://g,h/d\"\n",
         "without target_session_attrs=read-write"},
    };
    expect_broken(table, "", severity::warning);
}

BOOST_AUTO_TEST_CASE(a_cluster_is_read_whole) {
    auto const settings = load_good(R"([limits]
unwritten_ends = 7
[store]
engine = "postgres"
urls = ["postgresql://g,h/d?target_session_attrs=read-write"]
lease = "2s"
[cluster]
name = "gw-1"
listen = "0.0.0.0:8082"
advertise = "gw-1.example:8082"
secret_file = "secret"
rejoin = "5s"
)",
                                    files({{"secret", "0123456789abcdef0123456789abcdef\n"}}));
    BOOST_TEST(settings.is_clustered());
    BOOST_TEST(settings.limit.unwritten_ends == 7U);
    BOOST_TEST(settings.storage.url.reveal() ==
               "postgresql://g,h/d?target_session_attrs=read-write");
    BOOST_TEST((settings.storage.lease == 2s));
    BOOST_TEST(settings.member_name() == "gw-1");
    BOOST_TEST(settings.clustering.listen.to_string() == "0.0.0.0:8082");
    BOOST_TEST(settings.clustering.advertise == "gw-1.example:8082");
    BOOST_TEST(settings.clustering.shared_secret->reveal() == "0123456789abcdef0123456789abcdef");
    BOOST_TEST((settings.clustering.rejoin == 5s));
}

BOOST_AUTO_TEST_CASE(certificates_may_stand_in_for_the_secret) {
    auto const settings = load_good("[store]\nengine = \"postgres\"\nurl = \"host=h dbname=d\"\n"
                                    "[cluster]\nlisten = \"10.0.0.5:8082\"\n"
                                    "certificate = \"pem\"\nkey = \"pem\"\nca = \"pem\"\n",
                                    files({{"pem", pem().certificate + pem().key}}));
    BOOST_TEST(settings.clustering.identity->certificate == "pem");
    BOOST_TEST(settings.clustering.authorities == "pem");
    BOOST_TEST(!settings.clustering.shared_secret);
}

BOOST_AUTO_TEST_CASE(on_loopback_nothing_is_needed_but_the_database) {
    auto const settings = load_good(postgres);
    BOOST_TEST(settings.clustering.listen.to_string() == "127.0.0.1:0");
    BOOST_TEST((settings.clustering.rejoin == 60s));
    BOOST_TEST((settings.storage.lease == 15s));
    BOOST_TEST(settings.member_name().ends_with(":8080"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_store_test
