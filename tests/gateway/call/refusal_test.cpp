// What errors of the queue and the tables mean for a call.
#include "gateway/call/refusal.hpp"
#include "gateway/tables/error.hpp"
#include "queue/core/error.hpp"

#include <boost/test/unit_test.hpp>

namespace refusal_test {

using namespace sluice;
using gateway::call::refused_by;

BOOST_AUTO_TEST_SUITE(refusal)

BOOST_AUTO_TEST_CASE(errors_of_both_floors_have_their_statuses) {
    using in_queue = queue::errc;
    using in_tables = gateway::tables::errc;
    struct row {
        boost::system::error_code what;
        int status;
        int retry_after; // 0: none
    };
    for (auto const& [what, status, retry_after] : {
             row{in_queue::queue_full, 503, 5},
             row{in_queue::disk_full, 503, 5},
             row{in_queue::overloaded, 503, 1},
             row{in_queue::stopping, 503, 2},
             row{in_queue::key_conflict, 422, 0},
             row{in_queue::key_in_progress, 409, 1},
             row{in_queue::content_in_progress, 503, 1},
             row{in_queue::key_orphaned, 503, 1},
             row{in_queue::too_far_ahead, 422, 0},
             row{in_queue::unknown_task, 404, 0},
             row{in_queue::wrong_state, 409, 0},
             row{in_queue::outcome_unknown, 500, 0},
             row{in_tables::table_full, 503, 5},
             row{in_tables::too_many_plans, 422, 0},
             row{in_tables::unknown_agent, 404, 0},
             row{in_tables::outcome_unknown, 500, 0},
             row{in_tables::damaged, 500, 0},
             row{boost::system::errc::make_error_code(boost::system::errc::io_error), 500, 0},
         }) {
        auto const why = refused_by(what);
        BOOST_TEST_CONTEXT(what.message()) {
            BOOST_TEST(why.status == status);
            BOOST_TEST((why.retry_after ? why.retry_after->count() : 0) == retry_after);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_gateway_that_stops_says_so_where_refusals_are_counted) {
    using gateway::telemetry::refusal_reason;
    BOOST_TEST((refused_by(queue::errc::stopping).reason == refusal_reason::draining));
    BOOST_TEST((refused_by(gateway::tables::errc::stopping).reason == refusal_reason::draining));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace refusal_test
