// One connection to an SQLite file, and its statements. The first failure sticks: from then on
// nothing is done until it is cleared, so that a transaction is written down step by step and
// judged once, at its end. One thread at a time.
#pragma once

#include "gateway/tables/time_column.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::gateway::tables {

class sqlite_database;

// A prepared statement. Values are bound in the order of the question marks, read in the order of
// the columns. Must not outlive its database; belongs to it.
class sqlite_statement {
  public:
    sqlite_statement(sqlite_database& owner, std::string_view sql);

    // The next question mark's value. Text and bytes are copied.
    sqlite_statement& bind(std::int64_t value);
    sqlite_statement& bind(std::string_view text);
    sqlite_statement& bind_bytes(std::span<std::uint8_t const> bytes);
    sqlite_statement& bind_null();

    // Whether there is a row (more). After the last one, and after a failure, the statement is
    // ready to be used again.
    bool next();
    // Runs it to its end; how many rows it changed.
    std::int64_t run();
    // Ends a statement that is not read to its end.
    void reset();

    // Columns of the row that `next` found, from 0; views are valid until the next `next`.
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    std::span<std::uint8_t const> bytes(int column) const;
    bool is_null(int column) const;

  private:
    struct finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };

    void check(int code);

    sqlite_database* owner_;
    std::unique_ptr<sqlite3_stmt, finalizer> handle_;
    int bound_ = 0;
};

class sqlite_database {
  public:
    struct options {
        bool is_synchronous = true; // a commit is on the disk (FULL); else it is the system's (OFF)
        char const* file_system = nullptr; // an SQLite VFS; for tests
    };

    // Opens or makes the file, readable by its owner alone. Look at failure().
    sqlite_database(std::string const& path, options const& how);
    ~sqlite_database();
    sqlite_database(sqlite_database const&) = delete;
    sqlite_database& operator=(sqlite_database const&) = delete;

    // One or more statements without values.
    void execute(char const* sql);
    std::int64_t query_integer(std::string_view sql);

    // The first extended result code that was no success since clear_failure; 0 for none.
    int failure() const { return failure_; }
    // The sentence that belongs to it.
    std::string const& failure_text() const { return failure_text_; }
    // errno of the system call that failed, 0 where none did.
    int system_error() const { return system_error_; }
    void clear_failure();
    // Undoes the transaction that is open, if one is.
    void roll_back();

    sqlite3* handle() const { return handle_; }

  private:
    friend class sqlite_statement;

    void note(int code);

    sqlite3* handle_ = nullptr;
    int failure_ = 0;
    int system_error_ = 0;
    std::string failure_text_;
};

} // namespace sluice::gateway::tables
