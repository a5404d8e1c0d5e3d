// A TCP client of the tests that sends exactly the bytes it is told to, and has no idea of HTTP.
// Blocking, with a deadline on everything; throws std::runtime_error when one passes.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::tests {

class raw_client {
  public:
    // Connects to 127.0.0.1. `receive_buffer` bytes of SO_RCVBUF, 0 for the system's default.
    explicit raw_client(std::uint16_t port, int receive_buffer = 0);
    ~raw_client();
    raw_client(raw_client const&) = delete;
    raw_client& operator=(raw_client const&) = delete;

    // False if the peer has closed the connection.
    bool send(std::string_view bytes);
    // Sends FIN; receiving goes on.
    void finish_sending();
    // Sends RST.
    void reset();

    // Everything up to the end of the stream; `was_reset` tells how it ended.
    std::string receive_all();
    // Everything up to and including `mark`; what came behind it is kept for the next call.
    std::string receive_through(std::string_view mark);
    // At least `size` bytes, or all there are up to the end of the stream.
    std::string receive(std::size_t size);
    // Whether there is nothing to receive, not even an end, for this long.
    bool is_silent_for(std::chrono::milliseconds time);

    bool was_reset() const { return was_reset_; }

  private:
    bool receive_more();

    int socket_;
    std::string received_;
    bool was_reset_ = false;
};

} // namespace sluice::tests
