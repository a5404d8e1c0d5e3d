#include "gateway/stress/load/stress_message.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

namespace stress_message_test {

using namespace sluice::gateway::stress;

BOOST_AUTO_TEST_SUITE(stress_message)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again) {
    std::string body = "old";
    for (std::size_t const size : {0u, 10u, 300u, 5000u}) {
        write_message(body, {4'000'000'000'000, 77, "ab12"}, size);
        auto const read = read_message(body);
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST(read->number == 4'000'000'000'000u);
        BOOST_TEST(read->key == 77u);
        BOOST_TEST(read->run == "ab12");
        if (size >= 300) BOOST_TEST(body.size() == size);
        boost::system::error_code ec;
        boost::json::parse(body, ec);
        BOOST_TEST(!ec.failed());
    }
}

BOOST_AUTO_TEST_CASE(other_bodies_are_not_taken_for_messages) {
    for (auto const* other :
         {"", "{}", "{\"n\":", "{\"n\":x", "{\"n\":1}", "{\"n\":1,\"run\":\"a", "hello",
          "{\"n\":1,\"run\":\"a\",\"key\":", "{\"n\":-1,\"run\":\"a\",\"key\":1"})
        BOOST_TEST(!read_message(other).has_value(), other);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stress_message_test
