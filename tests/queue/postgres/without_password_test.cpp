#include "queue/postgres/without_password.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace without_password_test {

using sluice::queue::postgres::message_without_password;
using sluice::queue::postgres::without_password;

namespace {

struct shown {
    std::string_view written;
    std::string_view expected;
};

} // namespace

BOOST_AUTO_TEST_SUITE(without_password_)

BOOST_AUTO_TEST_CASE(urls_keep_everything_but_their_secrets) {
    for (auto const& each : std::vector<shown>{
             {"postgresql://h/d", "postgresql://h/d"},
             {"postgresql://u@h:5432/d", "postgresql://u@h:5432/d"},
             {"postgresql://u:pw@h,g:5433/d?target_session_attrs=read-write",
              "postgresql://u:***@h,g:5433/d?target_session_attrs=read-write"},
             {"postgres://u:p%40w@h/d", "postgres://u:***@h/d"},
             {"postgresql://u:p:w@h/d", "postgresql://u:***@h/d"},
             {"postgresql://u:p@w@h/d", "postgresql://u:***@h/d"},
             {"postgresql://u:p?w@h/d", "postgresql://u:***@h/d"},
             {"postgresql://u:p/w@h/d", "postgresql://u:***@h/d"},
             {"postgresql://h/d?user=u@x&password=p@w", "postgresql://h/d?user=u@x&password=***"},
             {"postgresql://h/d?Password=pw&sslpassword=pw&sslmode=require",
              "postgresql://h/d?Password=***&sslpassword=***&sslmode=require"},
             {"postgresql://h/d?pass%77ord=pw", "postgresql://h/d?pass%77ord=***"},
         })
        BOOST_TEST(without_password(each.written) == each.expected, each.written);
}

BOOST_AUTO_TEST_CASE(words_keep_everything_but_their_secrets) {
    for (auto const& each : std::vector<shown>{
             {"host=db user=u", "host=db user=u"},
             {"host=db password=pw dbname=d", "host=db password=*** dbname=d"},
             {"host=db password = pw dbname=d", "host=db password = *** dbname=d"},
             {"password\t=\n'quo ted' host=db", "password\t=\n*** host=db"},
             {R"(password='quo \' ted' host=db)", "password=*** host=db"},
             {R"(password=quo\ ted host=db)", "password=*** host=db"},
             {R"(password='quo \\' host=db)", "password=*** host=db"},
             {"password='' host=db", "password=*** host=db"},
             {"host='password=x' user=u", "host='password=x' user=u"},
             {"host=db sslpassword=pw", "host=db sslpassword=***"},
             {"PASSWORD=pw host=db", "PASSWORD=*** host=db"},
             {"user=u password=p://w@h", "user=u password=***"},
         })
        BOOST_TEST(without_password(each.written) == each.expected, each.written);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_left_out) {
    for (auto const& each : std::vector<shown>{
             {"password=quo ted dbname=d", "password=*** ***"},
             {"password='quo ted", "password=***"},
             {"password='quo'ted host=db", "password=******"},
             {"password=pw\\", "password=***"},
             {"sesame", "***"},
             {"", ""},
         })
        BOOST_TEST(without_password(each.written) == each.expected, each.written);
}

BOOST_AUTO_TEST_CASE(messages_quote_no_piece_of_a_password) {
    BOOST_TEST(message_without_password("missing \"=\" after \"ted\" in connection info string",
                                        "host=db password=quo ted") ==
               "missing \"=\" after \"***\" in connection info string");
    BOOST_TEST(message_without_password("invalid port number: \"p\"", "postgresql://u:p/w@h/d") ==
               "invalid port number: \"***\"");
    BOOST_TEST(message_without_password("database \"d\" does not exist at \"h\", it says",
                                        "postgresql://u:pw@h/d") ==
               "database \"d\" does not exist at \"h\", it says");
    BOOST_TEST(message_without_password("role \"root\" is not \"there", "host=h password=pw") ==
               "role \"root\" is not \"there");
}

BOOST_AUTO_TEST_CASE(another_mark_may_stand_for_the_secret) {
    BOOST_TEST(without_password("host=db password=pw", "<gone>") == "host=db password=<gone>");
    BOOST_TEST(without_password("postgresql://u:pw@h?password=pw", "<gone>") ==
               "postgresql://u:<gone>@h?password=<gone>");
}

BOOST_AUTO_TEST_CASE(long_ones_are_read_as_well) {
    std::string const text = "password=" + std::string(4'000'000, 'x') + " host=db";
    BOOST_TEST(without_password(text) == "password=*** host=db");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace without_password_test
