// Immutable bytes with an owner count: a task's payload, made once at the edge and then shared by
// the engine, the journal and the attempts in flight, on any thread. One allocation; 8 bytes to
// hold.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace sluice::queue {

class shared_bytes {
  public:
    shared_bytes() = default;
    explicit shared_bytes(std::string_view bytes)
        : shared_bytes(bytes.size(), [bytes](char* out) {
            if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
        }) {}

    // Makes `size` bytes and lets `fill(char*)` write all of them.
    template <class Fill>
    shared_bytes(std::size_t size, Fill&& fill)
        : block_(new(::operator new(sizeof(block) + size)) block{{1}, size}) {
        fill(block_->bytes());
    }

    shared_bytes(shared_bytes const& other) noexcept
        : block_(other.block_) {
        if (block_) block_->owners.fetch_add(1, std::memory_order_relaxed);
    }
    shared_bytes(shared_bytes&& other) noexcept
        : block_(std::exchange(other.block_, nullptr)) {}
    shared_bytes& operator=(shared_bytes other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~shared_bytes() {
        if (block_ && block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            block_->~block();
            ::operator delete(block_);
        }
    }

    // False for the default-made value: "not in memory". Empty bytes are still true.
    explicit operator bool() const { return block_ != nullptr; }
    std::size_t size() const { return block_ ? block_->size : 0; }
    std::string_view view() const {
        return block_ ? std::string_view(block_->bytes(), block_->size) : std::string_view();
    }

  private:
    struct block {
        std::atomic<std::uint32_t> owners;
        std::size_t size;
        char* bytes() { return reinterpret_cast<char*>(this + 1); }
    };
    block* block_ = nullptr;
};

} // namespace sluice::queue
