// What the style rules let through, and why. An entry is a path or, with '/' at its end, a folder.
// To add one is a decision: say in the commit why the rule does not fit there.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace sluice::tests::tidy {

// Drivers: what holds a socket, a timer or the disk, and tools. All else takes `now` as a value.
inline constexpr std::array clock_readers{
    std::string_view("gateway/intake/submitter.cpp"),
    std::string_view("gateway/intake/wait_list.cpp"),
    std::string_view("gateway/client/connection.cpp"),
    std::string_view("gateway/client/dialer.cpp"),
    std::string_view("gateway/http/moving_deadline.cpp"),
    std::string_view("gateway/client/pool.cpp"),
    std::string_view("gateway/client/resolver.cpp"),
    std::string_view("gateway/client/token_source.cpp"),
    std::string_view("gateway/main.cpp"),
    std::string_view("gateway/server/session.cpp"),
    std::string_view("gateway/stress/"),
    std::string_view("gateway/tables/postgres_writer.cpp"), // periods, waits for the database
    std::string_view("gateway/tables/sqlite_writer.cpp"),   // a period that runs through a load
    std::string_view("gateway/tables/write_queue.cpp"),
    std::string_view("gateway/telemetry/log.cpp"),
    std::string_view("queue/dispatch/clock.cpp"),
    std::string_view("queue/journal/disk_thread.cpp"),
    std::string_view("queue/postgres/adoption.cpp"), // how long it took
    std::string_view("queue/postgres/boot_clock.cpp"),
    std::string_view("queue/postgres/claim_thread.cpp"), // periods, when old keys are dropped
    std::string_view("queue/postgres/connection.cpp"),
    std::string_view("queue/postgres/join.cpp"),
    std::string_view("queue/postgres/lane_board.cpp"),
    std::string_view("queue/postgres/membership.cpp"),
    std::string_view("queue/postgres/pace_member.cpp"), // when it is to look again
    std::string_view("tests/bench/"),
    std::string_view("tests/e2e/"),
    std::string_view("tests/postgres/"),
    std::string_view("tests/gateway/http/moving_deadline_test.cpp"),
    std::string_view("tests/gateway/client/ares_service_test.cpp"),
    std::string_view("tests/gateway/client/resolver_test.cpp"),
    std::string_view("tests/gateway/client/running_client.cpp"),
    std::string_view("tests/support/"),
};

// What talks to a terminal.
inline constexpr std::array terminal_writers{
    std::string_view("gateway/main.cpp"),
    std::string_view("gateway/cli/"),
    std::string_view("tests/bench/"),
    std::string_view("tests/fuzz/fuzz_target.hpp"),
};

// Whether `path` is one of the entries or lies in one of the folders.
constexpr bool is_allowed(std::string_view path, std::span<std::string_view const> entries) {
    for (auto const entry : entries) {
        if (path == entry || (entry.ends_with('/') && path.starts_with(entry))) {
            return true;
        }
    }
    return false;
}

} // namespace sluice::tests::tidy
