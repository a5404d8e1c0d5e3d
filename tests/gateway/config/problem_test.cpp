#include "gateway/config/problem.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::config::test::problem_test {

BOOST_AUTO_TEST_SUITE(problem)

BOOST_AUTO_TEST_CASE(a_problem_prints_as_compilers_do) {
    using config::problem;
    BOOST_TEST((problem{"f", 3, 7, "a.b", "is bad"}.to_string()) == "f:3:7: a.b: is bad");
    BOOST_TEST((problem{"f", 3, 0, "", "is bad"}.to_string()) == "f:3: is bad");
    BOOST_TEST((problem{"f", 0, 0, "", "is bad"}.to_string()) == "f: is bad");
    BOOST_TEST((problem{"f", 1, 2, "k", "is odd", severity::warning}.to_string()) ==
               "f:1:2: warning: k: is odd");
}

BOOST_AUTO_TEST_CASE(warnings_are_no_errors) {
    problem_list list;
    BOOST_TEST(!has_errors(list));
    list.push_back({"f", 1, 1, "", "odd", severity::warning});
    BOOST_TEST(!has_errors(list));
    list.push_back({"f", 1, 1, "", "bad", severity::error});
    BOOST_TEST(has_errors(list));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::config::test::problem_test
