#include "gateway/server/method.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace method_test {

using namespace sluice::gateway::server;

BOOST_AUTO_TEST_SUITE(method)

BOOST_AUTO_TEST_CASE(every_method_that_allow_names_is_allowed) {
    std::string_view rest = allowed_methods;
    int methods = 0;
    while (!rest.empty()) {
        auto const name = rest.substr(0, rest.find(','));
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(check_method(name).status == 0);
        }
        rest.remove_prefix(std::min(rest.size(), name.size() + 2));
        ++methods;
    }
    BOOST_TEST(methods == 7);
}

BOOST_AUTO_TEST_CASE(others_are_refused_by_kind) {
    BOOST_TEST(check_method("CONNECT").status == 405);
    BOOST_TEST(check_method("TRACE").status == 405);
    for (std::string_view unknown : {"", "get", "Post", "GETT", "GE", "PROPFIND", "PRI"}) {
        BOOST_TEST_CONTEXT(unknown) {
            BOOST_TEST(check_method(unknown).status == 501);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace method_test
