#include "gateway/tables/postgres_writer.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr postgres_statement add_writer{
    "tables_add_writer", "INSERT INTO sluice.table_writer (id, operation) VALUES ($1::bigint, 0)"};
constexpr postgres_statement next_operation{
    "tables_next_operation", "UPDATE sluice.table_writer SET operation = $2::bigint, at = now() "
                             "WHERE id = $1::bigint AND operation = $2::bigint - 1"};
// Waits for the transaction whose answer was lost, where that still runs.
constexpr postgres_statement last_operation{
    "tables_last_operation",
    "SELECT operation FROM sluice.table_writer WHERE id = $1::bigint FOR UPDATE"};
constexpr postgres_statement read_timeline{"tables_timeline",
                                           "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)"};

// Trimming is due once in so many rounds.
constexpr std::uint64_t trim_rounds = 120;
constexpr int max_repeats = 100;

// The server has refused, and the same may succeed when it is tried again.
bool is_passing(std::string_view sqlstate) {
    return sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03" ||
           sqlstate == "57014" || sqlstate == "53300";
}

// What this server refuses, another one that the URL leads to may do.
bool is_wrong_server(std::string_view sqlstate) {
    return sqlstate == "25006" || sqlstate.starts_with("57P") || sqlstate.starts_with("08");
}

} // namespace

postgres_writer::postgres_writer(postgres_session& session, write_queue& waiting,
                                 postgres_reader& reader, postgres_housekeeping& keeper,
                                 postgres_reader::maps const& memory, options&& how)
    : session_(session)
    , queue_(waiting)
    , reader_(reader)
    , keeper_(keeper)
    , memory_(memory)
    , options_(std::move(how))
    , jitter_(std::random_device{}()) {}

postgres_writer::~postgres_writer() {
    stop();
}

bool postgres_writer::open() {
    if (!session_.connect()) return false;
    auto const where = session_.run(read_timeline);
    if (where.size() > 0) timeline_ = where.text(0, 0);
    become_another_writer();
    if (!register_writer()) return false;
    session_.be_patient(true);
    keeper_.purge_if_due(writer_);
    reader_.begin();
    while (!session_.has_failed() && reader_.step()) {
    }
    session_.be_patient(false);
    return !session_.has_failed();
}

void postgres_writer::start() {
    thread_ = std::thread([this] { work(); });
}

bool postgres_writer::stop() {
    queue_.stop();
    if (thread_.joinable()) {
        thread_.join();
        is_all_saved_ = undecided_ == undecided::nothing && memory_.links.take_unsaved().empty();
    }
    queue_.abandon();
    return is_all_saved_;
}

// --- the loop -----------------------------------------------------------------------------------

void postgres_writer::work() {
    auto next_time = steady_clock::now() + options_.period;
    for (bool is_last = false; !is_last;) {
        if (!session_.is_open() && !connect()) {
            if (queue_.is_stopping()) return;
            continue;
        }
        bool const is_known = undecided_ == undecided::nothing || resolve();
        if (!is_known) {
            after_failure();
            if (queue_.is_stopping()) return;
            queue_.pause(steady_clock::now() + options_.first_pause);
            continue;
        }
        if (!reader_.is_reading()) queue_.wait(next_time);
        auto const taken = queue_.take(alone_ > 0 ? 1 : options_.max_batch);
        if (alone_ > 0) --alone_;
        if (!taken.empty()) write(taken);
        // Nothing else is begun before it is known what became of them.
        if (undecided_ != undecided::nothing) continue;
        is_last = queue_.is_stopping() && queue_.waiting() == 0;
        if (is_last || steady_clock::now() >= next_time) {
            work_regularly();
            next_time = steady_clock::now() + options_.period;
        } else if (reader_.is_reading()) {
            read_more();
        }
    }
}

bool postgres_writer::connect() {
    queue_.begin_work();
    auto const most = std::max<std::int64_t>(pause_.count(), 1);
    queue_.pause(steady_clock::now() + milliseconds(most / 2 + jitter_() % most));
    pause_ = std::clamp(pause_ * 2, options_.first_pause, options_.longest_pause);
    if (queue_.is_stopping() && is_away_) return false;
    if (!session_.connect()) {
        after_failure();
        return false;
    }
    auto const where = session_.run(read_timeline);
    if (where.size() == 0) {
        after_failure();
        session_.disconnect();
        return false;
    }
    // A replica that was promoted need not have had all that memory has seen.
    if (timeline_ != where.text(0, 0)) reader_.begin();
    if (session_.has_failed()) {
        after_failure();
        session_.disconnect();
        return false;
    }
    timeline_ = where.text(0, 0);
    if (undecided_ == undecided::nothing) queue_.work_is_done();
    return true;
}

// What failed is tried again; says so once.
void postgres_writer::after_failure() {
    if (!is_away_ && options_.on_away) options_.on_away(session_.failure_text());
    is_away_ = true;
    if (is_wrong_server(session_.sqlstate())) session_.disconnect();
    session_.roll_back();
}

void postgres_writer::count(outcome what) {
    auto& counter = what == outcome::committed ? transactions_ : failures_;
    counter.fetch_add(1, std::memory_order_relaxed);
    if (what != outcome::committed) return;
    pause_ = milliseconds(0);
    queue_.work_is_done();
    if (is_away_ && options_.on_back) options_.on_back();
    is_away_ = false;
}

// --- operations ---------------------------------------------------------------------------------

// From here on what was done under the old number counts as another gateway's.
void postgres_writer::become_another_writer() {
    writer_ = static_cast<std::int64_t>(random_link_code().number());
    operation_ = 0;
}

bool postgres_writer::register_writer() {
    postgres_session::parameters values;
    session_.run(add_writer, values.add(writer_));
    return !session_.has_failed();
}

bool postgres_writer::begin_operation() {
    session_.begin();
    postgres_session::parameters values;
    auto const done = session_.run(next_operation, values.add(writer_).add(operation_ + 1));
    if (session_.has_failed() || done.affected() == 1) return !session_.has_failed();
    // Nobody else writes this row: a replica leads that has not had it.
    session_.roll_back();
    become_another_writer();
    reader_.begin();
    register_writer();
    session_.begin();
    postgres_session::parameters again;
    session_.run(next_operation, again.add(writer_).add(operation_ + 1));
    return !session_.has_failed();
}

// Whether the operation whose answer was lost was committed; false: not known yet.
bool postgres_writer::resolve() {
    queue_.begin_work();
    session_.clear_failure();
    session_.begin();
    postgres_session::parameters values;
    auto const rows = session_.run(last_operation, values.add(writer_));
    if (session_.has_failed()) return false;
    bool const is_done = rows.size() > 0 && rows.number(0, 0) == operation_ + 1;
    if (is_done) {
        // It may not have reached a standby: a later commit of ours proves that it has.
        postgres_session::parameters same;
        session_.run(touch_writer, same.add(writer_));
        if (session_.commit() != outcome::committed) return false;
    } else {
        session_.roll_back();
    }
    settle_operation(is_done);
    return true;
}

void postgres_writer::settle_operation(bool is_done) {
    auto const what = std::exchange(undecided_, undecided::nothing);
    if (is_done) {
        ++operation_;
        count(outcome::committed);
    }
    if (what == undecided::clicks) {
        if (!is_done) memory_.links.give_back(saving_);
        saving_.clear();
    } else if (is_done) {
        reader_.read_plans();
        succeed(queue_.in_flight());
    } else {
        queue_.put_back();
    }
}

// --- writes -------------------------------------------------------------------------------------

void postgres_writer::write(write_queue::writes const& all) {
    queue_.begin_work();
    auto done = outcome::failed;
    bool is_to_repeat = true;
    for (int i = 0; is_to_repeat && i < max_repeats; ++i) {
        is_to_repeat = false;
        done = attempt(all, is_to_repeat);
    }
    if (done == outcome::committed) return succeed(all);
    count(done);
    if (done == outcome::unknown) {
        undecided_ = undecided::writes;
        after_failure();
    } else {
        refuse(all);
    }
}

postgres_writer::outcome postgres_writer::attempt(write_queue::writes const& all,
                                                  bool& is_to_repeat) {
    postgres_batch batch(memory_.agents, memory_.answers);
    bool const is_reading = std::ranges::all_of(all, [](auto const& e) { return e->is_reading(); });
    for (auto const& each : all) {
        each->prepare(session_);
        each->want(batch);
    }
    if (is_reading) {
        batch.load(session_);
        if (session_.has_failed()) return outcome::failed;
        for (auto const& each : all)
            each->decide(batch);
        count(outcome::committed);
        return outcome::committed;
    }
    if (!begin_operation()) return outcome::failed;
    batch.lock(session_);
    batch.load(session_);
    if (session_.has_failed()) return outcome::failed;
    for (auto const& each : all)
        each->decide(batch);
    if (!batch.save(session_, writer_) && !session_.has_failed()) {
        session_.roll_back();
        is_to_repeat = true;
        return outcome::failed;
    }
    auto const done = session_.commit();
    if (done == outcome::committed) {
        ++operation_;
        count(done);
        if (batch.next_plan) memory_.next_planned.store(*batch.next_plan);
    }
    return done;
}

void postgres_writer::tell(write_queue::writes const& all, boost::system::error_code failure) {
    tell_all({all.begin(), all.end()}, failure);
    queue_.landed();
}

void postgres_writer::succeed(write_queue::writes const& all) {
    for (auto const& each : all)
        each->publish();
    if (!keeper_.purge_if_due(writer_)) reader_.begin();
    tell(all, {});
}

// Nothing was committed.
void postgres_writer::refuse(write_queue::writes const& all) {
    auto const state = session_.sqlstate();
    if (state == "53100") {
        session_.roll_back();
        queue_.work_is_done();
        return tell(all, errc::disk_full);
    }
    after_failure();
    bool const is_tried_again = state.empty() || is_passing(state) || is_wrong_server(state);
    if (is_tried_again) return queue_.put_back();
    if (all.size() == 1) {
        queue_.work_is_done();
        return tell(all, errc::unavailable);
    }
    alone_ = all.size();
    queue_.put_back();
}

// --- what is done by itself ---------------------------------------------------------------------

void postgres_writer::work_regularly() {
    ++round_;
    queue_.begin_work();
    if (round_ % 2 == 0 || queue_.is_stopping()) save_clicks();
    if (undecided_ != undecided::nothing || !session_.is_open()) return;
    if (round_ % trim_rounds == 0) keeper_.trim(writer_);
    reader_.poll(writer_, steady_clock::now());
    if (session_.has_failed()) return after_failure();
    // The database answers.
    pause_ = milliseconds(0);
    queue_.work_is_done();
    if (is_away_ && options_.on_back) options_.on_back();
    is_away_ = false;
}

void postgres_writer::read_more() {
    queue_.begin_work();
    reader_.step();
    if (session_.has_failed()) return after_failure();
    queue_.work_is_done();
}

void postgres_writer::save_clicks() {
    saving_ = memory_.links.take_unsaved();
    if (saving_.empty()) return;
    table_changes changes;
    auto done = outcome::failed;
    if (begin_operation() &&
        tables::save_clicks(session_, saving_, queue_.is_stopping(), changes)) {
        changes.save(session_, writer_);
        done = session_.commit();
    }
    if (done == outcome::committed) {
        ++operation_;
        count(done);
        saving_.clear();
        return;
    }
    if (session_.has_failed()) count(done); // else another gateway saves its own now
    if (done == outcome::unknown) {
        undecided_ = undecided::clicks;
        return after_failure();
    }
    memory_.links.give_back(saving_);
    saving_.clear();
    is_all_saved_ = false;
    session_.has_failed() ? after_failure() : session_.roll_back();
}

} // namespace sluice::gateway::tables
