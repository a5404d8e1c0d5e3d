// A `sluice sink` as a process of its own, on a free port, and `sluice load` and `stress` against
// it: what the tests of these commands start from.
#pragma once

#include "tests/e2e/gateway_under_test.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/wait_until.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice::tests::e2e {

// A running `sluice sink` with more flags; ended by the destructor.
struct running_sink {
    explicit running_sink(std::vector<std::string> flags = {})
        : process(options(port, std::move(flags))) {
        is_listening = wait_until([&] { return is_port_taken(port) || !process.is_running(); });
    }

    static process_options options(std::uint16_t port, std::vector<std::string> flags) {
        process_options options;
        options.arguments = {program_path(), "sink", "--listen",
                             "127.0.0.1:" + std::to_string(port)};
        options.arguments.insert(options.arguments.end(), flags.begin(), flags.end());
        return options;
    }

    std::string url(std::string const& path = "/crm") const {
        return "http://127.0.0.1:" + std::to_string(port) + path;
    }

    std::uint16_t port = free_port();
    child_process process;
    bool is_listening = false;
};

} // namespace sluice::tests::e2e
