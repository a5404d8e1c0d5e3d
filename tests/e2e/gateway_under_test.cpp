#include "tests/e2e/gateway_under_test.hpp"

#include "tests/support/free_port.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/json.hpp>

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace sluice::tests::e2e {
namespace {

constexpr int port_taken = 69;

} // namespace

std::string program_path() {
    char const* const path = std::getenv("SLUICE_BINARY");
    return path != nullptr ? path : SLUICE_DEFAULT_BINARY;
}

finished_process run_sluice(std::vector<std::string> arguments,
                            std::vector<std::pair<std::string, std::string>> environment) {
    process_options options;
    options.arguments = std::move(arguments);
    options.arguments.insert(options.arguments.begin(), program_path());
    options.environment = std::move(environment);
    return run_process(options);
}

gateway_under_test::gateway_under_test(gateway_settings settings)
    : settings_(std::move(settings)) {
    // Another test may take a port between its choice and its use.
    for (int tries = 0; tries < 5; ++tries) {
        ports_ = {free_port(), free_port(), destination_.port()};
        configure(settings_);
        try {
            start();
            return;
        } catch (std::runtime_error const&) {
            if (process_->exit_code() != port_taken) {
                throw;
            }
        }
    }
    throw std::runtime_error("no free ports for the gateway");
}

void gateway_under_test::configure(gateway_settings settings) {
    settings_ = std::move(settings);
    write_whole(configuration_file(),
                write_configuration(settings_, ports_, data_directory().string()));
}

void gateway_under_test::start() {
    remember_log();
    process_options options;
    options.arguments = {program_path(), "serve", "--config", configuration_file().string()};
    if (!settings_.ulimit.empty()) {
        auto const set = "ulimit " + settings_.ulimit + " && exec \"$@\"";
        options.arguments.insert(options.arguments.begin(), {"/bin/sh", "-c", set, "sh"});
    }
    options.working_directory = directory_.path();
    process_ = std::make_unique<child_process>(options);
    wait_until([this] { return !process_->is_running() || become_ready(); });
    if (!process_->is_running() || !become_ready()) {
        throw std::runtime_error("the gateway is not ready: " + log());
    }
}

bool gateway_under_test::become_ready() {
    auto const answer = admin().try_request("GET", "/readyz");
    return answer && answer->status == 200;
}

int gateway_under_test::stop() {
    process_->signal(SIGTERM);
    return process_->wait();
}

void gateway_under_test::kill() {
    process_->kill();
}

void gateway_under_test::remember_log() {
    if (process_) {
        earlier_log_ += process_->output() + process_->errors();
    }
}

std::string gateway_under_test::log() const {
    return earlier_log_ + process_->output() + process_->errors();
}

double gateway_under_test::metric(std::string const& name, std::string const& label) {
    std::istringstream lines(admin().get("/metrics").body);
    double sum = 0;
    for (std::string line; std::getline(lines, line);) {
        auto const end = line.find_first_of("{ ");
        if (line.substr(0, end) == name && line.find(label) != line.npos) {
            sum += std::stod(line.substr(line.rfind(' ') + 1));
        }
    }
    return sum;
}

http_response gateway_under_test::task(std::string const& id) {
    return client().get("/v1/tasks/" + id, bearer());
}

bool gateway_under_test::wait_for_state(std::string const& id, std::string const& state) {
    return wait_until([&] { return json_at(task(id).body, "/state") == state; });
}

http_headers bearer() {
    return {{"Authorization", std::string("Bearer ") + security_id}};
}

http_headers json_bearer() {
    auto headers = bearer();
    headers.emplace_back("Content-Type", "application/json");
    return headers;
}

std::string json_at(std::string const& body, std::string const& pointer) {
    boost::system::error_code ec;
    auto const value = boost::json::parse(body, ec);
    if (ec) {
        return {};
    }
    auto const* found = value.find_pointer(pointer, ec);
    if (found == nullptr) {
        return {};
    }
    return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

std::string variable_of(std::string const& body, std::string const& name) {
    for (int i = 0; i < 100; ++i) {
        auto const key = "/keys/" + std::to_string(i);
        if (json_at(body, key + "/name") == name) {
            return json_at(body, key + "/value");
        }
    }
    return {};
}

} // namespace sluice::tests::e2e
