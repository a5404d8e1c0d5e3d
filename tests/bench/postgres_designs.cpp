// What a queue costs PostgreSQL in two designs (docs/adr/0011-journal-over-postgresql.md): a row a
// task, inserted and settled 190 at a time, and a row a batch of 64 KiB that holds as many tasks,
// with the fence in the statement. Prints CPU of the server's processes a task, commits and tasks a
// second, one connection, one statement under way.
//
//     postgres_designs URL [TASKS]      a superuser's URL of a server on this machine
#include "queue/postgres/connection.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace sluice::queue::postgres;
using std::chrono::steady_clock;

constexpr std::size_t tasks_at_once = 190;
constexpr std::size_t task_bytes = 300;
constexpr std::chrono::milliseconds patience{30'000};

rows must(connection& to, std::string_view sql, parameters const& values = {}) {
    auto done = to.execute_prepared(std::string(sql.substr(0, 40)), sql, values, patience);
    if (done.has_error()) {
        std::fprintf(stderr, "%s: %s\n", std::string(sql).c_str(), to.message().c_str());
        std::exit(1);
    }
    return std::move(*done);
}

void script(connection& to, std::string_view sql) {
    if (to.execute_script(sql, patience).has_error()) {
        std::fprintf(stderr, "%s: %s\n", std::string(sql).c_str(), to.message().c_str());
        std::exit(1);
    }
}

// User and system time of the postmaster and its children.
double server_seconds(long postmaster) {
    double ticks = 0;
    for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
        auto const name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream in(entry.path() / "stat");
        std::string text((std::istreambuf_iterator<char>(in)), {});
        auto const close = text.rfind(')');
        if (close == std::string::npos) continue;
        std::istringstream fields(text.substr(close + 2));
        std::vector<std::string> all(std::istream_iterator<std::string>(fields), {});
        if (all.size() < 14) continue;
        bool const is_child = all[1] == std::to_string(postmaster);
        if (!is_child && name != std::to_string(postmaster)) continue;
        ticks += std::stod(all[11]) + std::stod(all[12]);
    }
    return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

struct measured {
    std::string name;
    std::vector<double> commit_ms;
    double server_cpu = 0;
    double seconds = 0;
    std::size_t tasks = 0;

    void print() {
        std::ranges::sort(commit_ms);
        std::printf(
            "{\"design\":\"%s\",\"tasks\":%zu,\"server_us_a_task\":%.2f,\"commits_a_second\":"
            "%.0f,\"tasks_a_second\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n",
            name.c_str(), tasks, server_cpu * 1e6 / static_cast<double>(tasks),
            static_cast<double>(commit_ms.size()) / seconds, static_cast<double>(tasks) / seconds,
            commit_ms[commit_ms.size() / 2], commit_ms[commit_ms.size() * 99 / 100]);
    }
};

template <class Work>
measured measure(std::string name, std::size_t tasks, long postmaster, Work&& work) {
    measured m;
    m.name = std::move(name);
    double const cpu = server_seconds(postmaster);
    auto const begun = steady_clock::now();
    for (m.tasks = 0; m.tasks < tasks; m.tasks += tasks_at_once) {
        auto const at = steady_clock::now();
        work(m.tasks);
        std::chrono::duration<double, std::milli> const took = steady_clock::now() - at;
        m.commit_ms.push_back(took.count());
    }
    m.seconds = std::chrono::duration<double>(steady_clock::now() - begun).count();
    m.server_cpu = server_seconds(postmaster) - cpu;
    return m;
}

} // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: postgres_designs URL [TASKS]\n");
        return 64;
    }
    std::size_t const tasks = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 190'000;
    std::string why;
    connect_options options;
    options.url = arguments[1];
    auto opened = connection::open(options, why);
    if (opened.has_error()) {
        std::fprintf(stderr, "%s\n", why.c_str());
        return 69;
    }
    auto& to = *opened;
    std::string const data(must(to, "SHOW data_directory").text(0, 0));
    long postmaster = 0;
    std::ifstream(data + "/postmaster.pid") >> postmaster;
    script(to, "DROP SCHEMA IF EXISTS designs CASCADE; CREATE SCHEMA designs;"
               "CREATE TABLE designs.task (id bigint PRIMARY KEY, state smallint NOT NULL, due "
               "bigint NOT NULL, body bytea NOT NULL);"
               "CREATE INDEX ON designs.task (due) WHERE state = 0;"
               "CREATE TABLE designs.fence (log integer PRIMARY KEY, epoch bigint NOT NULL);"
               "INSERT INTO designs.fence VALUES (1, 1);"
               "CREATE TABLE designs.batch (at bigint PRIMARY KEY, crc integer NOT NULL, bytes "
               "bytea NOT NULL) WITH (autovacuum_enabled = false);"
               "ALTER TABLE designs.batch ALTER COLUMN bytes SET STORAGE EXTERNAL");

    std::string const body(task_bytes, 'x');
    measure("row a task, inserted", tasks, postmaster, [&](std::size_t first) {
        parameters values;
        values.add(static_cast<std::int64_t>(first))
            .add(static_cast<std::int64_t>(first + tasks_at_once - 1))
            .add_bytes(body);
        must(to,
             "INSERT INTO designs.task SELECT n, 0, n, $3::bytea FROM "
             "generate_series($1::bigint, $2::bigint) n",
             values);
    }).print();
    measure("row a task, settled (update, then delete)", tasks, postmaster, [&](std::size_t first) {
        parameters values;
        values.add(static_cast<std::int64_t>(first))
            .add(static_cast<std::int64_t>(first + tasks_at_once - 1));
        must(to, "UPDATE designs.task SET state = 1 WHERE id BETWEEN $1::bigint AND $2::bigint",
             values);
        must(to, "DELETE FROM designs.task WHERE id BETWEEN $1::bigint AND $2::bigint", values);
    }).print();
    std::string const batch(64 << 10, 'x');
    measure("row a batch, fenced", tasks, postmaster, [&](std::size_t first) {
        parameters values;
        values.add(std::int64_t{1}).add(std::int64_t{1}).add(static_cast<std::int64_t>(first));
        values.add(std::int64_t{7}).add_bytes(batch);
        must(
            to,
            "WITH f AS (SELECT 1 FROM designs.fence WHERE log = $1::integer AND epoch = $2::bigint "
            "FOR SHARE), i AS (INSERT INTO designs.batch (at, crc, bytes) SELECT $3::bigint, "
            "$4::integer, $5::bytea FROM f ON CONFLICT DO NOTHING RETURNING 1) SELECT (SELECT "
            "count(*) FROM f), (SELECT count(*) FROM i), "
            "current_setting('synchronous_standby_names')",
            values);
    }).print();
    script(to, "DROP SCHEMA designs CASCADE");
}
