// How a thread that writes to the tables is told what became of its writes: on itself, many
// answers in one message. Owned by that thread, outlives its writes.
#pragma once

#include "gateway/tables/error.hpp"

#include <functional>
#include <vector>

namespace sluice::gateway::tables {

using answers = std::vector<std::function<void()>>;

class inbox {
  public:
    virtual ~inbox() = default;

    // Called on another thread. Runs the answers in their order, later, on the owner's thread.
    virtual void deliver(answers&& ready) = 0;
};

// What a write calls when it is done, exactly once, on the thread that asked: at once where the
// write is not taken, else by way of that thread's inbox, after the write is as safe as the
// durability asks for and every reader can see it.
template <class T>
using teller = std::function<void(result<T>)>;

} // namespace sluice::gateway::tables
