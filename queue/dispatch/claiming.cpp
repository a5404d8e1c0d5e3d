// Calls with a key in a cluster: between being let in and being written their keys are claimed.
#include "queue/core/error.hpp"
#include "queue/dispatch/dispatcher.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace sluice::queue {

void dispatcher::claim_keys(claim_options const& options, claim_runner_factory const& make_runner) {
    claims_.emplace(options);
    claim_runner_ = make_runner([this](claim_job&& job, claim_result&& result) {
        boost::asio::post(core_,
                          [this, job = std::move(job), result = std::move(result)]() mutable {
                              finish_claims(job, std::move(result));
                              turn();
                          });
    });
}

std::chrono::milliseconds dispatcher::store_age(instant now) const {
    auto const claims = claims_ ? claims_->age(now.mono) : std::chrono::milliseconds(0);
    return std::max(journal_.commit_age(now), claims);
}

void dispatcher::claim(port& from, submission&& call, instant now, mono_time since) {
    if (!claims_->is_stalled(now.mono)) return claims_->ask({&from, std::move(call), since});
    engine_.abandon(call.tasks);
    from.answer(call.handler, {errc::store_away, {}});
}

void dispatcher::start_claims(instant now) {
    if (!claims_) return;
    if (auto job = claims_->next_job(now.mono)) claim_runner_->submit(std::move(*job));
}

// What was true when it asked may have changed while it waited.
void dispatcher::finish_claims(claim_job const& job, claim_result&& result) {
    auto const now = clock_.now();
    for (auto& each : claims_->finish(job, std::move(result), now.mono)) {
        auto& [from, call, since] = each.of;
        if (!each.ec && !is_draining_ && !journal_.has_failed()) {
            write_call(*from, std::move(call), each.turn, now);
            continue;
        }
        engine_.abandon(call.tasks);
        if (!each.ec) {
            decide_claim(each.turn, false);
            each.ec = is_draining_ ? errc::stopping : errc::store_away;
        }
        from->answer(call.handler, {each.ec, std::move(each.first_answer)});
    }
    admit_twins(now);
}

void dispatcher::refuse_claiming(std::vector<claim_line::call>&& calls,
                                 boost::system::error_code why) {
    for (auto& [from, call, since] : calls) {
        engine_.abandon(call.tasks);
        from->answer(call.handler, {why, {}});
    }
    if (!calls.empty()) admit_twins(clock_.now());
}

void dispatcher::decide_claim(claim_turn turn, bool is_safe) {
    if (turn == 0) return;
    if (is_safe) {
        claims_->count(turn);
    } else {
        claims_->give_back(turn);
    }
}

} // namespace sluice::queue
