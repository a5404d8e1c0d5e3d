#include "gateway/tables/answer_map.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>

namespace sluice::gateway::tables {

result<answer_ptr> repeated(call_hash const& first, answer_ptr answer, call_key const& call) {
    if (first != call.request) return errc::key_conflict;
    return answer;
}

result<answer_ptr> answer_map::find(call_key const& call) const {
    std::shared_lock const guard(mutex_);
    auto const found = by_key_.find(call.key);
    if (found == by_key_.end()) return answer_ptr();
    auto const& known = *found->second;
    if (is_over(known.call.now, call.now)) return answer_ptr();
    return repeated(known.call.request, known.answer, call);
}

bool answer_map::has(call_key const& call) const {
    std::shared_lock const guard(mutex_);
    auto const found = by_key_.find(call.key);
    return found != by_key_.end() && !is_over(found->second->call.now, call.now);
}

void answer_map::put(call_key const& call, answer_ptr answer) {
    std::unique_lock const guard(mutex_);
    if (auto const found = by_key_.find(call.key); found != by_key_.end()) drop(found->second);
    if (answer) bytes_ += answer->bytes();
    auto const added = in_order_.insert(in_order_.end(), entry{call, std::move(answer)});
    by_key_[call.key] = added;
    if (first_answer_ == in_order_.end()) first_answer_ = added;
    while (bytes_ > max_bytes_)
        drop_answer(first_answer_);
    auto const goes = [&](entry const& oldest) {
        return in_order_.size() > limit() || is_over(oldest.call.now, call.now);
    };
    while (!in_order_.empty() && goes(in_order_.front()))
        drop(in_order_.begin());
}

void answer_map::remove(call_hash const& key) {
    std::unique_lock const guard(mutex_);
    if (auto const found = by_key_.find(key); found != by_key_.end()) drop(found->second);
}

void answer_map::drop(entries::iterator gone) {
    if (gone->answer) bytes_ -= gone->answer->bytes();
    if (gone == first_answer_) ++first_answer_;
    by_key_.erase(gone->call.key);
    in_order_.erase(gone);
}

void answer_map::drop_answer(entries::iterator of) {
    if (of->answer) bytes_ -= of->answer->bytes();
    of->answer = nullptr;
    first_answer_ = std::next(of);
}

void answer_map::limit(std::uint64_t keys) {
    limit_.store(std::max<std::uint64_t>(keys, 1), std::memory_order_relaxed);
}

std::uint64_t answer_map::size() const {
    std::shared_lock const guard(mutex_);
    return in_order_.size();
}

} // namespace sluice::gateway::tables
