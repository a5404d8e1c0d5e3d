#include "queue/postgres/log_worker.hpp"

#include "queue/journal/crc32c.hpp"
#include "queue/postgres/log_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;

std::int32_t checksum(std::string_view bytes) {
    return std::bit_cast<std::int32_t>(crc32c(bytes));
}

bool may_pass(std::string_view state) {
    return state.starts_with("08") || state.starts_with("53") || state.starts_with("57P") ||
           state == "25006" || state == "40001" || state == "40P01" || state == "55P03" ||
           state == "57014";
}

std::string table_of(std::uint32_t log, segment_ref const& ref) {
    bool const is_journal = ref.kind == segment_kind::journal;
    return fmt::format("sluice.{}_{}_{}", is_journal ? "batch" : "kept", log, ref.number);
}

error_code why_gone(connection& to, log_options const& of) {
    auto const owned =
        to.execute("SELECT 1 FROM sluice.fence WHERE log = $1::integer AND epoch = $2::bigint",
                   parameters().add(std::int64_t{of.log}).add(of.epoch), of.statement_timeout);
    if (owned.has_error()) return owned.error();
    return owned->size() == 0 ? postgres_errc::fenced : postgres_errc::missing;
}

log_worker::log_worker(log_options options)
    : options_(std::move(options)) {}

void log_worker::stop() {
    {
        std::lock_guard const guard(mutex_);
        is_stopping_ = true;
    }
    wakes_.notify_all();
}

log_status log_worker::status() const {
    std::lock_guard const guard(mutex_);
    return status_;
}

void log_worker::note_away(std::string const& why) {
    std::lock_guard const guard(mutex_);
    status_.is_reachable = false;
    status_.why = why;
}

std::string log_worker::header_of(segment_ref const& ref) const {
    std::lock_guard const guard(mutex_);
    auto const found = headers_.find(ref);
    return found == headers_.end() ? std::string() : found->second;
}

// False: it is to stop.
bool log_worker::pause(link& by) {
    by.pause = std::clamp(by.pause * 2, options_.first_pause, options_.longest_pause);
    std::unique_lock guard(mutex_);
    return !wakes_.wait_for(guard, by.pause, [this] { return is_stopping_; });
}

error_code log_worker::connect(link& by) {
    std::string why;
    auto made = connection::open(options_.connect, why);
    if (made.has_error()) {
        note_away(why);
        return made.error();
    }
    by.to.emplace(std::move(*made));
    if (auto const ec = check_end(*by.to)) return ec;
    look_at_standbys(*by.to);
    std::lock_guard const guard(mutex_);
    status_.is_reachable = true;
    status_.why.clear();
    status_.host = by.to->host();
    ++status_.reconnects;
    return {};
}

// Where the log ended for whoever was told 202: what an operator looks for when it is not there.
std::string log_worker::last_acknowledged() const {
    std::lock_guard const guard(mutex_);
    if (!last_) return "nothing was acknowledged since the start";
    return fmt::format("acknowledged up to the batch at {} of {}", last_->at,
                       table_of(options_.log, {segment_kind::journal, last_->segment}));
}

void log_worker::note_end(acknowledged const& end) {
    std::lock_guard const guard(mutex_);
    bool const is_later =
        !last_ || std::pair(last_->segment, last_->at) < std::pair(end.segment, end.at);
    if (is_later) last_ = end;
}

void log_worker::forget_end(segment_ref const& of) {
    std::lock_guard const guard(mutex_);
    bool const is_in_it = last_ && of.kind == segment_kind::journal && last_->segment == of.number;
    if (is_in_it) last_.reset();
}

// A standby that had not received what was acknowledged may lead now: nothing is written behind
// such a hole.
error_code log_worker::check_end(connection& to) {
    std::optional<acknowledged> last;
    {
        std::lock_guard const guard(mutex_);
        last = last_;
    }
    if (!last) return {};
    auto const table = table_of(options_.log, {segment_kind::journal, last->segment});
    auto const found = to.execute("SELECT crc FROM " + table + " WHERE at = $1::bigint",
                                  parameters().add(static_cast<std::int64_t>(last->at)),
                                  options_.statement_timeout);
    if (found.has_error()) {
        bool const is_gone = found.error() == postgres_errc::refused;
        return is_gone && to.sqlstate() == undefined_table ? why_gone(to, options_) : found.error();
    }
    if (found->size() == 0) return why_gone(to, options_);
    return found->number(0, 0) == last->crc ? error_code() : error_code(postgres_errc::conflict);
}

// Only who may see the standbys can say that one confirms.
void log_worker::look_at_standbys(connection& to) {
    auto const seen = to.execute(
        "SELECT pg_has_role(current_user, 'pg_monitor', 'USAGE') AND EXISTS (SELECT 1 FROM "
        "pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))",
        {}, options_.statement_timeout);
    has_sync_standby_ = seen.has_value() && seen->size() == 1 && seen->text(0, 0) == "t";
}

error_code log_worker::decide(link& by, statement const& ask) {
    for (;;) {
        error_code ec;
        bool const is_new = !by.to || !by.to->is_open();
        if (is_new) ec = connect(by);
        bool const is_checked = !is_new || !ec;
        if (!ec) {
            ec = ask(*by.to);
            std::lock_guard const guard(mutex_);
            ++status_.statements;
        }
        if (!ec) {
            by.pause = {};
            return {};
        }
        bool const is_away = ec == postgres_errc::unreachable || ec == postgres_errc::unknown;
        bool const passes = ec == postgres_errc::refused && may_pass(by.to->sqlstate());
        if (!is_away && !passes) {
            note_away(ec == postgres_errc::refused ? by.to->message() : last_acknowledged());
            if (!is_checked) by.to.reset(); // the next job must not write over it
            return ec;
        }
        if (by.to) note_away(by.to->message());
        by.to.reset(); // another connection may find another server
        if (!pause(by)) return postgres_errc::unreachable;
    }
}

disk_result log_worker::run(disk_job const& job) {
    bool const is_commit =
        std::holds_alternative<commit_job>(job.work) || std::holds_alternative<sync_job>(job.work);
    work each{*this, is_commit ? commits_ : others_, {}};
    std::visit([&](auto const& what) { each(what); }, job.work);
    return std::move(each.done);
}

} // namespace sluice::queue::postgres
