#include "queue/core/task_page.hpp"

#include <algorithm>
#include <functional>

namespace sluice::queue {

task_page::task_page(task_matcher filter, task_id before, std::size_t limit)
    : filter_(std::move(filter))
    , before_(before)
    , limit_(limit) {
    heap_.reserve(limit + 1);
}

bool task_page::advance(engine const& from, std::size_t places) {
    if (filter_.is_void()) return true;
    auto const next = from.visit_some(next_, places, [this](task_view const& task) {
        if (filter_(task)) look(task);
        return true;
    });
    next_ = next.value_or(0);
    return !next;
}

void task_page::look(task_view const& task) {
    ++total_;
    newest_ = std::max(newest_, filter_.time_of(task));
    if (!before_.is_nil() && task.id >= before_) return;
    // A heap whose front is the oldest of the page.
    heap_.push_back(task.id);
    std::ranges::push_heap(heap_, std::greater<>());
    if (heap_.size() <= limit_) return;
    ++behind_;
    std::ranges::pop_heap(heap_, std::greater<>());
    heap_.pop_back();
}

std::vector<task_id> task_page::take_ids() {
    std::ranges::sort(heap_, std::greater<>());
    return std::move(heap_);
}

} // namespace sluice::queue
