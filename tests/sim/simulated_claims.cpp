#include "tests/sim/simulated_claims.hpp"

#include "queue/postgres/postgres_error.hpp"

#include <utility>

namespace sluice::tests {

using namespace std::chrono_literals;

simulated_claims::simulated_claims(simulated_database& db, std::mt19937_64& random,
                                   true_time const& now, bool const& is_cut, log_owner const& own,
                                   completion done)
    : db_(db)
    , random_(random)
    , now_(now)
    , is_cut_(is_cut)
    , own_(own)
    , done_(std::move(done)) {}

bool simulated_claims::step() {
    if (!job_ || is_cut_ || db_.is_away() || now_ < not_before_) return false;
    if (generation_ != db_.generation()) {
        db_.mark_claims(own_);
        generation_ = db_.generation();
    }
    auto const draw = is_calm_ ? 99 : random_() % 100;
    if (draw < 6) { // on the way for long; given up, and sent again
        auto const after = std::chrono::milliseconds(random_() % 9000);
        db_.run_later(after, [&db = db_, own = own_, job = *job_] { (void)db.claim(own, job); });
        not_before_ = now_ + (draw < 3 ? 0ms : 1000ms);
        return false;
    }
    auto result = db_.claim(own_, *job_);
    if (draw < 12) { // the answer is lost
        generation_ = 0;
        return false;
    }
    auto job = std::exchange(job_, std::nullopt);
    done_(std::move(*job), std::move(result));
    return true;
}

} // namespace sluice::tests
