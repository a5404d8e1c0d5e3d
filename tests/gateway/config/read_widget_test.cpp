#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::read_widget_test {
namespace {

using namespace std::chrono_literals;

std::string with_widget(std::string_view more) {
    return std::string(account_and_destination)
        .append(
            "[[widget]]\nname = \"w\"\naccount = \"a\"\nurl = \"https://x.io/?c=$flow.key.c\"\n")
        .append(more);
}

} // namespace

BOOST_AUTO_TEST_SUITE(read_widget)

BOOST_AUTO_TEST_CASE(a_widget_needs_name_account_and_url) {
    auto const widget = load_good(with_widget("")).widgets.at(0);
    BOOST_TEST(widget.method == "GET");
    BOOST_TEST(widget.content_type == "application/json");
    BOOST_TEST(!widget.wait);
    broken const table[] = {
        {"§[[widget]]\naccount = \"a\"\nurl = \"https://x.io/\"\n", "the key \"name\" is missing"},
        {"§[[widget]]\nname = \"w\"\nurl = \"https://x.io/\"\n", "the key \"account\" is missing"},
        {"§[[widget]]\nname = \"w\"\naccount = \"a\"\n", "the key \"url\" is missing"},
        {"[[widget]]\naccount = \"a\"\nurl = \"https://x.io/\"\nname = §\"setAgentBreak\"\n",
         "is the name of a built-in webhook"},
        {"[[widget]]\naccount = \"a\"\nurl = \"https://x.io/\"\nname = §\"..\"\n",
         "must not be a dot segment"},
    };
    expect_broken(table, account_and_destination);
}

BOOST_AUTO_TEST_CASE(the_url_of_a_widget_is_checked) {
    broken const table[] = {
        {"url = §\"https://$flow.key.host/\"\n",
         "must not have a variable in scheme, host or port"},
        {"url = §\"$flow.key.url\"\n", "must not have a variable in scheme, host or port"},
        {"url = §\"https://x.io:$flow.key.port/\"\n", "must not have a variable in scheme"},
        {"url = §\"http://x.io/\"\n", "is a plain http URL"},
        {"url = §\"https://192.168.1.1/\"\n", "the address 192.168.1.1 is private"},
        {"url = \"https://x.io/§WRONG\"\n", "bad template for []"},
    };
    expect_broken(table, std::string(account_and_destination) +
                             "[[widget]]\nname = \"w\"\naccount = \"a\"\n");
}

BOOST_AUTO_TEST_CASE(the_values_of_a_widget_are_checked) {
    broken const table[] = {
        {"method = §\"FETCH\"\n", "must be one of \"GET\", \"HEAD\", \"POST\""},
        {"body = \"{§WRONG}\"\n", "bad template for [application/json]"},
        {"headers = { X = \"a §WRONG\" }\n", "bad template for []"},
        {"content_type = §\"json\"\n", "must be a media type"},
        {"wait = §\"1h\"\n", "must be between 0ms and 5m"},
        {"namespaces = { w = §1 }\n", "must be a string, not a whole number"},
        {"map = { \"$flow.key.t\" = \"/§WRONG\" }\n", "bad mapping of $flow.key.t"},
        {"map = { §t = \"/t\" }\n", "must be a variable such as"},
        {"map = { \"$flow.key.t\" = §{ default = \"x\" } }\n", "path"},
        {"map = { \"$flow.key.t\" = { path = \"/t\", §defualt = \"x\" } }\n",
         "did you mean \"default\"?"},
        {"map = { \"$flow.key.t\" = { path = \"/§WRONG\" } }\n", "bad mapping of $flow.key.t"},
        {"map = { \"$flow.key.t\" = §5 }\n", "must be a string"},
        {"map = §[\"/t\"]\n", "must be a table, not an array"},
        {"map = { §\"$sys.datetime\" = \"/t\" }\n", "must be a variable such as"},
        {"map = { §\"$flow.key.\" = \"/t\" }\n", "must be a variable such as"},
        {"map = { §\"$flow.key.a b\" = \"/t\" }\n", "must be a variable such as"},
        {"namespaces = { §\"1w\" = \"urn:w\" }\n", "must be an XML prefix"},
        {"namespaces = { §\"a:b\" = \"urn:w\" }\n", "must be an XML prefix"},
        {"namespaces = { w = §\"\" }\n", "must be the URI of a namespace"},
        {"retry = { jitter = §2 }\n", "must be between 0 and 1"},
        {"§mehtod = \"GET\"\n", "did you mean \"method\"?"},
    };
    expect_broken(table, with_widget(""));
}

BOOST_AUTO_TEST_CASE(every_key_of_a_widget_can_be_set) {
    auto const widget = load_good(with_widget(R"(method = "POST"
headers = { Accept = "text/xml" }
body = "<a>$flow.key.a</a>"
content_type = "text/xml"
timeout = "3s"
wait = "2s"
retry = { schedule = ["1s"], max_attempts = 2 }
auth = { bearer = "t" }
namespaces = { w = "urn:w" }
map = { "$flow.key.b" = "//w:b", "$flow.key.a" = "//w:a" }
)"))
                            .widgets.at(0);
    BOOST_TEST(widget.method == "POST");
    BOOST_TEST(widget.connection.headers.at(0).second == "text/xml");
    BOOST_TEST(widget.body == "<a>$flow.key.a</a>");
    BOOST_TEST(widget.content_type == "text/xml");
    BOOST_TEST((widget.connection.timeout == 3s));
    BOOST_TEST((widget.wait == 2s));
    BOOST_TEST(widget.retry.max_attempts == 2U);
    BOOST_TEST(widget.map.at(0).variable == "$flow.key.b");
    BOOST_TEST(widget.map.at(1).path == "//w:a");
    BOOST_TEST(!widget.map.at(1).default_.has_value());
}

BOOST_AUTO_TEST_CASE(a_mapped_value_may_have_a_default) {
    auto const widget =
        load_good(with_widget("map = { \"$flow.key.b\" = { path = \"/b\", default = \"\" }, "
                              "\"$flow.key.a\" = \"/a\" }\n"))
            .widgets.at(0);
    BOOST_TEST(widget.map.at(0).path == "/b");
    BOOST_TEST(widget.map.at(0).default_.value() == "");
    BOOST_TEST(widget.map.at(1).path == "/a");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::read_widget_test
