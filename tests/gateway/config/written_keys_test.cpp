#include "gateway/config/written_keys.hpp"
#include "tests/gateway/config/support.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::written_keys_test {
namespace {

constexpr std::string_view base = R"(
threads = 2
[limits]
body = "1KiB"
[[account]]
id = "163"
allow_from = ["10.0.0.0/8"]
[[destination]]
name = "crm"
url = "https://example.com/"
retry = { jitter = 0.2 }
)";

std::string with(std::string_view from, std::string_view to) {
    std::string text(base);
    auto const at = text.find(from);
    BOOST_REQUIRE(at != text.npos);
    return text.replace(at, from.size(), to);
}

std::vector<std::string> changes(std::string_view before, std::string_view after) {
    return changed_keys(load_good(before).written, load_good(after).written);
}

using list = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(written_keys_)

BOOST_AUTO_TEST_CASE(the_same_file_changes_nothing) {
    BOOST_TEST(changes(base, base) == list{}, boost::test_tools::per_element());
    BOOST_TEST(changes("", "") == list{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_change_is_named_by_table_and_key) {
    struct row {
        std::string after;
        std::string change;
    };
    for (auto const& [after, change] : {
             row{with("threads = 2", "threads = 3"), "threads"},
             row{with("body = \"1KiB\"", "body = \"2KiB\"\nuri = \"1KiB\""), "limits: body, uri"},
             row{with("jitter = 0.2", "jitter = 0.3"), "destination crm: retry.jitter"},
             row{with("url = \"https://example.com/\"\n",
                      "url = \"https://example.com/\"\nrate = 5\n"),
                 "destination crm: rate"},
             row{with("[\"10.0.0.0/8\"]", "[\"10.0.0.0/8\", \"::1\"]"), "account 163: allow_from"},
             row{std::string(base) + "[[account]]\nid = \"7\"\n", "account 7 is new"},
             row{std::string(base) + "[log]\nlevel = \"info\"\n", "log: level"},
         }) {
        BOOST_TEST(changes(base, after) == list{change}, boost::test_tools::per_element());
    }
    auto const renamed = with("\"crm\"", "\"crm2\"");
    BOOST_TEST(changes(base, renamed) ==
                   (list{"destination crm is gone", "destination crm2 is new"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(another_place_in_the_file_is_no_change) {
    std::string const one = "[[account]]\nid = \"1\"\n";
    std::string const two = "[[account]]\nid = \"2\"\n";
    BOOST_TEST(changes(one + two, two + one) == list{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_content_of_a_named_file_counts) {
    std::string const text = "[[account]]\nid = \"1\"\nsecrets_file = \"one.secret\"\n";
    auto const holding = [](char letter) {
        return [letter](std::string const&) -> boost::system::result<std::string> {
            return std::string(64, letter);
        };
    };
    auto const before = load_good(text, holding('a')).written;
    BOOST_TEST(changed_keys(before, load_good(text, holding('b')).written) ==
                   list{"account 1: secrets_file"},
               boost::test_tools::per_element());
    BOOST_TEST(changed_keys(before, load_good(text, holding('a')).written).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::written_keys_test
