// What callers see of links that another gateway has just made, before memory knows them.
#include "tests/gateway/endpoints/whole_front.hpp"
#include "tests/postgres/tables/postgres_maker.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace sluice::gateway::tables::test::shared_links_test {

namespace {

constexpr std::string_view settings = R"(
[[account]]
id = "163"
allow_http = true
secrets = ["0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]
)";

struct one_gateway : tests::whole_front {
    one_gateway()
        : whole_front(settings)
        , postgres(static_cast<postgres_maker&>(maker())) {}

    // As another gateway does, but that nobody is told.
    void make_link(std::string const& code) {
        postgres.sql("INSERT INTO sluice.link VALUES ('" + code + "', decode(md5('" + code +
                     "'), 'hex'), '163', 'https://far.example/', 0)");
    }

    postgres_maker& postgres;
};

constexpr char authorised[] =
    "Authorization: Bearer 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(shared_links, one_gateway)

BOOST_AUTO_TEST_CASE(a_fresh_link_is_followed_and_an_unknown_one_is_404) {
    make_link("BEK4YYnx");
    auto const followed = ask({"GET", "/BEK4YYnx"});
    BOOST_TEST(followed.header("Location") == "https://far.example/");
    BOOST_TEST(ask({"GET", "/BEK4YYny"}).status == 404);
    auto const link = link_code::parse("BEK4YYnx").value();
    BOOST_TEST(tables->clicks_of(link).total == 1U);
}

BOOST_AUTO_TEST_CASE(a_fresh_link_is_shown_to_its_account) {
    make_link("BEK4YYnx");
    auto const shown = ask({"GET", "/v1/links/BEK4YYnx", authorised});
    BOOST_TEST(shown.status == 200);
    BOOST_TEST(ask({"GET", "/v1/links/BEK4YYny", authorised}).status == 404);
}

BOOST_AUTO_TEST_CASE(nobody_is_told_404_while_it_is_not_known) {
    postgres.cut_off();
    auto const answer = ask({"GET", "/BEK4YYnx"});
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.header("Retry-After") == "1");
    postgres.let_in();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::shared_links_test
