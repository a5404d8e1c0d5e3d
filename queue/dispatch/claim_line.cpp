#include "queue/dispatch/claim_line.hpp"

#include "queue/core/error.hpp"
#include "queue/core/task_keys.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <utility>

namespace sluice::queue {

namespace {

std::uint64_t bytes_of(std::vector<claim_job::want> const& keys) {
    std::uint64_t bytes = 0;
    for (auto const& key : keys)
        bytes += key.what.answer.size();
    return bytes;
}

} // namespace

// --- calls --------------------------------------------------------------------------------------

void claim_line::ask(call&& one) {
    waiting next;
    for_each_key(one.what.tasks, [&](idempotency const& key, bool is_content) {
        auto& want = next.keys.emplace_back(claim_job::want{0, is_content, key});
        if (want.what.lifetime.count() == 0) want.what.lifetime = options_.lifetime;
        return true;
    });
    next.one = std::move(one);
    waiting_.push_back(std::move(next));
}

std::vector<claim_line::call> claim_line::give_up(mono_time before) {
    std::vector<call> all;
    auto const take = [&](waiting& each) {
        if (each.is_given_up || each.one.since > before) return;
        each.is_given_up = true;
        all.push_back(std::move(each.one));
    };
    std::ranges::for_each(waiting_, take);
    std::erase_if(waiting_, [](waiting const& each) { return each.is_given_up; });
    std::ranges::for_each(asked_, take); // the job under way names them
    return all;
}

// --- jobs ---------------------------------------------------------------------------------------

claim_turn claim_line::decided() const {
    return open_.empty() ? last_turn_ : open_.begin()->first - 1;
}

bool claim_line::fits(waiting const& one, claim_job const& job, std::uint64_t bytes) const {
    if (job.wants.empty()) return true;
    return job.wants.size() + one.keys.size() <= options_.most_keys &&
           bytes + bytes_of(one.keys) <= options_.most_bytes;
}

// When there is something to be carried out.
mono_time claim_line::due_at() const {
    auto due = mono_time::max();
    for (auto const& each : waiting_)
        due = std::min(due, each.next);
    if (!given_back_.empty()) due = mono_time::min();
    if (sent_at_ == mono_time::min()) return due;
    if (decided() > said_) due = std::min(due, sent_at_ + options_.tell_decided);
    return std::max(due, sent_at_ + options_.gather);
}

std::optional<claim_job> claim_line::next_job(mono_time now) {
    if (out_since_ || has_failed_ || due_at() > now) return std::nullopt;
    claim_job job;
    job.number = ++jobs_;
    job.given_back = std::exchange(given_back_, {});
    for (auto const& back : job.given_back)
        open_.erase(back.turn);
    std::set<claim_name> names;
    for (auto const& back : job.given_back)
        names.insert(back.name); // wanted again: not in the statement that takes it away
    std::uint64_t bytes = 0;
    std::deque<waiting> later;
    for (auto& each : waiting_) {
        bool const is_twice = std::ranges::any_of(
            each.keys, [&](claim_job::want const& key) { return names.contains(key.name()); });
        if (is_twice || each.next > now || !fits(each, job, bytes)) {
            later.push_back(std::move(each));
            continue;
        }
        auto& open = open_[++last_turn_];
        for (auto& key : each.keys) {
            key.turn = last_turn_;
            names.insert(key.name());
            open.push_back(key.name());
            job.wants.push_back(key);
        }
        bytes += bytes_of(each.keys);
        asked_.push_back(std::move(each));
    }
    waiting_ = std::move(later);
    job.decided = decided();
    out_since_ = sent_at_ = now;
    ++counts_.jobs;
    return job;
}

std::vector<claim_line::verdict> claim_line::finish(claim_job const& job, claim_result&& result,
                                                    mono_time now) {
    out_since_.reset();
    std::vector<verdict> all;
    auto asked = std::exchange(asked_, {});
    if (result.error) {
        has_failed_ = true;
        std::ranges::move(std::exchange(waiting_, {}), std::back_inserter(asked));
        for (auto& each : asked) {
            if (!each.is_given_up) all.push_back({std::move(each.one), errc::store_away, 0, {}});
        }
        return all;
    }
    said_ = job.decided;
    std::span<claim_finding> found(result.of_wants);
    for (auto& each : asked) {
        auto const own = found.first(each.keys.size());
        found = found.subspan(each.keys.size());
        judge(std::move(each), own, now, all);
    }
    return all;
}

// The first key that is not free decides, as in the engine.
void claim_line::judge(waiting&& one, std::span<claim_finding> found, mono_time now,
                       std::vector<verdict>& into) {
    auto const turn = one.keys.front().turn;
    std::vector<claim_name> won;
    std::optional<std::size_t> met;
    for (std::size_t i = 0; i < found.size(); ++i) {
        bool const is_won = found[i].standing == claim_standing::won;
        if (is_won) won.push_back(one.keys[i].name());
        if (!is_won && !met) met = i;
    }
    counts_.won += won.size();
    if (!met && !one.is_given_up) return into.push_back({std::move(one.one), {}, turn, {}});
    put_back(turn, won);
    if (one.is_given_up) return;
    auto& first = found[*met];
    auto const& key = one.keys[*met];
    auto const decide = [&](errc why) {
        ++counts_.met;
        into.push_back({std::move(one.one), why, 0, std::move(first.answer)});
    };
    if (first.standing != claim_standing::unseen && first.body != key.what.body) {
        return decide(errc::key_conflict);
    }
    if (first.standing == claim_standing::counts) return decide(errc::duplicate_key);
    if (first.standing == claim_standing::orphaned) return decide(errc::key_orphaned);
    if (now - one.one.since >= options_.patience) {
        return decide(key.is_content ? errc::content_in_progress : errc::key_in_progress);
    }
    one.next = now + options_.ask_again;
    waiting_.push_back(std::move(one));
}

// --- claims -------------------------------------------------------------------------------------

void claim_line::put_back(claim_turn turn, std::vector<claim_name> const& names) {
    if (names.empty()) {
        open_.erase(turn);
        return;
    }
    open_[turn] = names;
    for (auto const& name : names)
        given_back_.push_back({turn, name});
    counts_.given_back += names.size();
}

void claim_line::count(claim_turn turn) {
    open_.erase(turn);
}

void claim_line::give_back(claim_turn turn) {
    auto const found = open_.find(turn);
    if (found == open_.end()) return;
    put_back(turn, std::vector<claim_name>(found->second));
}

// --- looking ------------------------------------------------------------------------------------

std::optional<mono_time> claim_line::next_wakeup() const {
    if (out_since_ || has_failed_) return std::nullopt;
    auto const due = due_at();
    if (due == mono_time::max()) return std::nullopt;
    return due;
}

std::chrono::milliseconds claim_line::age(mono_time now) const {
    if (!out_since_) return {};
    return std::chrono::floor<std::chrono::milliseconds>(now - *out_since_);
}

bool claim_line::is_stalled(mono_time now) const {
    return has_failed_ || age(now) > options_.stall_after;
}

bool claim_line::is_idle() const {
    bool const is_said = open_.empty() && given_back_.empty() && said_ == last_turn_;
    return has_failed_ || (!out_since_ && waiting_.empty() && is_said);
}

} // namespace sluice::queue
