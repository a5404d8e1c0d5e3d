// A DNS server of the tests: UDP on a loopback port, on a thread of its own. Names answer as they
// are told: with addresses, late, never, with another address each time; all others do not exist.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::tests {

// How one name answers.
struct named {
    // IPv4 and IPv6 texts; of each question in turn, the last one stays: {{"192.0.2.1"}} always.
    std::vector<std::vector<std::string>> answers;
    std::chrono::milliseconds delay{0};
    bool is_silent = false;
    bool is_broken = false; // SERVFAIL
    std::uint32_t ttl = 60; // seconds
};

class name_server {
  public:
    // On a free port of 127.0.0.1, or on that of another server at `address`.
    explicit name_server(std::string const& address = "127.0.0.1", std::uint16_t port = 0);
    ~name_server();
    name_server(name_server const&) = delete;
    name_server& operator=(name_server const&) = delete;

    void set(std::string const& name, named how);
    // How often IPv4 addresses of the name were asked for.
    std::size_t asked(std::string const& name) const;

    std::uint16_t port() const { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  private:
    struct held;
    void run();
    std::string answer_to(std::string const& question, std::chrono::milliseconds& delay);

    int socket_ = -1;
    std::uint16_t port_ = 0;
    int stop_[2] = {-1, -1}; // a pipe
    std::mutex mutable mutex_;
    std::map<std::string, named> names_;
    std::map<std::string, std::size_t> asked_;
    std::thread thread_;
};

} // namespace sluice::tests
