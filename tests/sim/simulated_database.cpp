#include "tests/sim/simulated_database.hpp"

#include "queue/journal/crc32c.hpp"
#include "queue/journal/record_codec.hpp"
#include "queue/journal/segment_reader.hpp"
#include "queue/postgres/postgres_error.hpp"

#include <algorithm>
#include <bit>

namespace sluice::tests {

using namespace std::chrono_literals;
using boost::system::error_code;
using queue::postgres::postgres_errc;

std::int32_t simulated_checksum(std::string_view bytes) {
    return std::bit_cast<std::int32_t>(queue::crc32c(bytes));
}

namespace {

database_state::row row_of(queue::segment_write const& w) {
    return {simulated_checksum(w.bytes), std::make_shared<std::string const>(w.bytes)};
}

} // namespace

database_state::segment* database_state::find(std::uint32_t log, queue::segment_ref const& ref) {
    auto const all = logs.find(log);
    if (all == logs.end()) return nullptr;
    auto const found = all->second.find(ref);
    return found == all->second.end() ? nullptr : &found->second;
}

simulated_database::simulated_database(std::mt19937_64& random, true_time const& now,
                                       planted_bugs const& bugs)
    : random_(random)
    , now_(now)
    , bugs_(bugs) {}

// --- the server ---------------------------------------------------------------------------------

void simulated_database::heal() {
    is_calm_ = is_synchronous_ = true;
    is_away_ = false;
    confirm();
    end_statements();
    while (!late_.empty())
        late_.extract(late_.begin()).mapped()();
}

void simulated_database::end_statements() {
    for (auto& [number, s] : statements_) {
        s.arrives = s.ends = now_;
        advance(s);
    }
    run();
}

// What waits for a lock gets it or not; what is written may be there or not.
void simulated_database::crash() {
    ++generation_;
    for (auto& [number, s] : statements_) {
        if (s.at == phase::open && random_() % 2) write(s, false);
    }
    statements_.clear();
    late_.clear(); // they were sent over connections that are no more
}

void simulated_database::fail_over() {
    crash();
    // Of what the standby need not have it has the beginning.
    for (auto n = behind_.empty() ? 0 : random_() % (behind_.size() + 1); n > 0; --n) {
        behind_.front()(standby_);
        behind_.pop_front();
    }
    has_lost_changes_ |= !is_synchronous_;
    behind_.clear();
    primary_ = standby_;
    clock_offset_ = std::chrono::milliseconds(random_() % 20'000);
    note_lanes();
}

void simulated_database::run() {
    while (!late_.empty() && late_.begin()->first <= now_)
        late_.extract(late_.begin()).mapped()();
    for (auto& [number, s] : statements_)
        advance(s);
    std::erase_if(statements_, [](auto const& each) {
        return each.second.is_forgotten && each.second.at == phase::done;
    });
}

void simulated_database::run_later(std::chrono::milliseconds after, std::function<void()> what) {
    late_.emplace(now_ + after, std::move(what));
}

void simulated_database::change_state(operation const& what, bool is_waited_for) {
    what(primary_);
    behind_.push_back(what);
    if (is_synchronous_) {
        if (is_waited_for) confirm();
        return;
    }
    for (auto n = random_() % 3; n > 0 && behind_.size() > 1; --n) {
        behind_.front()(standby_);
        behind_.pop_front();
    }
}

void simulated_database::confirm() {
    if (!is_synchronous_) return;
    for (; !behind_.empty(); behind_.pop_front())
        behind_.front()(standby_);
}

void simulated_database::judge_owner(log_owner const& by, std::string_view what) {
    if (bugs_.is_only_judged_by_loss || primary_.owns(by.log, by.epoch)) return;
    violate("log " + std::to_string(by.log) + ": " + std::string(what) + " by epoch " +
            std::to_string(by.epoch) + ", which is over");
}

// --- batches ------------------------------------------------------------------------------------

simulated_database::ticket simulated_database::send(log_owner const& by,
                                                    queue::commit_job const& job) {
    statement s;
    s.by = by;
    s.job = job;
    s.crc = simulated_checksum(job.batch.bytes);
    auto const draw = is_calm_ ? 99 : random_() % 100;
    auto const some = [this](int most) {
        return std::chrono::milliseconds(random_() % static_cast<unsigned>(most));
    };
    s.arrives = now_ + (draw < 5 ? some(300) : draw < 8 ? some(9000) : 0ms);
    s.ends = s.arrives + (draw % 10 == 9 && draw < 60 ? some(draw < 30 ? 9000 : 1000) : 0ms);
    auto const number = next_ticket_++;
    advance(statements_.emplace(number, std::move(s)).first->second);
    return number;
}

std::optional<simulated_database::answer> simulated_database::take(ticket of) {
    auto const found = statements_.find(of);
    if (found == statements_.end()) return answer{postgres_errc::unknown, false, false}; // cut
    if (found->second.at != phase::done) return std::nullopt;
    return statements_.extract(found).mapped().result;
}

void simulated_database::hurry(ticket of) {
    auto const found = statements_.find(of);
    if (found == statements_.end()) return;
    found->second.arrives = found->second.ends = now_;
    run();
}

void simulated_database::forget(ticket of) {
    auto const found = statements_.find(of);
    if (found != statements_.end()) found->second.is_forgotten = true;
}

// An open statement holds its fences, so that nobody raises them.
bool simulated_database::is_held(std::uint32_t log) const {
    if (bugs_.reads_fence_plainly || bugs_.writes_without_fence) return false;
    return std::ranges::any_of(statements_, [&](auto const& each) {
        statement const& s = each.second;
        bool const names_it = s.by.log == log || (s.job.adopts && s.job.adopts->log == log);
        return s.at == phase::open && names_it;
    });
}

// Another is about to insert the same key.
bool simulated_database::is_blocked(statement const& s) const {
    return std::ranges::any_of(statements_, [&](auto const& each) {
        statement const& other = each.second;
        if (&other == &s || other.at != phase::open) return false;
        bool const is_same_slice = s.job.adopts && other.job.adopts &&
                                   s.job.adopts->log == other.job.adopts->log &&
                                   s.job.adopts->slice == other.job.adopts->slice;
        bool const is_same_place = s.by.log == other.by.log &&
                                   s.job.batch.to == other.job.batch.to &&
                                   s.job.batch.offset == other.job.batch.offset;
        return is_same_slice || is_same_place;
    });
}

void simulated_database::advance(statement& s) {
    if (s.at == phase::sent && s.arrives <= now_) {
        auto const& adopts = s.job.adopts;
        s.has_lost_slice =
            adopts && !primary_.owns(adopts->log, adopts->epoch) && !bugs_.writes_without_fence;
        if (!primary_.owns(s.by.log, s.by.epoch) && !bugs_.writes_without_fence) {
            s.result.error = postgres_errc::fenced;
            s.at = phase::done;
        } else if (!is_blocked(s)) {
            s.at = phase::open;
        }
    }
    if (s.at != phase::open || s.ends > now_) return;
    write(s, true);
    s.at = phase::done;
}

void simulated_database::write(statement& s, bool is_confirmed) {
    auto* const segment = primary_.find(s.by.log, s.job.batch.to);
    if (segment == nullptr) {
        bool const owns = primary_.owns(s.by.log, s.by.epoch);
        s.result.error = owns ? postgres_errc::missing : postgres_errc::fenced;
        return;
    }
    auto const keep = keeping(s);
    auto const there = segment->rows.find(s.job.batch.offset);
    auto const& adopts = s.job.adopts;
    bool const has_mark =
        adopts && !bugs_.splits_adoption && primary_.slices.contains({adopts->log, adopts->slice});
    if (there != segment->rows.end()) {
        if (there->second.crc != s.crc) s.result.error = postgres_errc::conflict;
        change_state(keep, is_confirmed);
        // What a crash brought back counts once a later commit does.
        if (!s.result.error && is_confirmed) confirm();
        return;
    }
    if (has_mark || s.has_lost_slice) {
        s.result.was_adopted_before = true;
        return change_state(keep, is_confirmed);
    }
    judge_owner(s.by, "a batch was written");
    if (check_end(s.by)) violate("log " + std::to_string(s.by.log) + ": written behind a hole");
    change_state(
        [keep, insert = insertion(s)](database_state& in) {
            keep(in);
            insert(in);
        },
        is_confirmed);
}

std::vector<queue::record> simulated_database::records_of(statement const& s) {
    std::vector<queue::record> all;
    auto const* const segment = primary_.find(s.by.log, s.job.batch.to);
    if (segment == nullptr) return all;
    auto const header = queue::decode_header(segment->header);
    if (header.has_error()) return all;
    queue::names table;
    queue::segment_reader reader(s.job.batch.bytes, header->salt, 0,
                                 [](queue::journal_line const&) { return queue::belief::yes; });
    for (auto item = reader.next(); item.what != queue::segment_item::kind::end;
         item = reader.next()) {
        bool const is_one =
            item.what == queue::segment_item::kind::line && queue::is_record(item.line);
        if (!is_one || queue::is_void(item.line)) continue;
        auto one = queue::decode(item.line, item.body, table);
        if (one) all.push_back(std::move(*one));
    }
    return all;
}

// The rows, and what they say. A slice's ends are copies of ends that were written before.
simulated_database::operation simulated_database::insertion(statement& s) {
    struct said {
        std::vector<queue::task_id> tasks;
        std::vector<std::pair<queue::task_id, database_state::end>> ends;
    };
    said what;
    for (auto const& one : records_of(s)) {
        if (auto const* const task = std::get_if<queue::accepted>(&one)) {
            what.tasks.push_back(task->task.id);
        }
        auto const* const end = std::get_if<queue::finished>(&one);
        if (end == nullptr || s.job.adopts) continue;
        auto const before = primary_.ends.find(end->id);
        if (before != primary_.ends.end()) {
            violate("a second end of " + to_string(end->id) + " by log " +
                    std::to_string(s.by.log) + ": " + std::string(to_string(end->state)) + " (" +
                    end->reason + ") after " + std::string(to_string(before->second.state)));
        }
        what.ends.emplace_back(end->id, database_state::end{end->state, end->at});
    }
    return [by = s.by, to = s.job.batch.to, at = s.job.batch.offset, row = row_of(s.job.batch),
            adopts = s.job.adopts, what = std::move(what)](database_state& in) {
        auto* const segment = in.find(by.log, to);
        if (segment == nullptr) return;
        segment->rows.emplace(at, row);
        if (adopts) {
            in.slices.insert({adopts->log, adopts->slice});
            for (auto const slot : adopts->order_slots) {
                auto& home = in.homes[slot];
                if (home.log == adopts->log) home = {by.log, home.generation + 1};
            }
        }
        in.tasks.insert(what.tasks.begin(), what.tasks.end());
        in.ends.insert(what.ends.begin(), what.ends.end());
    };
}

// A row of the history goes in with its statement, whatever becomes of the batch.
simulated_database::operation simulated_database::keeping(statement& s) {
    if (s.job.kept.to.is_none()) return [](database_state&) {};
    s.result.kept_failed = primary_.find(s.by.log, s.job.kept.to) == nullptr;
    return [log = s.by.log, to = s.job.kept.to, at = s.job.kept.offset,
            row = row_of(s.job.kept)](database_state& in) {
        if (auto* const history = in.find(log, to)) history->rows.emplace(at, row);
    };
}

void simulated_database::note_acknowledged(log_owner const& by, queue::segment_write const& batch) {
    acknowledged_[by.writer] = {batch.to, batch.offset, batch.bytes};
}

void simulated_database::note_end(log_owner const& by, queue::segment_ref const& of) {
    auto const* const segment = primary_.find(by.log, of);
    bool const is_journal = of.kind == queue::segment_kind::journal;
    if (!is_journal || segment == nullptr || segment->rows.empty()) return;
    auto const& [at, row] = *segment->rows.rbegin();
    auto& known = acknowledged_[by.writer];
    bool const is_later = std::pair(known.to.number, known.offset) < std::pair(of.number, at);
    if (is_later) known = {of, at, *row.bytes};
}

void simulated_database::forget_end(log_owner const& by, queue::segment_ref const& of) {
    auto const known = acknowledged_.find(by.writer);
    if (known != acknowledged_.end() && known->second.to == of) acknowledged_.erase(known);
}

error_code simulated_database::check_end(log_owner const& by) const {
    auto const last = acknowledged_.find(by.writer);
    if (last == acknowledged_.end()) return {};
    // Whoever took the log over has dropped it.
    auto const gone =
        primary_.owns(by.log, by.epoch) ? postgres_errc::missing : postgres_errc::fenced;
    auto* const segment = const_cast<database_state&>(primary_).find(by.log, last->second.to);
    if (segment == nullptr) return gone;
    auto const row = segment->rows.find(last->second.offset);
    if (row == segment->rows.end()) return gone;
    bool const is_same = row->second.crc == simulated_checksum(last->second.bytes);
    return is_same ? error_code() : error_code(postgres_errc::conflict);
}

bool simulated_database::has_lost_epoch(log_owner const& by) const {
    auto const found = primary_.fences.find(by.log);
    return found == primary_.fences.end() || found->second < by.epoch;
}

// --- segments -----------------------------------------------------------------------------------

error_code simulated_database::prepare(log_owner const& by, queue::prepare_job const& job) {
    if (!primary_.owns(by.log, by.epoch) && !bugs_.prepares_unfenced) return postgres_errc::fenced;
    judge_owner(by, "a segment was made");
    change_state(
        [by, ref = job.segment, header = job.header](database_state& in) {
            in.logs[by.log].emplace(ref, database_state::segment{header, {}});
        },
        true);
    return {};
}

error_code simulated_database::remove(log_owner const& by, queue::remove_job const& job) {
    auto const adopted = primary_.adoptions.find(by.log);
    bool const is_read = adopted != primary_.adoptions.end() && !adopted->second.is_done;
    bool const may_drop = bugs_.drops_unfenced || (primary_.owns(by.log, by.epoch) && !is_read);
    if (!may_drop) return postgres_errc::fenced;
    auto const goes = [gone = job.gone, is_oldest = job.is_oldest](auto const& each) {
        auto const& ref = each.first;
        return ref == gone || (is_oldest && ref.kind == gone.kind && ref.number < gone.number);
    };
    if (std::ranges::none_of(primary_.logs[by.log], goes)) return {};
    judge_owner(by, "a segment was dropped");
    change_state([by, goes](database_state& in) { std::erase_if(in.logs[by.log], goes); }, true);
    return {};
}

error_code simulated_database::put(log_owner const& by, queue::segment_write const& what) {
    if (!primary_.owns(by.log, by.epoch)) return postgres_errc::fenced;
    if (primary_.find(by.log, what.to) == nullptr) return postgres_errc::missing;
    auto const row = row_of(what);
    change_state(
        [by, to = what.to, at = what.offset, row](database_state& in) {
            if (auto* const segment = in.find(by.log, to)) segment->rows.insert_or_assign(at, row);
        },
        true);
    return {};
}

error_code simulated_database::cut(log_owner const& by, queue::segment_ref const& of,
                                   std::uint64_t end) {
    if (!primary_.owns(by.log, by.epoch)) return postgres_errc::fenced;
    change_state(
        [by, of, end](database_state& in) {
            auto* const segment = in.find(by.log, of);
            if (segment == nullptr) return;
            segment->rows.erase(segment->rows.lower_bound(end), segment->rows.end());
        },
        true);
    return {};
}

} // namespace sluice::tests
