// Requests that wait for a connection, first come first served, linked through the requests
// themselves. Owned by a pool; as all requests of one pool have the same time, the first one's
// deadline is the earliest.
#pragma once

#include "gateway/client/exchange.hpp"

#include <chrono>
#include <cstddef>

namespace sluice::gateway::client {

class waiting_line {
  public:
    bool empty() const { return first_ == nullptr; }
    std::size_t size() const { return size_; }
    // Of the first one. Only when not empty.
    std::chrono::steady_clock::time_point earliest_deadline() const { return first_->deadline_; }

    void push(outbound_request& last) {
        last.next_ = nullptr;
        (last_ ? last_->next_ : first_) = &last;
        last_ = &last;
        ++size_;
    }

    // Only when not empty.
    outbound_request& pop() {
        auto& popped = *first_;
        first_ = popped.next_;
        if (!first_) last_ = nullptr;
        --size_;
        return popped;
    }

  private:
    outbound_request* first_ = nullptr;
    outbound_request* last_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace sluice::gateway::client
