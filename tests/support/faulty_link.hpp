// A TCP link that a test can make bad: forwards connections from a free loopback port to another,
// and cuts them, stops carrying bytes, or resets them when asked. One thread a connection; ended by
// its destructor.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace sluice::tests {

class faulty_link {
  public:
    explicit faulty_link(std::uint16_t to);
    ~faulty_link();
    faulty_link(faulty_link const&) = delete;
    faulty_link& operator=(faulty_link const&) = delete;

    std::uint16_t port() const noexcept { return port_; }

    // Ends every connection, by a reset or in order. New ones are carried.
    void cut(bool with_reset);
    // Carries nothing, in either direction, on old and new connections, until `go_on`; nothing is
    // lost by it alone.
    void stall() { is_stalled_ = true; }
    void go_on() { is_stalled_ = false; }
    // As `stall`, for what the server sends only: statements arrive, answers do not.
    void stall_answers() { are_answers_stalled_ = true; }
    void let_answers_through() { are_answers_stalled_ = holds_answer_ = false; }
    // Since `stall_answers` the server has said something that nobody was given.
    bool holds_answer() const { return holds_answer_; }

  private:
    struct pair;
    void accept_connections();
    void carry(std::shared_ptr<pair> both);

    std::uint16_t const to_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::atomic<bool> is_ending_ = false;
    std::atomic<bool> is_stalled_ = false;
    std::atomic<bool> are_answers_stalled_ = false;
    std::atomic<bool> holds_answer_ = false;
    std::mutex mutex_;
    std::list<std::weak_ptr<pair>> pairs_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace sluice::tests
