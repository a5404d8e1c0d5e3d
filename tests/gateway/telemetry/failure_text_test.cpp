#include "gateway/telemetry/failure_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace failure_text_test {

namespace queue = sluice::queue;
using sluice::gateway::telemetry::failure_text;

namespace {

std::string text_of(queue::cause cause, std::string detail, std::uint16_t status = 0) {
    queue::outcome o;
    o.cause = cause;
    o.status = status;
    o.detail = std::move(detail);
    return failure_text(o);
}

} // namespace

BOOST_AUTO_TEST_SUITE(failure_text_)

BOOST_AUTO_TEST_CASE(a_status_is_named_once) {
    using enum queue::cause;
    BOOST_TEST(text_of(answered, "answered 404", 404) == "answered 404");
    BOOST_TEST(text_of(answered, "answered 200 with api-response-code 301", 200) ==
               "answered 200 with api-response-code 301");
    BOOST_TEST(text_of(answered, "token endpoint: answered 503", 401) ==
               "HTTP 401: token endpoint: answered 503");
    BOOST_TEST(text_of(answered, {}, 404) == "HTTP 404");
    BOOST_TEST(text_of(connect, "connection refused") == "connect: connection refused");
}

BOOST_AUTO_TEST_CASE(numbers_are_taken_out) {
    BOOST_TEST(text_of(queue::cause::answered, "answered 404 for +79261234512", 404) ==
               "answered 404 for +7******12");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace failure_text_test
