// Gives memory its pages on a thread of its own before somebody writes to it: of a start with
// millions of tasks that is a third of the work of the thread that applies them. It has no thread
// until it has something to do. Owned and used by one thread; what is not begun at its end is left.
#pragma once

#include "queue/core/huge_pages.hpp"
#include "queue/journal/hand_over.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace sluice::queue {

class memory_ahead {
  public:
    memory_ahead() = default;
    ~memory_ahead() {
        is_over_.store(true, std::memory_order_relaxed);
        rooms_.close();
        if (thread_.joinable()) thread_.join();
    }
    memory_ahead(memory_ahead const&) = delete;
    memory_ahead& operator=(memory_ahead const&) = delete;

    // It stays mapped as long as this object lives. Waits where far more is asked for than done.
    void make_ready(std::span<std::byte> memory) {
        rooms_.push(std::move(memory));
        if (!thread_.joinable()) {
            thread_ = std::thread([this] {
                while (auto const room = rooms_.pop())
                    work(*room);
            });
        }
    }

  private:
    void work(std::span<std::byte> room) const {
        constexpr std::size_t at_once = std::size_t{2} << 20;
        while (!room.empty() && !is_over_.load(std::memory_order_relaxed)) {
            auto const part = room.first(std::min(at_once, room.size()));
            populate_pages(part);
            room = room.subspan(part.size());
        }
    }

    std::atomic<bool> is_over_{false};
    hand_over<std::span<std::byte>> rooms_{16};
    std::thread thread_;
};

} // namespace sluice::queue
