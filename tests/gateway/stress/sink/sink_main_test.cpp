#include "gateway/stress/sink/sink.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

namespace sink_main_test {

using namespace sluice::gateway::stress;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

struct fixture {
    sluice::gateway::stress::sink_options options;

    fixture() {
        options.listen.port = 0;
        options.duration = 1ms;
        options.is_quiet = true;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sink_main, fixture)

BOOST_AUTO_TEST_CASE(it_ends_well_when_its_time_is_over) {
    options.threads = 2;
    BOOST_TEST(sluice::gateway::stress::sink_main(options) == 0);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_69) {
    asio::io_context io;
    asio::ip::tcp::acceptor const taken(io, {asio::ip::address_v4::loopback(), 0});
    options.listen.port = taken.local_endpoint().port();
    BOOST_TEST(sluice::gateway::stress::sink_main(options) == 69);
}

BOOST_AUTO_TEST_CASE(a_record_file_that_cannot_be_opened_is_73) {
    options.record = "/nonexistent/file";
    BOOST_TEST(sluice::gateway::stress::sink_main(options) == 73);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sink_main_test
