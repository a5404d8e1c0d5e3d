// The simulated PostgreSQL: claims of keys, as claim_statement and claim_settling do them.
#include "queue/postgres/postgres_error.hpp"
#include "tests/sim/simulated_database.hpp"

namespace sluice::tests {

using queue::claim_standing;
using queue::postgres::postgres_errc;

namespace {

constexpr auto settled = ~queue::claim_turn{0};

} // namespace

// Whether a statement that names a claim finds it in its row. The planted bug names no epoch.
bool simulated_database::is_claim(database_state::claim const& there, log_owner const& by,
                                  queue::claim_turn turn) const {
    if (there.turn != turn) return false;
    return bugs_.claims_without_epoch || (there.log == by.log && there.epoch == by.epoch);
}

void simulated_database::mark_claims(log_owner const& by) {
    std::pair const whose(by.log, by.epoch);
    if (!primary_.owns(by.log, by.epoch) || primary_.claim_marks.contains(whose)) return;
    change_state([whose](database_state& in) { in.claim_marks.try_emplace(whose); }, true);
}

// What stands there, as one statement sees it.
queue::claim_finding simulated_database::find_claim(log_owner const& by,
                                                    queue::claim_job::want const& want) const {
    auto const found = primary_.claims.find(want.name());
    if (found == primary_.claims.end()) return {};
    auto const& there = found->second;
    auto standing = claim_standing::orphaned;
    auto const mark = primary_.claim_marks.find({there.log, there.epoch});
    auto const fence = primary_.fences.find(there.log);
    if (there.log == by.log && there.epoch == by.epoch && there.turn == want.turn) {
        standing = claim_standing::won;
    } else if (mark != primary_.claim_marks.end() && there.turn <= mark->second.decided) {
        standing = claim_standing::counts;
    } else if (fence != primary_.fences.end() && fence->second == there.epoch) {
        standing = claim_standing::undecided;
    }
    return {standing, there.body, there.answer};
}

queue::claim_result simulated_database::claim(log_owner const& by, queue::claim_job const& job) {
    queue::claim_result result;
    if (!primary_.owns(by.log, by.epoch) && !bugs_.claims_without_epoch) {
        result.error = postgres_errc::fenced;
        return result;
    }
    std::pair const whose(by.log, by.epoch);
    auto const mark = primary_.claim_marks.find(whose);
    bool const is_marked = mark != primary_.claim_marks.end();
    bool const is_fresh = is_marked && (mark->second.job < job.number || bugs_.repeats_claim_jobs);
    for (auto const& want : job.wants)
        result.of_wants.push_back(find_claim(by, want));
    if (!is_fresh) {
        confirm(); // its locks are written, and its end is waited for
        return result;
    }
    std::vector<queue::claim_job::want> made;
    for (std::size_t i = 0; i < job.wants.size(); ++i) {
        if (primary_.claims.contains(job.wants[i].name())) continue;
        made.push_back(job.wants[i]);
        result.of_wants[i].standing = claim_standing::won;
    }
    auto decided = job.decided;
    if (bugs_.counts_claims_early && !job.wants.empty()) decided = job.wants.back().turn;
    change_state(
        [this, by, whose, made, decided, number = job.number,
         back = job.given_back](database_state& in) {
            in.claim_marks[whose] = {number, decided};
            for (auto const& each : back) {
                auto const found = in.claims.find(each.name);
                if (found == in.claims.end()) continue;
                bool const is_it = is_claim(found->second, by, each.turn);
                if (is_it) in.claims.erase(found);
            }
            for (auto const& want : made) {
                in.claims[want.name()] = {whose.first, whose.second, want.turn, want.what.body,
                                          want.what.answer};
            }
        },
        true);
    return result;
}

std::vector<queue::undecided_claim>
simulated_database::undecided_claims(log_owner const& of) const {
    std::vector<queue::undecided_claim> all;
    for (auto const& [name, each] : primary_.claims) {
        if (each.log != of.log || each.epoch >= of.epoch) continue;
        auto const mark = primary_.claim_marks.find({each.log, each.epoch});
        bool const is_decided =
            mark != primary_.claim_marks.end() && each.turn <= mark->second.decided;
        if (!is_decided) all.push_back({name, each.epoch, each.turn, each.answer});
    }
    return all;
}

void simulated_database::settle_claims(log_owner const& of,
                                       std::vector<queue::undecided_claim> const& freed) {
    change_state(
        [this, of, freed](database_state& in) {
            for (auto const& each : freed) {
                auto const found = in.claims.find(each.name);
                if (found == in.claims.end()) continue;
                if (is_claim(found->second, {of.log, each.epoch}, each.turn)) {
                    in.claims.erase(found);
                }
            }
            for (auto& [whose, mark] : in.claim_marks)
                if (whose.first == of.log && whose.second < of.epoch) mark.decided = settled;
        },
        true);
}

} // namespace sluice::tests
