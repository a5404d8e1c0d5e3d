#include "queue/core/task_filter.hpp"

#include <algorithm>

namespace sluice::queue {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_within(task_filter const& filter, wall_time at) {
    return (!filter.from || at >= *filter.from) && (!filter.until || at < *filter.until);
}

bool has_marks(task_filter const& filter, task_marks const& marks) {
    if (!filter.order_key.empty() && filter.order_key != marks.order_key) return false;
    if (filter.has_key && !marks.has_key) return false;
    return filter.batch == 0 || filter.batch == marks.batch;
}

task_marks marks_of(task_extras const* from) {
    if (!from) return {};
    return {from->order_key, static_cast<bool>(from->idempotency), from->batch};
}

} // namespace

bool contains_text(std::string_view text, std::string_view part) {
    auto const found = std::search(text.begin(), text.end(), part.begin(), part.end(),
                                   [](char a, char b) { return lower(a) == lower(b); });
    return found != text.end() || part.empty();
}

task_matcher::task_matcher(task_filter filter, names const& table)
    : filter_(std::move(filter)) {
    if (!filter_.destination.empty()) {
        lane_ = table.lanes.find(filter_.destination);
        is_void_ |= !lane_;
    }
    if (!filter_.account.empty()) {
        account_ = table.accounts.find(filter_.account);
        is_void_ |= !account_;
    }
}

bool task_matcher::operator()(task_view const& task) const {
    if (is_void_ || !filter_.states.has(task.state)) return false;
    if (lane_ && *lane_ != task.lane) return false;
    if (account_ && *account_ != task.account) return false;
    if (!is_within(filter_, time_of(task))) return false;
    if (!filter_.reason.empty() &&
        !(task.extras && contains_text(task.extras->reason, filter_.reason)))
        return false;
    return has_marks(filter_, marks_of(task.extras));
}

bool matches(task_filter const& filter, task_details const& task, task_marks const& marks) {
    if (!filter.states.has(task.state)) return false;
    if (!filter.destination.empty() && filter.destination != task.destination) return false;
    if (!filter.account.empty() && filter.account != task.account) return false;
    auto const at = filter.is_by_end ? task.finished_at.value_or(wall_time{}) : task.accepted_at;
    return is_within(filter, at) && contains_text(task.reason, filter.reason) &&
           has_marks(filter, marks);
}

} // namespace sluice::queue
