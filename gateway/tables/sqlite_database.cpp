#include "gateway/tables/sqlite_database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace sluice::gateway::tables {

namespace {

// How long a backup or an operator's look may hold the file before a write fails.
constexpr int busy_timeout_ms = 5'000;

bool is_fine(int code) {
    return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
}

// SQLite makes its journal with the permissions of the file.
void make_private_file(std::string const& path) {
    int const fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
}

} // namespace

// --- statements ---------------------------------------------------------------------------------

void sqlite_statement::finalizer::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

sqlite_statement::sqlite_statement(sqlite_database& owner, std::string_view sql)
    : owner_(&owner) {
    if (owner.failure()) return;
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v3(owner.handle(), sql.data(), static_cast<int>(sql.size()),
                             SQLITE_PREPARE_PERSISTENT, &made, nullptr));
    handle_.reset(made);
}

void sqlite_statement::check(int code) {
    if (!is_fine(code)) owner_->note(code);
}

sqlite_statement& sqlite_statement::bind(std::int64_t value) {
    if (!owner_->failure()) check(sqlite3_bind_int64(handle_.get(), ++bound_, value));
    return *this;
}

sqlite_statement& sqlite_statement::bind(std::string_view text) {
    if (owner_->failure()) return *this;
    // A null pointer would bind NULL.
    auto const* const begin = text.empty() ? "" : text.data();
    check(sqlite3_bind_text64(handle_.get(), ++bound_, begin, text.size(), SQLITE_TRANSIENT,
                              SQLITE_UTF8));
    return *this;
}

sqlite_statement& sqlite_statement::bind_bytes(std::span<std::uint8_t const> bytes) {
    if (!owner_->failure()) {
        check(sqlite3_bind_blob64(handle_.get(), ++bound_, bytes.data(), bytes.size(),
                                  SQLITE_TRANSIENT));
    }
    return *this;
}

sqlite_statement& sqlite_statement::bind_null() {
    if (!owner_->failure()) check(sqlite3_bind_null(handle_.get(), ++bound_));
    return *this;
}

bool sqlite_statement::next() {
    int code = SQLITE_MISUSE;
    if (!owner_->failure()) {
        code = sqlite3_step(handle_.get());
        check(code);
    }
    if (code == SQLITE_ROW) return true;
    reset();
    return false;
}

std::int64_t sqlite_statement::run() {
    while (next()) {
    }
    return owner_->failure() ? 0 : sqlite3_changes64(owner_->handle());
}

void sqlite_statement::reset() {
    bound_ = 0;
    if (handle_) sqlite3_reset(handle_.get()); // its result is the one that `step` gave
}

std::int64_t sqlite_statement::integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}

std::string_view sqlite_statement::text(int column) const {
    auto const* const begin =
        reinterpret_cast<char const*>(sqlite3_column_text(handle_.get(), column));
    if (!begin) return {};
    return {begin, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::span<std::uint8_t const> sqlite_statement::bytes(int column) const {
    auto const* const begin =
        static_cast<std::uint8_t const*>(sqlite3_column_blob(handle_.get(), column));
    return {begin, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

bool sqlite_statement::is_null(int column) const {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

// --- the connection -----------------------------------------------------------------------------

sqlite_database::sqlite_database(std::string const& path, options const& how) {
    make_private_file(path);
    int const flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    note(sqlite3_open_v2(path.c_str(), &handle_, flags, how.file_system));
    if (failure_) return;
    sqlite3_busy_timeout(handle_, busy_timeout_ms);
    execute("PRAGMA journal_mode = WAL");
    execute(how.is_synchronous ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF");
    // What is erased is overwritten, not only forgotten.
    execute("PRAGMA secure_delete = ON");
    execute("PRAGMA foreign_keys = ON");
    execute("PRAGMA trusted_schema = OFF");
}

sqlite_database::~sqlite_database() {
    sqlite3_close_v2(handle_);
}

void sqlite_database::note(int code) {
    if (is_fine(code) || failure_) return;
    failure_ = code;
    failure_text_ = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
    system_error_ = handle_ ? sqlite3_system_errno(handle_) : 0;
}

void sqlite_database::execute(char const* sql) {
    if (!failure_) note(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
}

std::int64_t sqlite_database::query_integer(std::string_view sql) {
    sqlite_statement query(*this, sql);
    std::int64_t const value = query.next() ? query.integer(0) : 0;
    query.reset();
    return value;
}

void sqlite_database::clear_failure() {
    failure_ = 0;
    system_error_ = 0;
    failure_text_.clear();
}

void sqlite_database::roll_back() {
    if (handle_ && !sqlite3_get_autocommit(handle_)) {
        sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

} // namespace sluice::gateway::tables
