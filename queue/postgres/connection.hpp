// One connection to PostgreSQL over libpq, blocking, every wait bounded. Owned by the thread that
// uses it: a disk thread, the thread that renews the lease, the writer of the tables; never an
// event loop. Knows nothing of what is stored.
//
// Life: `open`, `execute`…; after an error that is not `refused` the connection is closed and
// another one is opened. `unknown` is told apart from `unreachable` because it decides what may be
// done next: a statement whose answer did not come may have been carried out.
#pragma once

#include "queue/postgres/postgres_error.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;

namespace sluice::queue::postgres {

struct connect_options {
    std::string url; // postgresql://… or libpq's key=value form; several hosts are tried in order
    std::string application_name = "sluice";
    std::chrono::seconds connect_timeout{3}; // for each host; libpq's least is 2 s
    // Statements that a connection keeps prepared; one more, and all are prepared anew. Each costs
    // the server memory.
    std::size_t most_prepared = 32;
};

// Values for $1, $2, …: text as the server reads it (the statement says the type: `$1::bigint`), or
// bytes for a bytea. Views: what they show must live until the statement has been sent.
class parameters {
  public:
    parameters& add(std::string_view text);
    parameters& add(std::int64_t number);
    parameters& add_bytes(std::string_view bytes);
    parameters& add_null();
    std::size_t size() const { return values_.size(); }

  private:
    friend class connection;
    struct value {
        std::string text; // zero-terminated for libpq
        std::string_view bytes;
        bool is_binary = false;
        bool is_null = false;
    };
    std::vector<value> values_;
};

// The answer to one statement. Rows and columns from 0; views live as long as this does.
class rows {
  public:
    rows(pg_result* owned, bool is_binary);

    std::size_t size() const;
    std::uint64_t affected() const; // of an insert, update or delete
    bool is_null(std::size_t row, std::size_t column) const;
    std::string_view text(std::size_t row, std::size_t column) const;
    std::int64_t number(std::size_t row, std::size_t column) const; // 0 where it is none
    std::string bytes(std::size_t row, std::size_t column) const;   // of a bytea

  private:
    struct clear {
        void operator()(pg_result* r) const;
    };
    std::unique_ptr<pg_result, clear> result_;
    bool is_binary_;
};

class connection {
  public:
    // Blocks until there is a connection or every host was tried. Its session has READ COMMITTED,
    // `synchronous_commit = on` unless the role's own setting is stricter, and time-outs for locks
    // and idle transactions. Error: `unreachable`; `why` is then filled in.
    static boost::system::result<connection> open(connect_options const& options, std::string& why);
    connection(connection&&) noexcept;
    connection& operator=(connection&&) noexcept;
    ~connection();

    // One statement and its answer, or the error after `timeout`. Errors: `refused` (the server
    // said no: `sqlstate` and `message`), `unknown` (no answer: the connection is closed and the
    // statement may have been carried out), `unreachable` (closed before it was sent).
    boost::system::result<rows> execute(std::string_view sql, parameters const& values = {},
                                        std::chrono::milliseconds timeout = default_timeout);
    // As `execute`, parsed by the server once for each connection and `name`.
    boost::system::result<rows> execute_prepared(std::string_view name, std::string_view sql,
                                                 parameters const& values,
                                                 std::chrono::milliseconds timeout);
    // As `execute`; the answer's values come as the server keeps them: for large byte strings,
    // which are twice as long in text. Only `bytes` makes sense of them, and `number` of a bigint.
    boost::system::result<rows> execute_binary(std::string_view sql, parameters const& values,
                                               std::chrono::milliseconds timeout);
    // Several statements at once, without values; the answer is the last one's.
    boost::system::result<rows> execute_script(std::string_view sql,
                                               std::chrono::milliseconds timeout);

    // Whether the last statement was committed here but no standby confirmed it ("canceling wait
    // for synchronous replication"): to be treated as unknown.
    bool was_left_unconfirmed() const { return notices_ && notices_->is_unconfirmed; }
    bool is_open() const;
    std::string const& message() const { return message_; }   // of the last error, one line
    std::string const& sqlstate() const { return sqlstate_; } // five characters, or empty
    int server_version() const;                               // 150004 for 15.4
    std::string host() const;                                 // which of the URL's is used

    static constexpr std::chrono::milliseconds default_timeout{10'000};

  private:
    struct finish {
        void operator()(pg_conn* c) const;
    };
    struct notices {
        bool is_unconfirmed = false;
    };
    connection(pg_conn* owned, std::size_t most_prepared);
    static void note(void* to, pg_result const* notice);
    boost::system::result<rows> ask(std::string_view name, std::string_view sql,
                                    parameters const& values, std::chrono::milliseconds timeout,
                                    bool is_binary);
    boost::system::result<rows> answer(std::chrono::milliseconds timeout, bool is_binary = false);
    boost::system::result<rows> judge(pg_result* last, bool is_binary);
    boost::system::error_code fail(postgres_errc why, std::string_view message);
    bool wait(std::chrono::steady_clock::time_point deadline, bool is_sending);

    std::unique_ptr<notices> notices_; // before the handle, which writes to it
    std::unique_ptr<pg_conn, finish> handle_;
    std::size_t most_prepared_;
    std::vector<std::string> prepared_;
    std::string message_;
    std::string sqlstate_;
};

// A name as it stands in SQL, in double quotes.
std::string quoted(std::string_view name);

} // namespace sluice::queue::postgres
