// A bounded ring between exactly two threads: one pushes, one pops. Never blocks, never allocates
// after construction. Each side caches the other's index, so that a run of pushes or pops costs one
// shared cache line, not one each.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

namespace sluice::queue {

template <class T>
class ring {
  public:
    // `capacity` is rounded up to a power of two.
    explicit ring(std::size_t capacity)
        : mask_(std::bit_ceil(capacity) - 1)
        , slots_(std::make_unique<T[]>(mask_ + 1)) {}

    // The producer's side. False, with `value` untouched, when the ring is full.
    bool push(T&& value) {
        auto* const place = next_place();
        if (place == nullptr) return false;
        *place = std::move(value);
        publish();
        return true;
    }

    // Where the next value is to lie, as it was left there before; null when the ring is full. Seen
    // by the consumer from publish() on. The producer's side.
    T* next_place() {
        auto const tail = tail_.load(std::memory_order_relaxed);
        if (tail - seen_head_ > mask_) {
            seen_head_ = head_.load(std::memory_order_acquire);
            if (tail - seen_head_ > mask_) return nullptr;
        }
        return &slots_[tail & mask_];
    }
    void publish() {
        tail_.store(tail_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    // How many pushes will succeed at least; the producer's side.
    std::size_t room() {
        seen_head_ = head_.load(std::memory_order_acquire);
        return mask_ + 1 - (tail_.load(std::memory_order_relaxed) - seen_head_);
    }

    // The consumer's side. False when the ring is empty.
    bool pop(T& value) {
        auto* const first = front();
        if (first == nullptr) return false;
        value = std::move(*first);
        drop();
        return true;
    }

    // The oldest, to be used where it lies until drop(); null when the ring is empty. The
    // consumer's side.
    T* front() {
        auto const head = head_.load(std::memory_order_relaxed);
        if (head == seen_tail_) {
            seen_tail_ = tail_.load(std::memory_order_acquire);
            if (head == seen_tail_) return nullptr;
        }
        return &slots_[head & mask_];
    }
    void drop() {
        head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    // The consumer's side.
    bool is_empty() {
        seen_tail_ = tail_.load(std::memory_order_acquire);
        return head_.load(std::memory_order_relaxed) == seen_tail_;
    }

  private:
    std::size_t mask_;
    std::unique_ptr<T[]> slots_;
    alignas(64) std::atomic<std::size_t> tail_{0};
    std::size_t seen_head_ = 0;
    alignas(64) std::atomic<std::size_t> head_{0};
    std::size_t seen_tail_ = 0;
};

} // namespace sluice::queue
