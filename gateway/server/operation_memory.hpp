// Memory for the one operation of its kind that a connection has under way at a time: what Asio
// takes for it, used again and again. Asio's own keeps a few blocks a thread, which is none for
// most of a crowd of connections. A handle: the memory lives until the last handle is gone, because
// an operation may outlive whoever waited for it until its io_context ends. One thread at a time.
#pragma once
#include "gateway/http/arrivals.hpp"
#include "gateway/http/net.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace sluice::gateway::server {

class operation_memory {
  public:
    operation_memory()
        : block_(new block) {}
    operation_memory(operation_memory const& other) noexcept
        : block_(other.block_) {
        ++block_->handles;
    }
    operation_memory& operator=(operation_memory const&) = delete;
    ~operation_memory() {
        if (--block_->handles == 0) [[unlikely]]
            end(block_);
    }

    // What is larger, or a second one at a time, comes from the heap.
    void* take(std::size_t size) const {
        if (block_->is_taken || size > sizeof(block_->place)) return ::operator new(size);
        block_->is_taken = true;
        return block_->place;
    }
    void give_back(void* memory) const {
        if (memory != block_->place) return ::operator delete(memory);
        block_->is_taken = false;
    }

    bool operator==(operation_memory const& other) const { return block_ == other.block_; }

  private:
    struct block {
        alignas(std::max_align_t) std::byte place[240]; // a plain read takes 136
        std::size_t handles = 1;
        bool is_taken = false;
    };
    // Once a connection. Inlined, g++ 12 at -O2 takes the count after it for a use of what is gone
    // (-Wuse-after-free), for every operation.
    [[gnu::noinline]] static void end(block* last) { delete last; }

    block* block_;
};

// What Asio asks for it by.
template <class T = void>
class operation_allocator {
  public:
    using value_type = T;

    explicit operation_allocator(operation_memory const& from)
        : memory_(from) {}
    template <class Other>
    operation_allocator(operation_allocator<Other> const& other)
        : memory_(other.memory_) {}

    T* allocate(std::size_t count) const {
        static_assert(alignof(T) <= alignof(std::max_align_t));
        return static_cast<T*>(memory_.take(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t) const { memory_.give_back(memory); }

    template <class Other>
    bool operator==(operation_allocator<Other> const& other) const {
        return memory_ == other.memory_;
    }

  private:
    template <class>
    friend class operation_allocator;
    operation_memory memory_;
};

// stream.async_read_some(room), to be awaited at once, in this memory.
template <class Stream>
auto read_some(Stream& stream, boost::asio::mutable_buffer room, operation_memory const& memory) {
    auto begin = [&stream, room, &memory](auto handler) {
        stream.async_read_some(
            room, boost::asio::bind_allocator(operation_allocator<>(memory), std::move(handler)));
    };
    auto token = http::as_result;
    return boost::asio::async_initiate<decltype(token),
                                       void(boost::system::error_code, std::size_t)>(begin, token);
}

// http::async_arrival(socket), to be awaited at once, in this memory.
inline auto next_arrival(http::tcp_socket& socket, operation_memory const& memory) {
    auto begin = [&socket, &memory](auto handler) {
        http::async_arrival(
            socket, boost::asio::bind_allocator(operation_allocator<>(memory), std::move(handler)));
    };
    auto token = http::as_result;
    return boost::asio::async_initiate<decltype(token), void(boost::system::error_code)>(begin,
                                                                                         token);
}

} // namespace sluice::gateway::server
