// A destination's answer without its content coding (RFC 9110 section 8.4), as rules look at it and
// as a waiting caller gets it. Refers to the answer, which must outlive it; belongs to one thread.
#pragma once

#include "codecs/answer.hpp"
#include "codecs/content_coding.hpp"
#include "gateway/client/exchange.hpp"
#include "queue/core/outcome.hpp"

#include <string>
#include <string_view>

namespace sluice::gateway::delivery {

class decoded_answer {
  public:
    decoded_answer(client::inbound_response const& answer, codecs::inflate_limits const& limits);
    decoded_answer(decoded_answer const&) = delete;
    decoded_answer& operator=(decoded_answer const&) = delete;

    // Its body is empty where it cannot be decoded.
    codecs::answer const& given() const { return given_; }
    // Writes all of it into the outcome of an attempt that somebody waits for: decoded, and as it
    // came where it was coded.
    void show_whole(queue::outcome& to) const;

  private:
    client::inbound_response const& answer_;
    std::string coding_; // of all fields; empty: not coded
    codecs::result<std::string> plain_;
    codecs::answer given_;
};

} // namespace sluice::gateway::delivery
