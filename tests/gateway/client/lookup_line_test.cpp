#include "gateway/client/lookup_line.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::client::lookup_line_test {
namespace {

constexpr queue::account_id noisy{1};
constexpr queue::account_id quiet{2};

// What is taken until nothing more may be, joined by blanks.
std::string take_all(lookup_line& line) {
    std::string taken;
    while (auto const next = line.take())
        taken += (taken.empty() ? "" : " ") + *next;
    return taken;
}

void add_names(lookup_line& line, queue::account_id who, std::string const& prefix, int count) {
    for (int i = 0; i < count; ++i)
        BOOST_TEST(line.add(prefix + std::to_string(i), who));
}

BOOST_AUTO_TEST_SUITE(lookup_line)

BOOST_AUTO_TEST_CASE(accounts_take_turns) {
    client::lookup_line line({});
    add_names(line, noisy, "n", 4);
    add_names(line, quiet, "q", 2);
    BOOST_TEST(take_all(line) == "n0 q0 n1 q1 n2 n3");
    BOOST_TEST(line.asked() == 6U);
    BOOST_TEST(line.waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(one_account_has_a_bound_of_names_under_way) {
    client::lookup_line line({.max_asked = 10, .max_asked_of_one = 2});
    add_names(line, noisy, "n", 4);
    BOOST_TEST(take_all(line) == "n0 n1");
    add_names(line, quiet, "q", 1);
    BOOST_TEST(take_all(line) == "q0");
    line.done("n0");
    BOOST_TEST(take_all(line) == "n2");
}

BOOST_AUTO_TEST_CASE(all_together_have_a_bound_of_names_under_way) {
    client::lookup_line line({.max_asked = 2});
    add_names(line, noisy, "n", 4);
    BOOST_TEST(take_all(line) == "n0 n1");
    add_names(line, quiet, "q", 1);
    BOOST_TEST(take_all(line) == "");
    line.done("n1");
    line.done("n0");
    BOOST_TEST(take_all(line) == "n2 q0");
}

BOOST_AUTO_TEST_CASE(names_that_wait_are_bounded_by_account_and_in_all) {
    client::lookup_line line({.max_waiting_of_one = 2, .max_waiting = 3});
    add_names(line, noisy, "n", 2);
    BOOST_TEST(!line.add("n2", noisy));
    BOOST_TEST(line.add("n1", noisy)); // it waits already
    add_names(line, quiet, "q", 1);
    BOOST_TEST(!line.add("q1", quiet));
    BOOST_TEST(line.waiting() == 3U);
}

BOOST_AUTO_TEST_CASE(a_name_goes_with_the_first_line_that_it_waits_in) {
    client::lookup_line line({.max_asked_of_one = 1});
    add_names(line, noisy, "n", 3);
    BOOST_TEST(line.add("n2", quiet)); // behind two others there, first here
    BOOST_TEST(line.is_waiting("n2"));
    BOOST_TEST(take_all(line) == "n0 n2");
    BOOST_TEST(!line.is_waiting("n2"));
    BOOST_TEST(line.add("n2", noisy)); // under way: joined
    line.done("n0");
    line.done("n2");
    BOOST_TEST(take_all(line) == "n1");
    line.done("n1");
    BOOST_TEST(line.asked() == 0U);
    BOOST_TEST(line.waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(a_name_that_was_answered_may_be_asked_for_again) {
    client::lookup_line line({});
    line.done("unknown");
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(line.add("n", noisy));
        BOOST_TEST(take_all(line) == "n");
        line.done("n");
        line.done("n");
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::lookup_line_test
