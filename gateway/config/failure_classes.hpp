// Keys `retry_on` and `final_on` of a destination: what is tried again and what is final, where it
// differs from the usual. Each entry names what happened: a transport failure, a status, or a class
// of statuses. A status says more than a class. Plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::gateway::config {

// How an attempt failed that brought no usable answer.
enum class transport_failure : std::uint8_t {
    name,                // no address for the name
    connect,             // refused, unreachable or timed out while connecting
    tls,                 // handshake or certificate
    timeout_before_sent, // the deadline passed before the request was out
    timeout_after_sent,  // the request was out: it may have been taken
    cut,                 // the connection broke: it may have been taken
    bad_answer           // not HTTP, or beyond its limits
};
inline constexpr std::size_t transport_failures = 7;

class failure_classes {
  public:
    enum class treatment : std::uint8_t { usual, retry, final };

    treatment of(transport_failure f) const { return transports_[static_cast<std::size_t>(f)]; }
    // 300 to 599; others are usual.
    treatment of_status(int status) const;

    void set(transport_failure f, treatment t) { transports_[static_cast<std::size_t>(f)] = t; }
    void set_status(int status, treatment t);

  private:
    std::array<treatment, transport_failures> transports_{};
    std::array<treatment, 300> statuses_{}; // from 300 on
};

} // namespace sluice::gateway::config
