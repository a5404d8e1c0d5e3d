#include "tests/sim/simulated_log_worker.hpp"

#include "queue/journal/job_reading.hpp"
#include "queue/journal/journal_error.hpp"
#include "queue/postgres/postgres_error.hpp"

namespace sluice::tests {

using namespace std::chrono_literals;
using boost::system::error_code;
using queue::postgres::postgres_errc;

namespace {

constexpr auto statement_timeout = 1s;
constexpr std::uint64_t unbounded = 1ull << 60;

// Nothing of it was done.
queue::disk_result refused(queue::disk_job const& job, error_code ec) {
    queue::disk_result result;
    result.error = ec;
    result.operation = "connect";
    if (auto const* const reading = std::get_if<queue::read_job>(&job.work)) {
        for (std::size_t i = 0; i < reading->items.size(); ++i)
            result.bodies.emplace_back(ec);
    }
    return result;
}

} // namespace

simulated_log_worker::simulated_log_worker(simulated_database& db, std::mt19937_64& random,
                                           true_time const& now, bool const& is_cut,
                                           planted_bugs const& bugs, log_owner const& own)
    : db_(db)
    , random_(random)
    , now_(now)
    , is_cut_(is_cut)
    , bugs_(bugs)
    , own_(own) {}

simulated_log_worker::~simulated_log_worker() {
    if (under_way_) db_.forget(*under_way_);
}

bool simulated_log_worker::loses_answer() {
    return !is_calm_ && random_() % 40 == 0;
}

error_code simulated_log_worker::connect(link& by, bool& is_open) {
    is_open = !is_cut_ && !db_.is_away();
    if (!is_open) by.generation = 0;
    if (!is_open || by.generation == db_.generation()) return {};
    by.generation = db_.generation();
    auto const ec = bugs_.skips_check_of_end ? error_code() : db_.check_end(own_);
    if (ec) by.generation = 0;
    return ec;
}

std::optional<queue::disk_result> simulated_log_worker::commit(queue::commit_job const& job) {
    auto& by = links_[0];
    if (!under_way_) {
        // The planted bug: a transaction for the mark, and another for what it stands for.
        if (bugs_.splits_adoption && job.adopts && !has_marked_) {
            queue::disk_result result;
            has_marked_ = db_.mark_slice(own_, *job.adopts);
            if (has_marked_) return std::nullopt;
            result.was_adopted_before = true;
            return result;
        }
        under_way_ = db_.send(own_, job);
        sent_at_ = now_;
    }
    if (is_hurried_) db_.hurry(*under_way_);
    auto const answer = db_.take(*under_way_);
    if (!answer && now_ - sent_at_ < statement_timeout) return std::nullopt;
    if (!answer) db_.forget(*under_way_);
    under_way_.reset();
    bool const is_unknown = !answer || answer->error == postgres_errc::unknown || loses_answer();
    if (is_unknown) {
        by.generation = 0;
        return std::nullopt;
    }
    queue::disk_result result;
    result.error = answer->error;
    result.operation = "write";
    if (answer->kept_failed) result.kept_error = postgres_errc::refused;
    result.was_adopted_before = answer->was_adopted_before;
    has_marked_ = false;
    if (!result.error && !result.was_adopted_before) db_.note_acknowledged(own_, job.batch);
    return result;
}

// Does the other jobs, each in one go.
struct simulated_log_worker::work {
    simulated_log_worker& owner;
    simulated_database& db;
    queue::disk_result done;

    void note(std::string_view operation, error_code ec) {
        done.operation = operation;
        done.error = ec;
    }
    // A segment's bytes as they stand; no_such_file without it, missing where there is a gap.
    boost::system::result<std::string> content(queue::segment_ref const& ref) {
        auto* const found = const_cast<database_state&>(db.state()).find(owner.own_.log, ref);
        if (found == nullptr) {
            return make_error_code(boost::system::errc::no_such_file_or_directory);
        }
        auto bytes = found->header;
        for (auto const& [at, row] : found->rows) {
            bool const follows = at == bytes.size();
            if (!follows && ref.kind == queue::segment_kind::journal) {
                return error_code(postgres_errc::missing);
            }
            bytes.resize(at);
            bytes += *row.bytes;
        }
        return bytes;
    }
    queue::read_range range_of(queue::segment_ref const& ref) {
        return [this, ref](std::uint64_t offset,
                           std::size_t size) -> boost::system::result<std::string> {
            auto const all = content(ref);
            if (all.has_error()) return all.error();
            return offset < all->size() ? all->substr(offset, size) : std::string();
        };
    }

    void operator()(queue::commit_job const&) {}
    void operator()(queue::sync_job const&) {}
    void operator()(queue::prepare_job const& job) { note("open", db.prepare(owner.own_, job)); }
    void operator()(queue::remove_job const& job) {
        db.forget_end(owner.own_, job.gone);
        note("remove", db.remove(owner.own_, job));
    }
    void operator()(queue::seal_job const& job) {
        if (!job.trailer.bytes.empty()) note("write", db.put(owner.own_, job.trailer));
    }
    void operator()(queue::cut_job const& job) {
        db.forget_end(owner.own_, job.segment);
        note("truncate", db.cut(owner.own_, job.segment, job.end));
    }
    void operator()(queue::rewrite_job const&) {
        note("write", make_error_code(queue::journal_errc::damaged));
    }
    void operator()(queue::tidy_job const&) {}
    void operator()(queue::measure_job const&) { done.space = {unbounded, unbounded}; }
    void operator()(queue::lock_job const&) {
        bool const owns = db.state().owns(owner.own_.log, owner.own_.epoch);
        note("lock", owns ? error_code() : error_code(postgres_errc::fenced));
    }
    void operator()(queue::list_job const&) {
        auto const found = db.state().logs.find(owner.own_.log);
        if (found == db.state().logs.end()) return;
        for (auto const& [ref, segment] : found->second) {
            auto bytes = segment.header.size();
            for (auto const& [at, row] : segment.rows)
                bytes += row.bytes->size();
            done.entries.push_back({ref, bytes});
        }
    }
    void operator()(queue::load_job const& job) {
        auto all = content(job.from);
        note("read", all.has_error() ? all.error() : error_code());
        if (all.has_error()) return;
        done.content = std::move(*all);
        db.note_end(owner.own_, job.from);
    }
    void operator()(queue::scan_job const& job) {
        auto const all = content(job.from);
        note("read", all.has_error() ? all.error() : error_code());
        if (all.has_error()) return;
        auto const lines = std::string_view(*all).substr(0, job.bytes).substr(job.offset);
        done.ids = queue::full_records(job.salt, lines).ids;
    }
    void operator()(queue::read_job const& job) {
        for (auto const& item : job.items) {
            done.bodies.push_back(item.from.is_none()
                                      ? boost::system::result<queue::shared_bytes>(
                                            make_error_code(queue::journal_errc::ends_early))
                                      : queue::read_body(item, range_of(item.from)));
        }
    }
    void operator()(queue::look_up_job const& job) {
        auto record = queue::read_record(job, range_of(job.from));
        note("read", record.has_error() ? record.error() : error_code());
        if (record.has_value()) done.record = std::move(*record);
    }
};

std::optional<queue::disk_result> simulated_log_worker::attempt(queue::disk_job const& job) {
    auto const* const batch = std::get_if<queue::commit_job>(&job.work);
    auto& by = links_[batch != nullptr ? 0 : 1];
    bool is_open = false;
    auto const generation = by.generation;
    if (auto const ec = connect(by, is_open)) {
        return refused(job, ec);
    }
    if (by.generation != generation && batch != nullptr && under_way_) {
        db_.forget(*under_way_); // it was sent over another connection
        under_way_.reset();
    }
    if (!is_open) return std::nullopt;
    if (batch != nullptr) return commit(*batch);
    work each{*this, db_, {}};
    // Some statements reach the server long after whoever sent them has given up.
    bool const is_drop = std::holds_alternative<queue::remove_job>(job.work);
    if (!is_calm_ && !is_hurried_ && random_() % (is_drop ? 6 : 30) == 0) {
        by.generation = 0;
        if (random_() % 2) return std::nullopt;
        auto const after = std::chrono::milliseconds(random_() % 9000);
        db_.run_later(after, [&db = db_, own = own_, work = job.work] {
            if (auto const* const drop = std::get_if<queue::remove_job>(&work)) {
                (void)db.remove(own, *drop);
            } else if (auto const* const made = std::get_if<queue::prepare_job>(&work)) {
                (void)db.prepare(own, *made);
            } else if (auto const* const sealed = std::get_if<queue::seal_job>(&work)) {
                if (!sealed->trailer.bytes.empty()) (void)db.put(own, sealed->trailer);
            }
        });
        return std::nullopt;
    }
    std::visit([&](auto const& what) { each(what); }, job.work);
    if (loses_answer()) {
        by.generation = 0;
        return std::nullopt;
    }
    return std::move(each.done);
}

queue::disk_result simulated_log_worker::run(queue::disk_job const& job) {
    is_hurried_ = true;
    std::optional<queue::disk_result> result;
    for (int tries = 0; tries < 50 && !result; ++tries)
        result = attempt(job);
    is_hurried_ = false;
    if (result) return std::move(*result);
    return refused(job, postgres_errc::unreachable);
}

} // namespace sluice::tests
