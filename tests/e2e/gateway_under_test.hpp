// The real program with a configuration and a data directory of its own, and a destination that
// records what it delivers. What a test starts with; everything ends and is removed with it.
#pragma once

#include "tests/e2e/gateway_configuration.hpp"
#include "tests/e2e/recording_destination.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sluice::tests::e2e {

// $SLUICE_BINARY, or the program that `./run --build` leaves in the tree.
std::string program_path();

// Runs the program to its end: run_sluice({"check", "file"}).
finished_process run_sluice(std::vector<std::string> arguments,
                            std::vector<std::pair<std::string, std::string>> environment = {});

class gateway_under_test {
  public:
    // Writes the configuration and starts it. Throws std::runtime_error, with what the program
    // wrote, where it does not become ready.
    explicit gateway_under_test(gateway_settings settings = {});

    // Starts it again, in the same data directory and on the same ports, after stop() or kill().
    void start();

    // SIGTERM; waits for the end and gives the exit code.
    int stop();
    // SIGKILL.
    void kill();

    // Writes the configuration file anew (and does nothing else).
    void configure(gateway_settings settings);

    http_client client() const { return http_client(ports_.public_listener); }
    http_client admin() const { return http_client(ports_.admin_listener); }
    gateway_ports const& ports() const noexcept { return ports_; }
    child_process& process() { return *process_; }
    recording_destination& destination() { return destination_; }

    std::filesystem::path configuration_file() const { return directory_ / "sluice.toml"; }
    std::filesystem::path data_directory() const { return directory_ / "data"; }

    // Everything that every start of it has written to stdout and stderr.
    std::string log() const;

    // /metrics: the sum over all series of that name whose labels contain `label`.
    double metric(std::string const& name, std::string const& label = {});

    // GET /v1/tasks/{id} with the account's bearer token.
    http_response task(std::string const& id);

    // Waits until that task is in the state; says whether it came to be.
    bool wait_for_state(std::string const& id, std::string const& state);

  private:
    bool become_ready();
    void remember_log();

    temporary_directory directory_;
    recording_destination destination_;
    gateway_settings settings_;
    gateway_ports ports_;
    std::unique_ptr<child_process> process_;
    std::string earlier_log_;
};

// The bearer header of account 163.
http_headers bearer();

// The same and Content-Type: application/json.
http_headers json_bearer();

// The value at a JSON Pointer as text: a string's characters, or the value as JSON; empty where
// there is none or `body` is not JSON.
std::string json_at(std::string const& body, std::string const& pointer);

// The value of a variable in an answer's `keys`; empty where it is not there.
std::string variable_of(std::string const& body, std::string const& name);

} // namespace sluice::tests::e2e
