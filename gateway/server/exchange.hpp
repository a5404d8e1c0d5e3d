// One request and the place of its answer. Owned and recycled by its connection, used on the
// connection's thread only. From handle() until reply() it belongs to the handler and stays valid,
// even when the peer is gone; after reply() the handler must not touch it again.
#pragma once
#include "gateway/server/head_memo.hpp"
#include "gateway/server/request.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sluice::gateway::server {

class pipeline;

// Everything an answer is made of. The views are copied by exchange::reply, but a lasting body.
struct answer {
    unsigned status = 200;              // 200 to 599; 204 and 304 are sent without a body
    std::string_view content_type = {}; // no Content-Type if empty
    std::string_view body = {};         // of a HEAD request only its length is sent
    // Values with CR, LF or NUL in them make the answer a 500: nothing can be injected here.
    std::span<header_field const> headers = {};
    // Lines that the program made itself, each "Name: value\r\n"; not checked.
    std::string_view header_lines = {};
    // The body outlives every connection, as what is compiled into the program does: it is sent
    // from where it is, and costs no memory while a slow reader takes it.
    bool is_body_lasting = false;
};

class exchange {
  public:
    explicit exchange(pipeline& owner)
        : req(request_)
        , owner_(owner) {}
    exchange(exchange const&) = delete;
    exchange& operator=(exchange const&) = delete;

    request const& req;

    // Makes the handler's own state, kept until the answer: at most 128 bytes, no destructor.
    template <class T, class... Args>
    T& emplace_state(Args&&... args) {
        static_assert(sizeof(T) <= sizeof(state_) && alignof(T) <= alignof(std::max_align_t));
        static_assert(std::is_trivially_destructible_v<T>);
        return *new (state_.data()) T(std::forward<Args>(args)...);
    }
    // The state that emplace_state<T> made for this request.
    template <class T>
    T& state() {
        return *std::launder(reinterpret_cast<T*>(state_.data()));
    }

    // The handler's own, kept by the connection over its requests; null before it made one. In
    // on_header and in handle, until they return.
    std::unique_ptr<head_memo>& memo();
    // Stays the same while the heads of the connection are the same, byte for byte: then what the
    // memo was made for still holds. Never 0.
    std::uint64_t head_number() const;

    // In on_header: the bytes that Content-Length announces, 0 without it.
    std::uint64_t announced_body() const;
    // In on_header: the body comes in chunks, and nobody knows how long it will be.
    bool has_chunked_body() const;

    // A text to render a body into, empty for each request; its memory is used again.
    std::string& body_scratch() { return scratch_; }

    // Gives the request another body, such as the one that was compressed.
    void replace_body(std::string body) {
        body_ = std::move(body);
        request_.body = body_;
    }

    // In handle: from now on target and path are what stands behind the first `bytes` of them.
    void cut_path(std::size_t bytes) {
        request_.target.remove_prefix(bytes);
        request_.path.remove_prefix(bytes);
    }

    // Gives the answer; exactly once, in on_header, in handle or later. Date, Content-Length and
    // Connection are added. The answers of one connection leave in the order of its requests.
    void reply(answer const& given);
    void reply(unsigned status, std::string_view content_type, std::string_view body,
               std::string_view header_lines = {});

    // Begins an answer whose body grows as things happen; instead of reply(), in handle or later.
    // The head leaves at once, `given.body` with it; the body ends with the connection (RFC 9112
    // section 6.3, 8). Nothing more is read. A HEAD request is to be answered by reply().
    void begin_stream(answer const& given);
    // Adds to the body. False, with nothing taken, when the connection is broken or `stream_limit`
    // bytes wait for a peer that does not read: the handler then ends the stream.
    bool stream(std::string_view bytes);
    // Ends the body, exactly once, also after a false: the exchange is not to be touched again.
    void end_stream();
    static constexpr std::size_t stream_limit = 256 * 1024;

    // In on_header: the body limit of this request in bytes, instead of server_options'.
    void limit_body(std::uint64_t bytes) { body_limit_ = bytes; }

    // In handle: this answer may take long. Requests behind it are not read until it is given,
    // and answers before it leave at once.
    void slow() { is_slow_ = true; }

    // Closes the connection after this answer. To be called before reply().
    void close_after() { closes_ = true; }

    // Whether the connection is known to be broken. A peer that only closed its sending side is
    // not gone. Costs a system call: meant for long waits.
    bool peer_gone() const;
    // Whether the peer is gone, or has closed its sending side: what a browser leaves behind when
    // its page goes looks like this until it is written to. A system call, too.
    bool peer_ended() const;

    bool has_replied() const { return has_replied_; }

    // A number of the handler's own, 0 for each request: for what it counts in on_replied.
    std::uint8_t note = 0;

  private:
    friend class pipeline;
    friend class request_reader;

    request request_;
    pipeline& owner_;
    std::vector<header_field> fields_; // what request_.headers shows
    std::string body_;                 // a body that was chunked or did not fit the read buffer
    std::string scratch_;
    std::string reply_;        // head and body of the answer
    std::string_view lasting_; // a body that is sent behind reply_ from where it is
    std::size_t unsent_ = 0;   // bytes of reply_ as the pipeline counts them
    std::uint64_t body_limit_ = 0;
    bool closes_ = false;
    bool is_slow_ = false;
    bool has_replied_ = false;
    bool is_streaming_ = false; // until has_replied_ what reply_ holds is not all
    alignas(std::max_align_t) std::array<std::byte, 128> state_;
};

} // namespace sluice::gateway::server
