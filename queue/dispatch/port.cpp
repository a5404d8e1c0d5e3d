#include "queue/dispatch/port.hpp"

#include "queue/dispatch/dispatcher.hpp"

#include <boost/asio/post.hpp>
#include <boost/assert.hpp>

namespace sluice::queue {

namespace {

constexpr std::size_t call_slots = 1024;

} // namespace

port::port(dispatcher& core, boost::asio::io_context& io, std::size_t slots)
    : core_(core)
    , io_(io)
    , slots_(slots)
    , submissions_(slots)
    , outcomes_(slots)
    , calls_(call_slots)
    , answers_(slots)
    , attempts_(slots)
    , tells_(call_slots) {}

port::~port() = default;

bool port::submit(submission&& tasks) {
    auto* const place = next_submission();
    if (place == nullptr) return false;
    *place = std::move(tasks);
    submit_next();
    return true;
}

submission* port::next_submission() {
    return unanswered_ == slots_ ? nullptr : submissions_.next_place();
}

void port::submit_next() {
    submissions_.publish();
    ++unanswered_;
    core_.wake();
}

bool port::call(std::function<void(dispatcher&)> ask) {
    if (!calls_.push(std::move(ask))) return false;
    core_.wake();
    return true;
}

void port::on_outcome(attempt&& done, outcome&& result) {
    auto* const place = outcomes_.next_place();
    BOOST_ASSERT(place != nullptr);
    place->what = std::move(done);
    place->result = std::move(result);
    outcomes_.publish();
    core_.wake();
}

void port::answer(submit_handler* handler, submit_result&& result) {
    auto* const place = answers_.next_place();
    BOOST_ASSERT(place != nullptr);
    place->handler = handler;
    place->result = std::move(result);
    answers_.publish();
    wake();
}

bool port::hand_out(attempt& a) {
    if (room() == 0 || !attempts_.push(std::move(a))) return false;
    ++in_flight_;
    wake();
    return true;
}

std::size_t port::room() const {
    return carrier_ ? slots_ - in_flight_ : 0;
}

void port::tell(std::function<void()> tell) {
    held_back_tells_.push_back(std::move(tell));
    tell_held_back();
}

void port::tell_held_back() {
    while (!held_back_tells_.empty() && tells_.push(std::move(held_back_tells_.front()))) {
        held_back_tells_.pop_front();
        wake();
    }
}

void port::wake() {
    if (!is_drain_due_.exchange(true, std::memory_order_acq_rel)) {
        boost::asio::post(io_, [this] { drain(); });
    }
}

void port::drain() {
    // Before looking: whatever is pushed from now on asks for another drain.
    is_drain_due_.exchange(false, std::memory_order_acq_rel);
    if (drain_some()) wake();
}

// Returns whether there is more. Answers first: somebody waits for them.
bool port::drain_some() {
    std::size_t answers = 0;
    for (; answers < turn_limit; ++answers) {
        auto* const item = answers_.front();
        if (item == nullptr) break;
        item->handler->on_submitted(std::move(item->result));
        answers_.drop();
        --unanswered_; // now: until the place is free there is no room for one answer more
    }
    std::size_t attempts = 0;
    for (; attempts < turn_limit; ++attempts) {
        auto* const due = attempts_.front();
        if (due == nullptr) break;
        carrier_->send(std::move(*due), *this);
        attempts_.drop();
    }
    std::size_t tells = 0;
    for (std::function<void()> tell; tells < turn_limit && tells_.pop(tell); ++tells)
        tell();
    return answers == turn_limit || attempts == turn_limit || tells == turn_limit;
}

} // namespace sluice::queue
