#include "gateway/admin/calls.hpp"

#include <boost/test/unit_test.hpp>

namespace token_test {

namespace admin = sluice::gateway::admin;
using sluice::gateway::config::secret;

namespace {

int status_of(std::optional<secret> const& token, std::string_view authorization, bool changes) {
    auto const may = admin::check_token(token, authorization, changes);
    return may ? 200 : may.error().status;
}

} // namespace

BOOST_AUTO_TEST_SUITE(token)

BOOST_AUTO_TEST_CASE(every_call_needs_the_token) {
    std::optional<secret> const wanted = secret("s3cret");
    for (bool const changes : {false, true}) {
        BOOST_TEST(status_of(wanted, "Bearer s3cret", changes) == 200);
        BOOST_TEST(status_of(wanted, "bearer s3cret", changes) == 200);
        for (auto const* other : {"", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3cretx",
                                  "Basic s3cret", "s3cret", "Bearer S3CRET"}) {
            BOOST_TEST(status_of(wanted, other, changes) == 401, other);
        }
    }
    BOOST_TEST(admin::check_token(wanted, "", false).error().wants_credentials);
}

BOOST_AUTO_TEST_CASE(without_a_configured_token_nothing_can_be_changed) {
    BOOST_TEST(status_of({}, "", false) == 200);
    BOOST_TEST(status_of({}, "", true) == 403);
    BOOST_TEST(status_of({}, "Bearer anything", true) == 403);
    BOOST_TEST(admin::check_token({}, "", true).error().detail.find("admin_token") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace token_test
