#include "gateway/tables/postgres_session.hpp"

namespace sluice::gateway::tables {

namespace {

using queue::postgres::postgres_errc;

// A gateway that froze in a transaction must not hold what the others wait for; whoever waits gives
// up before that and tries again.
constexpr std::string_view session_settings = "SET lock_timeout = '1500ms';"
                                              "SET idle_in_transaction_session_timeout = '3s'";

constexpr std::chrono::milliseconds patience{60'000};

} // namespace

bool postgres_session::connect() {
    clear_failure();
    connection_.reset();
    auto opened = queue::postgres::connection::open(options_.to, failure_text_);
    if (!opened) return false;
    connection_.emplace(std::move(*opened));
    auto const set = connection_->execute_script(session_settings, options_.statement_timeout);
    if (set.has_error()) note(set.error());
    return !has_failed_;
}

postgres_session::rows postgres_session::run(postgres_statement const& what,
                                             parameters const& values) {
    if (has_failed_) return rows(nullptr, false);
    if (!connection_) {
        note(postgres_errc::unreachable);
        return rows(nullptr, false);
    }
    auto const limit = is_patient_ ? patience : options_.statement_timeout;
    auto done = connection_->execute_prepared(what.name, what.sql, values, limit);
    if (done.has_value()) return std::move(*done);
    note(done.error());
    return rows(nullptr, false);
}

void postgres_session::begin() {
    run({"tables_begin", "BEGIN"});
}

postgres_session::outcome postgres_session::commit() {
    if (has_failed_ || !connection_) return outcome::failed;
    auto const done =
        connection_->execute_prepared("tables_commit", "COMMIT", {}, options_.commit_timeout);
    if (done.has_value()) {
        if (!connection_->was_left_unconfirmed()) return outcome::committed;
        fail("a commit was not confirmed by a standby");
        return outcome::unknown;
    }
    note(done.error());
    // The server may refuse a commit and says so: a constraint that is judged last.
    return done.error() == postgres_errc::unknown ? outcome::unknown : outcome::failed;
}

void postgres_session::roll_back() {
    clear_failure();
    if (!is_open()) return;
    // Never prepared: in a transaction that failed nothing else is taken.
    auto const done = connection_->execute_script("ROLLBACK", options_.statement_timeout);
    if (done.has_error()) disconnect();
    clear_failure();
}

void postgres_session::fail(std::string_view text) {
    if (has_failed_) return;
    has_failed_ = true;
    failure_text_ = text;
}

void postgres_session::clear_failure() {
    has_failed_ = false;
    sqlstate_.clear();
    failure_text_.clear();
}

void postgres_session::note(boost::system::error_code ec) {
    has_failed_ = true;
    bool const is_refused = connection_ && ec == postgres_errc::refused;
    sqlstate_ = is_refused ? connection_->sqlstate() : "";
    failure_text_ =
        connection_ && !connection_->message().empty() ? connection_->message() : ec.message();
    if (connection_ && !connection_->is_open()) connection_.reset();
}

} // namespace sluice::gateway::tables
