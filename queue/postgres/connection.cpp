#include "queue/postgres/connection.hpp"

#include "queue/postgres/without_password.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <libpq-fe.h>
#include <poll.h>
#include <utility>

namespace sluice::queue::postgres {

using boost::system::result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// A statement that must not be cancelled while it waits for a standby is bounded by the caller's
// own wait, not by the server; what is bounded there would otherwise hold locks for ever.
constexpr std::string_view session = "SET default_transaction_isolation = 'read committed';"
                                     "SET lock_timeout = '5s';"
                                     "SET idle_in_transaction_session_timeout = '10s';"
                                     "SET client_min_messages = 'warning';"
                                     "SET bytea_output = 'hex';"
                                     "SET statement_timeout = 0;"
                                     "SELECT set_config('synchronous_commit', CASE "
                                     "current_setting('synchronous_commit') WHEN 'remote_apply' "
                                     "THEN 'remote_apply' ELSE 'on' END, false)";

constexpr milliseconds session_timeout{5000};

// libpq's messages end with a newline and may have several lines.
std::string one_line(char const* text) {
    std::string line(text == nullptr ? "" : text);
    while (!line.empty() && (line.back() == '\n' || line.back() == ' '))
        line.pop_back();
    std::ranges::replace(line, '\n', ' ');
    return line;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

} // namespace

// --- parameters ---------------------------------------------------------------------------------

parameters& parameters::add(std::string_view text) {
    values_.push_back({std::string(text), {}, false, false});
    return *this;
}

parameters& parameters::add(std::int64_t number) {
    return add(std::to_string(number));
}

parameters& parameters::add_bytes(std::string_view bytes) {
    values_.push_back({{}, bytes, true, false});
    return *this;
}

parameters& parameters::add_null() {
    values_.push_back({{}, {}, false, true});
    return *this;
}

// --- rows ---------------------------------------------------------------------------------------

rows::rows(pg_result* owned, bool is_binary)
    : result_(owned)
    , is_binary_(is_binary) {}

void rows::clear::operator()(pg_result* r) const {
    PQclear(r);
}

std::size_t rows::size() const {
    return static_cast<std::size_t>(PQntuples(result_.get()));
}

std::uint64_t rows::affected() const {
    std::string_view const text = PQcmdTuples(result_.get());
    std::uint64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

bool rows::is_null(std::size_t row, std::size_t column) const {
    return PQgetisnull(result_.get(), static_cast<int>(row), static_cast<int>(column)) != 0;
}

std::string_view rows::text(std::size_t row, std::size_t column) const {
    auto const r = static_cast<int>(row);
    auto const c = static_cast<int>(column);
    return {PQgetvalue(result_.get(), r, c),
            static_cast<std::size_t>(PQgetlength(result_.get(), r, c))};
}

std::int64_t rows::number(std::size_t row, std::size_t column) const {
    auto const digits = text(row, column);
    std::int64_t value = 0;
    if (is_binary_) {
        for (char const byte : digits)
            value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << 8 |
                                              static_cast<unsigned char>(byte));
        return value;
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::string rows::bytes(std::size_t row, std::size_t column) const {
    auto digits = text(row, column);
    if (is_binary_ || !digits.starts_with("\\x")) return std::string(digits);
    digits.remove_prefix(2);
    std::string out(digits.size() / 2, '\0');
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<char>(hex_value(digits[2 * i]) << 4 | hex_value(digits[2 * i + 1]));
    }
    return out;
}

// --- connection ---------------------------------------------------------------------------------

void connection::finish::operator()(pg_conn* c) const {
    PQfinish(c);
}

connection::connection(pg_conn* owned, std::size_t most_prepared)
    : notices_(std::make_unique<notices>())
    , handle_(owned)
    , most_prepared_(most_prepared) {}
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;
connection::~connection() = default;

result<connection> connection::open(connect_options const& options, std::string& why) {
    auto const timeout = std::to_string(options.connect_timeout.count());
    // What stands before `dbname` is a default that the URL may change.
    std::array<char const*, 9> const keys{
        "keepalives_idle",  "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", "connect_timeout",     "dbname",
        "application_name", "client_encoding",     nullptr};
    std::array<char const*, 9> const values{"5",
                                            "2",
                                            "3",
                                            "10000",
                                            timeout.c_str(),
                                            options.url.c_str(),
                                            options.application_name.c_str(),
                                            "UTF8",
                                            nullptr};
    connection made(PQconnectdbParams(keys.data(), values.data(), 1), options.most_prepared);
    if (!made.handle_ || PQstatus(made.handle_.get()) != CONNECTION_OK) {
        auto const said = made.handle_ ? one_line(PQerrorMessage(made.handle_.get())) : "";
        why = made.handle_ ? message_without_password(said, options.url) : "out of memory";
        return postgres_errc::unreachable;
    }
    PQsetNoticeProcessor(
        made.handle_.get(), [](void*, char const*) {}, nullptr);
    PQsetnonblocking(made.handle_.get(), 1);
    if (auto const set = made.execute_script(session, session_timeout); set.has_error()) {
        why = made.message_;
        return postgres_errc::unreachable;
    }
    return made;
}

// The warning has no code of its own.
void connection::note(void* to, pg_result const* notice) {
    auto const* const text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if (text == nullptr) return;
    if (std::string_view(text).starts_with("canceling wait for synchronous replication")) {
        static_cast<notices*>(to)->is_unconfirmed = true;
    }
}

bool connection::is_open() const {
    return handle_ != nullptr;
}

int connection::server_version() const {
    return handle_ ? PQserverVersion(handle_.get()) : 0;
}

std::string connection::host() const {
    if (!handle_) return {};
    auto const* const host = PQhost(handle_.get());
    auto const* const port = PQport(handle_.get());
    return std::string(host == nullptr ? "" : host) + ":" + (port == nullptr ? "" : port);
}

boost::system::error_code connection::fail(postgres_errc why, std::string_view message) {
    message_ = message;
    sqlstate_.clear();
    handle_.reset();
    prepared_.clear();
    return why;
}

result<rows> connection::execute(std::string_view sql, parameters const& values,
                                 milliseconds timeout) {
    return ask({}, sql, values, timeout, false);
}

result<rows> connection::execute_binary(std::string_view sql, parameters const& values,
                                        milliseconds timeout) {
    return ask({}, sql, values, timeout, true);
}

result<rows> connection::execute_prepared(std::string_view name, std::string_view sql,
                                          parameters const& values, milliseconds timeout) {
    return ask(name, sql, values, timeout, false);
}

result<rows> connection::ask(std::string_view name, std::string_view sql, parameters const& values,
                             milliseconds timeout, bool is_binary) {
    if (!handle_) return fail(postgres_errc::unreachable, "not connected");
    notices_->is_unconfirmed = false;
    std::string const text(sql);
    std::string const title(name);
    bool const is_named = !name.empty();
    if (is_named && std::ranges::find(prepared_, title) == prepared_.end()) {
        if (prepared_.size() >= most_prepared_) {
            if (auto const gone = execute_script("DEALLOCATE ALL", timeout); gone.has_error()) {
                return gone.error();
            }
            prepared_.clear();
        }
        if (PQsendPrepare(handle_.get(), title.c_str(), text.c_str(), 0, nullptr) != 1) {
            return fail(postgres_errc::unreachable, one_line(PQerrorMessage(handle_.get())));
        }
        if (auto const done = answer(timeout); done.has_error()) return done.error();
        prepared_.push_back(title);
    }
    std::vector<char const*> pointers;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (auto const& value : values.values_) {
        auto const* const begin = value.is_binary ? value.bytes.data() : value.text.c_str();
        pointers.push_back(value.is_null ? nullptr : begin);
        lengths.push_back(static_cast<int>(value.bytes.size()));
        formats.push_back(value.is_binary ? 1 : 0);
    }
    auto const count = static_cast<int>(pointers.size());
    auto* const c = handle_.get();
    int const sent = is_named
                         ? PQsendQueryPrepared(c, title.c_str(), count, pointers.data(),
                                               lengths.data(), formats.data(), 0)
                         : PQsendQueryParams(c, text.c_str(), count, nullptr, pointers.data(),
                                             lengths.data(), formats.data(), is_binary ? 1 : 0);
    // libpq may have written a part of it.
    if (sent != 1) return fail(postgres_errc::unknown, one_line(PQerrorMessage(c)));
    return answer(timeout, is_binary);
}

result<rows> connection::execute_script(std::string_view sql, milliseconds timeout) {
    if (!handle_) return fail(postgres_errc::unreachable, "not connected");
    notices_->is_unconfirmed = false;
    if (PQsendQuery(handle_.get(), std::string(sql).c_str()) != 1) {
        return fail(postgres_errc::unknown, one_line(PQerrorMessage(handle_.get())));
    }
    return answer(timeout);
}

// Until the socket can be read (or, while something is to be sent, written); false: too late.
bool connection::wait(steady_clock::time_point deadline, bool is_sending) {
    auto const rest =
        std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()).count();
    if (rest <= 0) return false;
    pollfd socket{PQsocket(handle_.get()),
                  static_cast<short>(is_sending ? POLLIN | POLLOUT : POLLIN), 0};
    int const ready = ::poll(&socket, 1, static_cast<int>(std::min<long>(rest, 60'000)));
    return ready > 0 || (ready < 0 && errno == EINTR) || rest > 60'000;
}

// Reads while it sends: a server that answers early would otherwise wait for us as we for it.
result<rows> connection::answer(milliseconds timeout, bool is_binary) {
    auto const deadline = steady_clock::now() + timeout;
    auto* const c = handle_.get();
    pg_result* last = nullptr;
    for (;;) {
        int const left = PQflush(c);
        bool const is_broken = left < 0 || PQconsumeInput(c) == 0;
        if (is_broken) {
            PQclear(last);
            return fail(postgres_errc::unknown, one_line(PQerrorMessage(c)));
        }
        while (left == 0 && PQisBusy(c) == 0) {
            auto* const next = PQgetResult(c);
            if (next == nullptr) return judge(last, is_binary);
            // The first error counts, not what follows from it.
            bool const keeps = last != nullptr && PQresultStatus(last) == PGRES_FATAL_ERROR;
            PQclear(keeps ? next : std::exchange(last, next));
        }
        if (wait(deadline, left == 1)) continue;
        PQclear(last);
        return fail(postgres_errc::unknown, "no answer in time");
    }
}

result<rows> connection::judge(pg_result* last, bool is_binary) {
    rows all(last, is_binary);
    auto const status = last == nullptr ? PGRES_FATAL_ERROR : PQresultStatus(last);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return all;
    auto const* const state =
        last == nullptr ? nullptr : PQresultErrorField(last, PG_DIAG_SQLSTATE);
    auto const text =
        one_line(last == nullptr ? PQerrorMessage(handle_.get()) : PQresultErrorMessage(last));
    // Without a code of the server's it is libpq that speaks of a connection that was lost.
    bool const is_lost = state == nullptr || PQstatus(handle_.get()) != CONNECTION_OK;
    if (is_lost) return fail(postgres_errc::unknown, text);
    sqlstate_ = state;
    message_ = text;
    return postgres_errc::refused;
}

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (char const c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out += '"';
}

} // namespace sluice::queue::postgres
