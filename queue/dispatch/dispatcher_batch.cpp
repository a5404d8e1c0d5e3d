// Attempts that carry several tasks, on their way out and back.
#include "queue/dispatch/dispatcher.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

// Calls `visit(attempt&)` for each task of a request.
template <class Attempt, class Visit>
void for_each_task(Attempt& a, Visit&& visit) {
    visit(a);
    for (auto& companion : a.companions)
        visit(companion);
}

template <class Test>
bool any_task(attempt const& a, Test&& test) {
    return test(a) || std::any_of(a.companions.begin(), a.companions.end(), test);
}

} // namespace

// Their times and their company must be durable before they are sent.
void dispatcher::prepare_batch(attempt&& a, instant now) {
    a.is_watched = any_task(a, [&](attempt const& t) { return watchers_.contains(t.id); });
    bool const is_stale = any_task(a, [&](attempt const& t) {
        return !t.is_render_time_new && rendering_ &&
               rendering_->is_stale(t.account, t.rendered_at, now.wall);
    });
    bool const is_new = any_task(a, [](attempt const& t) { return t.is_render_time_new; });
    if (!is_stale && !is_new && !a.is_batch_new) return fetch_batch(std::move(a));
    if (is_stale && a.may_be_taken_already) {
        outcome passed;
        passed.verdict = verdict::final_failure;
        passed.cause = cause::render;
        passed.detail = "start-time passed";
        return finish_attempt(a, std::move(passed), now);
    }
    sequence last = 0;
    for_each_task(a, [&](attempt& t) {
        if (is_stale) t.rendered_at = now.wall;
        last = settle(started{t.id, t.rendered_at, a.batch}, now, true);
    });
    ++held_attempts_;
    waiting_.when_safe(last, [this, a = std::move(a)](boost::system::error_code ec) mutable {
        --held_attempts_;
        if (ec) return engine_.put_back(a, clock_.now());
        fetch_batch(std::move(a));
    });
}

struct dispatcher::fetching {
    attempt what;
    std::size_t missing = 0;
    bool has_moved = false; // a record was copied forward while it was read
    boost::system::error_code failed;
};

void dispatcher::fetch_batch(attempt&& a) {
    auto const work = std::make_shared<fetching>();
    work->what = std::move(a);
    std::vector<attempt*> without;
    for_each_task(work->what, [&](attempt& t) {
        if (!t.payload) without.push_back(&t);
    });
    if (without.empty()) return hand_out_late(std::move(work->what));
    ++held_attempts_;
    work->missing = without.size();
    for (attempt* const t : without) {
        journal_.read(t->where, [this, work, t](boost::system::result<shared_bytes> bytes) {
            if (bytes) {
                t->payload = std::move(*bytes);
            } else if (has_moved(*t)) {
                work->has_moved = true;
            } else {
                work->failed = bytes.error();
            }
            if (--work->missing == 0) end_fetching(*work);
        });
    }
}

bool dispatcher::has_moved(attempt const& task) const {
    auto const now_at = engine_.find(task.id);
    return now_at && (now_at->where.segment != task.where.segment ||
                      now_at->where.offset != task.where.offset);
}

void dispatcher::end_fetching(fetching& work) {
    --held_attempts_;
    if (work.has_moved) return engine_.put_back(work.what, clock_.now());
    if (!work.failed) return hand_out_late(std::move(work.what));
    // The engine sends each by itself: the one that cannot be read is found so.
    outcome unreadable;
    unreadable.verdict = verdict::final_failure;
    unreadable.cause = cause::render;
    unreadable.detail = "a message cannot be read back: " + work.failed.message();
    events_.on_storage_failed("read", work.failed);
    finish_attempt(work.what, std::move(unreadable), clock_.now());
}

void dispatcher::show_watchers(attempt const& done, outcome const& result) {
    if (watchers_.empty()) return;
    bool const has_calls = result.calls.size() == done.companions.size() + 1;
    std::size_t i = 0;
    for_each_task(done, [&](attempt const& t) {
        outcome const& own = has_calls ? result.calls[i++] : result;
        if (auto found = watchers_.find(t.id); found != watchers_.end()) found->second.last = own;
    });
}

} // namespace sluice::queue
