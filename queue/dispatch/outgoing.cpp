#include "queue/dispatch/outgoing.hpp"

#include <algorithm>
#include <utility>

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

// It ends here, without having been sent.
outcome not_sent(std::string why) {
    outcome ended;
    ended.verdict = verdict::final_failure;
    ended.cause = cause::render;
    ended.detail = std::move(why);
    return ended;
}

} // namespace

std::size_t outgoing::room() const {
    std::size_t room = 0;
    for (auto const& each : at_.ports)
        room += each->room();
    return room > held_ ? room - held_ : 0;
}

bool outgoing::hand_out_due(instant now) {
    if (!may_send()) return false;
    auto const most = std::min(room(), turn_limit);
    due_.clear();
    expired_.clear();
    at_.state.take_due(now, most, due_, expired_);
    unread_.clear();
    at_.state.take_unread(unread_);
    for (auto const& each : unread_)
        read_payload(each);
    for (auto& r : expired_)
        loop_.settle(std::move(r), now);
    for (auto& a : due_)
        prepare(std::move(a), now);
    return most > 0 && due_.size() == most;
}

// The task waits beside its line meanwhile; the turn after the disk's answer goes on with it.
void outgoing::read_payload(engine::unread const& of) {
    ++reads_;
    at_.journal.read(of.where, [this, of](boost::system::result<shared_bytes> bytes) {
        --reads_;
        auto const now = at_.time.now();
        if (bytes) return at_.state.payload_read(of, std::move(*bytes), now);
        auto lost = at_.state.payload_lost(of, bytes.error().message(), now);
        if (!lost) return;
        at_.events.on_storage_failed("read", bytes.error());
        loop_.settle(std::move(*lost), now);
    });
}

void outgoing::prepare(attempt&& a, instant now) {
    a.is_watched = any_task(a, [&](attempt const& t) { return at_.watchers.has(t.id); });
    bool const is_new = any_task(a, [](attempt const& t) { return t.is_render_time_new; });
    bool const is_stale = any_task(a, [&](attempt const& t) { return this->is_stale(t, now); });
    if (is_stale && a.may_be_taken_already) {
        return loop_.finish_attempt(a, not_sent("start-time passed"), now);
    }
    if (is_stale) for_each_task(a, [&](attempt& t) { t.rendered_at = now.wall; });
    if (is_new || is_stale || a.is_batch_new) return make_durable(std::move(a), now);
    if (!a.companions.empty()) return fetch(std::move(a));
    hand_out(std::move(a));
}

bool outgoing::is_stale(attempt const& a, instant now) const {
    return rendering_ && a.rendered_at != wall_time{} && !a.is_render_time_new &&
           rendering_->is_stale(a.account, a.rendered_at, now.wall);
}

// Its times and its company must be safe on the disk before it is sent.
void outgoing::make_durable(attempt&& a, instant now) {
    std::optional<appended> last;
    for_each_task(a, [&](attempt& t) {
        last = loop_.settle_soon(started{t.id, t.rendered_at, a.batch}, now);
    });
    if (!last) return at_.state.put_back(a, now);
    ++held_;
    at_.line.when_safe(*last, [this, a = std::move(a)](boost::system::error_code ec) mutable {
        --held_;
        if (ec) return at_.state.put_back(a, at_.time.now());
        fetch(std::move(a));
    });
}

struct outgoing::fetching {
    attempt what;
    std::size_t missing = 0;
    bool has_moved = false; // a record was copied forward while it was read
    boost::system::error_code failed;
};

// Reads back the messages that left memory. That of a task that goes alone is there already.
void outgoing::fetch(attempt&& a) {
    if (a.companions.empty()) return hand_out_late(std::move(a));
    auto const work = std::make_shared<fetching>();
    work->what = std::move(a);
    std::vector<attempt*> without;
    for_each_task(work->what, [&](attempt& t) {
        if (!t.payload) without.push_back(&t);
    });
    if (without.empty()) return hand_out_late(std::move(work->what));
    ++held_;
    work->missing = without.size();
    for (attempt* const t : without) {
        at_.journal.read(t->where, [this, work, t](boost::system::result<shared_bytes> bytes) {
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

bool outgoing::has_moved(attempt const& task) const {
    auto const now_at = at_.state.find(task.id);
    return now_at && (now_at->where.segment != task.where.segment ||
                      now_at->where.offset != task.where.offset);
}

void outgoing::end_fetching(fetching& work) {
    --held_;
    auto const now = at_.time.now();
    if (work.has_moved) return at_.state.put_back(work.what, now);
    if (!work.failed) return hand_out_late(std::move(work.what));
    // The engine sends each by itself: the one that cannot be read is found so.
    at_.events.on_storage_failed("read", work.failed);
    loop_.finish_attempt(work.what,
                         not_sent("a message cannot be read back: " + work.failed.message()), now);
}

// Its lane may have been closed while it waited for the disk.
void outgoing::hand_out_late(attempt&& a) {
    auto const lane = at_.state.view(a.lane);
    if (lane.is_disabled || lane.is_paused) return at_.state.put_back(a, at_.time.now());
    hand_out(std::move(a));
}

void outgoing::hand_out(attempt&& a) {
    for (std::size_t tried = 0; tried < at_.ports.size() && may_send(); ++tried) {
        auto& to = *at_.ports[next_port_++ % at_.ports.size()];
        if (to.hand_out(a)) return;
    }
    at_.state.put_back(a, at_.time.now());
}

} // namespace sluice::queue
