#include "tests/support/postgres_server.hpp"

#include "tests/support/free_port.hpp"
#include "tests/support/wait_until.hpp"

#include <cctype>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <libpq-fe.h>
#include <pwd.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace sluice::tests {
namespace {

constexpr std::string_view programs = "/usr/lib/postgresql/15/bin/";
constexpr std::string_view account = "postgres";
constexpr std::chrono::minutes patience{2}; // two cores and a slow disk

using connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

bool is_root() {
    return ::geteuid() == 0;
}

// The server's user must be able to write there.
void give_away(std::filesystem::path const& directory) {
    if (!is_root()) return;
    auto const* const user = ::getpwnam(std::string(account).c_str());
    if (user == nullptr || ::chown(directory.c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::runtime_error("no user postgres to give " + directory.string() + " to");
}

process_options options_for(std::vector<std::string> arguments,
                            std::filesystem::path const& directory) {
    process_options options;
    options.arguments = std::move(arguments);
    options.arguments.front().insert(0, programs);
    options.working_directory = directory;
    if (is_root()) options.user = account;
    return options;
}

// The parent in /proc/PID/stat; it stands behind the name, which may have anything in it.
pid_t parent_of(std::string const& pid) {
    auto const text = read_whole("/proc/" + pid + "/stat");
    auto const name_end = text.rfind(')');
    if (name_end == text.npos || text.size() < name_end + 5) return -1;
    return static_cast<pid_t>(std::strtol(text.c_str() + name_end + 4, nullptr, 10));
}

std::string as_text(PGresult const* rows) {
    std::string text;
    for (int row = 0; row < PQntuples(rows); ++row) {
        if (row > 0) text += '\n';
        for (int column = 0; column < PQnfields(rows); ++column) {
            if (column > 0) text += '|';
            text += PQgetvalue(rows, row, column);
        }
    }
    return text;
}

} // namespace

bool postgres_server::is_installed() {
    return std::filesystem::exists(std::string(programs) + "postgres");
}

postgres_server::postgres_server(postgres_options const& options) {
    give_away(directory_.path());
    run({"initdb", "-D", data_directory().string(), "-U", "postgres", "--auth=trust",
         "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"});
    std::vector<std::string> lines{
        "listen_addresses = '127.0.0.1'",
        "unix_socket_directories = '" + directory_.path().string() + "'",
        std::string("fsync = ") + (options.is_fsync_on ? "on" : "off"),
        "max_connections = " + std::to_string(options.max_connections),
        "shared_buffers = '32MB'",
        "max_wal_size = '256MB'",
        "wal_keep_size = '64MB'",
        "timezone = 'UTC'",
    };
    lines.insert(lines.end(), options.settings.begin(), options.settings.end());
    configure(lines);
    start_somewhere();
}

postgres_server::postgres_server(postgres_server& primary, std::string const& name) {
    give_away(directory_.path());
    run({"pg_basebackup", "-D", data_directory().string(), "-d",
         primary.url() + "?application_name=" + name, "-R", "-X", "stream", "--checkpoint=fast",
         "--no-sync"});
    configure({"unix_socket_directories = '" + directory_.path().string() + "'"});
    start_somewhere();
}

postgres_server::~postgres_server() {
    kill();
}

void postgres_server::run(std::vector<std::string> arguments) {
    auto const name = arguments.front();
    auto const done = run_process(options_for(std::move(arguments), directory_.path()), patience);
    if (done.exit_code != 0)
        throw std::runtime_error(name + " ended with " + std::to_string(done.exit_code) + ": " +
                                 done.errors);
}

void postgres_server::configure(std::vector<std::string> const& lines) {
    std::ofstream file(data_directory() / "postgresql.conf", std::ios::app);
    for (auto const& line : lines)
        file << line << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write postgresql.conf");
}

// Another test may take a port between its choice and its use.
void postgres_server::start_somewhere() {
    for (int tries = 0; tries < 5; ++tries) {
        port_ = free_port();
        try {
            start();
            return;
        } catch (std::runtime_error const&) {
            bool const was_taken = !process_->is_running() &&
                                   log().find("Address already in use") != std::string::npos;
            if (!was_taken) throw;
        }
    }
    throw std::runtime_error("no free port for PostgreSQL");
}

void postgres_server::start() {
    process_ = std::make_unique<child_process>(
        options_for({"postgres", "-D", data_directory().string(), "-p", std::to_string(port_)},
                    directory_.path()));
    wait_until([this] { return answers() || !process_->is_running(); }, patience);
    if (!process_->is_running() || !answers())
        throw std::runtime_error("PostgreSQL is not up: " + log());
}

bool postgres_server::answers() const {
    return PQping((url() + "?connect_timeout=5").c_str()) == PQPING_OK;
}

std::string postgres_server::url(std::string_view role, std::string_view database) const {
    return "postgresql://" + std::string(role) + "@127.0.0.1:" + std::to_string(port_) + "/" +
           std::string(database);
}

std::string postgres_server::make_database_name() {
    auto name = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++databases_);
    sql("CREATE DATABASE " + name);
    return name;
}

std::string postgres_server::sql(std::string const& text, std::string_view database) {
    connection const to(PQconnectdb(url("postgres", database).c_str()), &PQfinish);
    if (PQstatus(to.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(to.get()));
    answer const rows(PQexec(to.get(), text.c_str()), &PQclear);
    auto const status = PQresultStatus(rows.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        throw std::runtime_error(PQerrorMessage(to.get()));
    return as_text(rows.get());
}

// The postmaster and its children: each leads a session of its own, so that a signal to a group
// would not reach them.
std::vector<pid_t> postgres_server::processes() const {
    std::vector<pid_t> found{process_->pid()};
    for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
        auto const name = entry.path().filename().string();
        bool const is_process = std::isdigit(static_cast<unsigned char>(name.front())) != 0;
        if (is_process && parent_of(name) == process_->pid())
            found.push_back(static_cast<pid_t>(std::stol(name)));
    }
    return found;
}

// The postmaster is stopped first, so that it makes no new children meanwhile.
void postgres_server::freeze() {
    process_->signal(SIGSTOP);
    for (auto const pid : processes())
        ::kill(pid, SIGSTOP);
}

void postgres_server::thaw() {
    for (auto const pid : processes())
        ::kill(pid, SIGCONT);
}

void postgres_server::kill() {
    if (!process_ || !process_->is_running()) return;
    process_->signal(SIGSTOP);
    auto const all = processes();
    for (auto const pid : all)
        ::kill(pid, SIGKILL);
    process_->wait();
    // Where they are not gone, its shared memory is in use, and it does not start again.
    wait_until([&] {
        for (auto const pid : all)
            if (parent_of(std::to_string(pid)) == process_->pid()) return false;
        return true;
    });
}

void postgres_server::stop() {
    process_->signal(SIGINT);
    process_->wait(patience);
}

void postgres_server::cut_connections() {
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
}

void postgres_server::require_standby(std::string const& names) {
    sql("ALTER SYSTEM SET synchronous_standby_names = '" + names + "'");
    sql("SELECT pg_reload_conf()");
    auto const is_in_force = [&] {
        if (sql("SHOW synchronous_standby_names") != names) return false;
        return names.empty() || sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state IN "
                                    "('sync', 'quorum')") != "0";
    };
    if (!wait_until(is_in_force, patience))
        throw std::runtime_error("no synchronous standby: " + log());
}

void postgres_server::promote() {
    if (sql("SELECT pg_promote(true, 60)") != "t")
        throw std::runtime_error("the standby is not promoted: " + log());
}

std::string postgres_server::log() const {
    return process_ ? process_->output() + process_->errors() : std::string();
}

postgres_server& shared_postgres() {
    static postgres_server server;
    return server;
}

std::string joint_url(postgres_server const& one, postgres_server const& other,
                      std::string_view database, std::string_view role) {
    return "postgresql://" + std::string(role) + "@127.0.0.1:" + std::to_string(one.port()) +
           ",127.0.0.1:" + std::to_string(other.port()) + "/" + std::string(database) +
           "?target_session_attrs=read-write";
}

} // namespace sluice::tests
