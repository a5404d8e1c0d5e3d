// A destination inside the test program: takes deliveries over loopback, records each with its time
// of arrival, and answers as the test says. One thread a connection; ended by its destructor.
#pragma once

#include "tests/support/http_client.hpp"
#include "tests/support/http_message.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::tests::e2e {

struct delivery {
    http_request request;
    std::chrono::steady_clock::time_point at;
};

struct destination_answer {
    int status = 200;
    http_headers headers = {};
    // Fits both the outbound API's success rule and a raw destination.
    std::string body = R"({"api-response-code":200,"api-response-message":"Success"})";
    std::chrono::milliseconds delay{0}; // Before it is sent.
    bool hang_up = false;               // Close the connection without an answer.
};

class recording_destination {
  public:
    // Gives the answer to the n-th request (from 1). Called from any connection's thread, but
    // never by two at once.
    using answerer = std::function<destination_answer(http_request const&, std::size_t n)>;

    // Listens on a free port of 127.0.0.1 and answers 200.
    recording_destination();
    ~recording_destination();

    recording_destination(recording_destination const&) = delete;
    recording_destination& operator=(recording_destination const&) = delete;

    std::uint16_t port() const noexcept { return port_; }

    void answer_with(answerer answer);

    std::vector<delivery> deliveries() const;
    std::size_t count() const;

    // Waits until at least `count` requests have arrived; says whether they have.
    bool wait_for(std::size_t count,
                  std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

  private:
    void accept_connections();
    void serve(std::shared_ptr<tcp_connection> connection);
    destination_answer record(http_request request);

    std::uint16_t port_;
    int listener_ = -1;
    mutable std::mutex mutex_;
    answerer answer_;
    std::vector<delivery> deliveries_;
    bool is_ending_ = false;
    std::list<std::weak_ptr<tcp_connection>> connections_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace sluice::tests::e2e
