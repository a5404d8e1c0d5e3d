#include "gateway/intake/own_answer.hpp"

#include "gateway/tables/error.hpp"

namespace sluice::gateway::intake {

call::refusal refused_by_tables(boost::system::error_code ec) {
    using tables::errc;
    call::refusal r{.status = 500, .detail = ec.message()};
    if (ec.category() != tables::tables_category()) return r;
    switch (static_cast<errc>(ec.value())) {
    case errc::disk_full:
    case errc::table_full:
        r.status = 503, r.retry_after = std::chrono::seconds(5);
        break;
    case errc::overloaded:
        r.status = 503, r.retry_after = std::chrono::seconds(1);
        break;
    case errc::stopping:
        r.status = 503, r.retry_after = std::chrono::seconds(2);
        break;
    case errc::too_many_keys:
    case errc::too_many_plans:
    case errc::key_conflict:
    case errc::answer_too_long:
        r.status = 422;
        break;
    case errc::unknown_agent:
        r.status = 404;
        break;
    case errc::outcome_unknown:
    case errc::damaged:
    case errc::newer_version:
    case errc::cannot_open:
        break;
    }
    return r;
}

} // namespace sluice::gateway::intake
