#include "gateway/server/problem.hpp"

#include <boost/test/unit_test.hpp>

namespace problem_test {

namespace server = sluice::gateway::server;

BOOST_AUTO_TEST_SUITE(problem)

BOOST_AUTO_TEST_CASE(writes_rfc_9457_json) {
    std::string out;
    server::write_problem_json({414, "Say \"less\"."}, out);
    BOOST_TEST(out == R"({"type":"about:blank","title":"URI Too Long","status":414,)"
                      R"("detail":"Say \"less\"."})");
}

BOOST_AUTO_TEST_CASE(status_zero_is_no_problem) {
    BOOST_TEST(!server::refusal{});
    BOOST_TEST(static_cast<bool>(server::refusal{400, ""}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace problem_test
