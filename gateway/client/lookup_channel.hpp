// One c-ares channel: the settings it was opened with, its sockets and its questions under way.
// Owned by ares_service and by each of its questions. Runs on the resolver's thread; c-ares calls
// back inside its own calls, so that nothing here may destroy the channel but close().
#pragma once

#include "gateway/client/ares_service.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <ares.h>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace sluice::gateway::client {

class lookup_channel : public std::enable_shared_from_this<lookup_channel> {
  public:
    // Throws std::runtime_error where c-ares cannot be set up.
    static std::shared_ptr<lookup_channel> open(boost::asio::io_context& io,
                                                name_service_options const& options);
    // Null there.
    static std::shared_ptr<lookup_channel> try_open(boost::asio::io_context& io,
                                                    name_service_options const& options);
    ~lookup_channel();
    lookup_channel(lookup_channel const&) = delete;
    lookup_channel& operator=(lookup_channel const&) = delete;

    void ask(std::string const& host, name_service::handler tell);

    // Ends the questions under way. Never inside an answer.
    void close();

  private:
    struct question;
    struct watched_socket {
        explicit watched_socket(boost::asio::io_context& io)
            : descriptor(io) {}
        boost::asio::posix::stream_descriptor descriptor;
        bool wants_read = false, wants_write = false;
        bool waits_to_read = false, waits_to_write = false;
    };
    using socket_pointer = std::shared_ptr<watched_socket>;

    explicit lookup_channel(boost::asio::io_context& io);
    std::string set_up(name_service_options const& options);
    static void on_socket_state(void* self, ares_socket_t socket, int readable, int writable);
    static ares_socket_t open_socket(int domain, int type, int protocol, void* self);
    static ares_socket_functions const* socket_functions();
    static void on_addresses(void* of, int status, int timeouts, ares_addrinfo* found);
    name_answer answer_of(int status, ares_addrinfo const* found,
                          std::uint64_t failed_before) const;
    void watch(socket_pointer const& socket);
    void wait(socket_pointer const& socket, bool to_read);
    void process(ares_socket_t to_read, ares_socket_t to_write);
    void arm();

    boost::asio::io_context& io_;
    ares_channel handle_ = nullptr;
    std::map<ares_socket_t, socket_pointer> sockets_;
    boost::asio::steady_timer timer_;
    std::uint64_t failed_sockets_ = 0; // for want of descriptors or memory
};

} // namespace sluice::gateway::client
