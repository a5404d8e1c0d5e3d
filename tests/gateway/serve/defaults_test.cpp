// Rooms that may not see each other have defaults for the same thing: they are the configuration's.
#include "gateway/config/limits.hpp"
#include "gateway/server/options.hpp"
#include "gateway/tables/tables.hpp"

#include <boost/test/unit_test.hpp>

namespace defaults_test {

using namespace sluice;
using namespace sluice::gateway;

BOOST_AUTO_TEST_SUITE(defaults)

BOOST_AUTO_TEST_CASE(the_server_has_the_limits_of_the_configuration) {
    config::limits const limit;
    server::server_options const server;
    BOOST_TEST(server.header_limit == limit.header_bytes);
    BOOST_TEST(server.uri_limit == limit.uri_bytes);
    BOOST_TEST(server.max_headers == limit.header_count);
    BOOST_TEST(server.body_limit == limit.body_bytes);
    BOOST_TEST(server.pipeline_limit == limit.pipelined_requests);
    BOOST_TEST(server.max_connections == limit.connections);
    BOOST_TEST((server.header_timeout == limit.header_timeout));
    BOOST_TEST((server.request_timeout == limit.request_timeout));
    BOOST_TEST((server.write_timeout == limit.write_timeout));
    BOOST_TEST((server.idle_timeout == limit.idle_timeout));
}

BOOST_AUTO_TEST_CASE(the_tables_have_the_limits_of_the_configuration) {
    config::limits const limit;
    tables::table_limits const rows;
    BOOST_TEST(rows.links == limit.links);
    BOOST_TEST(rows.users == limit.users);
    BOOST_TEST(rows.agents == limit.agents);
    BOOST_TEST(rows.answers == limit.idempotency_keys);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace defaults_test
