#include "queue/journal/journal.hpp"

#include "queue/journal/journal_state.hpp"

namespace sluice::queue {

journal::journal(journal_options const& options, names& table)
    : state_(std::make_unique<state>(options, table)) {}

journal::~journal() = default;

void journal::attach(journal_host& host) {
    state_->host = &host;
}

boost::system::result<void> journal::recover(storage& disk, instant now,
                                             replay_visitor const& visitor, replay_report& report) {
    return state_->recover(disk, now, visitor, report);
}

boost::system::result<void> journal::reserve(std::uint64_t tasks, std::uint64_t bytes) {
    return state_->reserve(tasks, bytes);
}

void journal::give_back(std::uint64_t tasks, std::uint64_t bytes) {
    state_->space_.give_back(tasks, bytes);
}

appended journal::append(record const& r) {
    return state_->append(r, true);
}

appended journal::append_later(record const& r) {
    return state_->append(r, false);
}

bool journal::has_failed() const {
    return state_->has_failed;
}

location journal::last_location() const {
    return state_->last_location;
}

sequence journal::acknowledged() const {
    return state_->acknowledged();
}

std::optional<disk_job> journal::next_commit(instant now) {
    return state_->next_commit(now);
}

std::optional<disk_job> journal::next_background(instant now) {
    return state_->next_background(now);
}

std::optional<mono_time> journal::next_wakeup() const {
    return state_->next_wakeup();
}

void journal::on_job_done(disk_job&& job, disk_result&& result, instant now) {
    state_->on_job_done(std::move(job), std::move(result), now);
}

void journal::close() {
    state_->is_closing = true;
}

bool journal::is_closed() const {
    return state_->is_closed();
}

void journal::read(location where, bytes_handler handler) {
    state_->read(where, std::move(handler));
}

void journal::keep(accepted const& task, finished const& end, sequence number) {
    state_->keep(task, end, number);
}

bool journal::is_kept(task_id id) const {
    return state_->kept.contains(id);
}

bool journal::is_history_behind() const {
    return state_->is_history_behind();
}

bool journal::is_to_keep(task_id id, sequence number) const {
    return state_->kept.is_to_keep(id, number);
}

void journal::look_up(task_id id, kept_handler handler) {
    state_->look_up(id, std::move(handler));
}

std::vector<task_id> journal::newest_kept(std::size_t max, task_id after) const {
    return state_->kept.newest(max, after);
}

void journal::on_live(location where) {
    state_->on_live(where);
}

void journal::on_released(location where) {
    state_->on_released(where);
}

journal_stats journal::stats() const {
    return state_->stats();
}

} // namespace sluice::queue
