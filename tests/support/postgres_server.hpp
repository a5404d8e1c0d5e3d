// A PostgreSQL of a test's own: Debian's package, started on a free loopback port in a temporary
// directory, as user postgres where this is root (the server refuses to run as root). Everything
// ends and is removed with the object. Used from one thread, the one that made it.
//
//     postgres_server primary;
//     auto const url = primary.make_database();      // empty, and its owner is `postgres`
//     postgres_server standby(primary, "standby");   // a copy that follows
//     primary.require_standby("ANY 1 (standby)");    // commits wait for it from now on
//     primary.kill();
//     standby.promote();
#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sluice::tests {

struct postgres_options {
    bool is_fsync_on = true;
    unsigned max_connections = 60;
    std::vector<std::string> settings; // further lines of postgresql.conf: "log_statement = 'all'"
};

class postgres_server {
  public:
    // Makes a cluster of databases and waits until it answers. Throws std::runtime_error, with what
    // the server wrote, where it does not come up.
    explicit postgres_server(postgres_options const& options = {});
    // A standby of `primary` that streams from it under the name. The same errors.
    postgres_server(postgres_server& primary, std::string const& name);
    ~postgres_server();

    // Is Debian's package here?
    static bool is_installed();

    std::uint16_t port() const noexcept { return port_; }
    // postgresql://role@127.0.0.1:port/database. Any role gets in without a password.
    std::string url(std::string_view role = "postgres",
                    std::string_view database = "postgres") const;
    // A new and empty database that no other test has; its name, and its URL as superuser.
    std::string make_database_name();
    std::string make_database() { return url("postgres", make_database_name()); }

    // Runs the text on a connection of its own. The last statement's rows as psql -At prints them:
    // columns apart by |, a line a row, no newline at the end. Throws std::runtime_error with the
    // server's message.
    std::string sql(std::string const& text, std::string_view database = "postgres");

    // SIGKILL of all its processes: what a power cut is, but for the cache of the disk.
    void kill();
    // SIGSTOP and SIGCONT of all its processes: connections stay open and nothing answers.
    void freeze();
    void thaw();
    // The orderly end ("fast": connections are cut).
    void stop();
    // Starts it again on the same port after kill() or stop().
    void start();
    // Breaks every connection but the caller's own, as an administrator can.
    void cut_connections();

    // Sets synchronous_standby_names and waits until as many standbys as it needs are in it; empty
    // turns it off.
    void require_standby(std::string const& names);
    // Makes a standby a primary; returns when it takes writes.
    void promote();

    // What it has written so far, since its last start.
    std::string log() const;
    std::filesystem::path data_directory() const { return directory_ / "data"; }

  private:
    void run(std::vector<std::string> arguments);
    void configure(std::vector<std::string> const& lines);
    void start_somewhere();
    bool answers() const;
    std::vector<pid_t> processes() const;

    temporary_directory directory_;
    std::uint16_t port_ = 0;
    unsigned databases_ = 0;
    std::unique_ptr<child_process> process_;
};

// One server for all tests of this program that only need a database (make_database), started with
// the first: they take seconds to start. Whoever kills, freezes or configures has one of its own.
postgres_server& shared_postgres();

// One URL for both, as a gateway is given it: whichever takes writes.
std::string joint_url(postgres_server const& one, postgres_server const& other,
                      std::string_view database, std::string_view role = "postgres");

} // namespace sluice::tests
