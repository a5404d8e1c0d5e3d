// The shape in which the outbound API's own paths refuse.
#include "gateway/call/outbound_answer.hpp"

#include <boost/test/unit_test.hpp>

namespace outbound_answer_test {

using namespace sluice::gateway;

BOOST_AUTO_TEST_SUITE(outbound_answer)

BOOST_AUTO_TEST_CASE(statuses_have_the_apis_codes_or_keep_their_own) {
    struct row {
        int status;
        unsigned code;
        unsigned answered;
    };
    for (auto const& [status, code, answered] : {
             row{400, 400, 400}, row{401, 202, 401}, row{403, 401, 403}, row{404, 404, 404},
             row{405, 405, 405}, row{406, 406, 406}, row{408, 408, 408}, row{409, 409, 409},
             row{410, 410, 410}, row{413, 303, 413}, row{414, 414, 414}, row{415, 400, 400},
             row{421, 421, 421}, row{422, 210, 422}, row{429, 429, 429}, row{431, 431, 431},
             row{500, 500, 500}, row{501, 501, 501}, row{502, 502, 502}, row{503, 500, 503},
         }) {
        auto const form = call::outbound_form_of(status);
        BOOST_TEST_CONTEXT(status) {
            BOOST_TEST(form.code == code);
            BOOST_TEST(form.status == answered);
            BOOST_TEST(!form.message.empty());
        }
    }
    BOOST_TEST(call::outbound_form_of(404).message == "Not Found");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace outbound_answer_test
