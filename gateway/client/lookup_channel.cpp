#include "gateway/client/lookup_channel.hpp"

#include "gateway/config/network_asio.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace sluice::gateway::client {

namespace {

constexpr std::size_t most_addresses = 32; // of one name; more are not looked at

bool is_want_of_ours(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

void append_address(name_answer& to, ares_addrinfo_node const& found) {
    if (found.ai_family == AF_INET) {
        config::ip_address::v4_bytes bytes{};
        auto const* const socket_address = reinterpret_cast<sockaddr_in const*>(found.ai_addr);
        std::memcpy(bytes.data(), &socket_address->sin_addr, bytes.size());
        to.addresses.emplace_back(bytes);
    } else if (found.ai_family == AF_INET6) {
        config::ip_address::v6_bytes bytes{};
        auto const* const socket_address = reinterpret_cast<sockaddr_in6 const*>(found.ai_addr);
        std::memcpy(bytes.data(), &socket_address->sin6_addr, bytes.size());
        to.addresses.emplace_back(bytes);
    }
}

// The shortest time of all that the answer is made of.
int shortest_ttl(ares_addrinfo const& found) {
    int least = found.nodes->ai_ttl;
    for (auto const* at = found.nodes; at; at = at->ai_next)
        least = std::min(least, at->ai_ttl);
    for (auto const* at = found.cnames; at; at = at->next)
        least = std::min(least, at->ttl);
    return std::max(least, 0);
}

} // namespace

// Given to c-ares, which gives it back once.
struct lookup_channel::question {
    std::shared_ptr<lookup_channel> channel;
    name_service::handler tell;
    std::uint64_t failed_before = 0;
};

lookup_channel::lookup_channel(boost::asio::io_context& io)
    : io_(io)
    , timer_(io) {}

lookup_channel::~lookup_channel() {
    if (handle_) ares_destroy(handle_); // without questions: each of them owns the channel
}

void lookup_channel::close() {
    auto const kept = shared_from_this();
    if (handle_) ares_destroy(std::exchange(handle_, nullptr));
    timer_.cancel();
}

std::shared_ptr<lookup_channel> lookup_channel::open(boost::asio::io_context& io,
                                                     name_service_options const& options) {
    std::shared_ptr<lookup_channel> made(new lookup_channel(io));
    auto const problem = made->set_up(options);
    if (!problem.empty()) throw std::runtime_error("cannot set up name look-ups: " + problem);
    return made;
}

std::shared_ptr<lookup_channel> lookup_channel::try_open(boost::asio::io_context& io,
                                                         name_service_options const& options) {
    std::shared_ptr<lookup_channel> made(new lookup_channel(io));
    return made->set_up(options).empty() ? made : nullptr;
}

std::string lookup_channel::set_up(name_service_options const& options) {
    auto path = options.resolv_conf;
    ::ares_options given{};
    given.timeout = static_cast<int>(options.timeout.count());
    given.tries = options.tries;
    given.sock_state_cb = &lookup_channel::on_socket_state;
    given.sock_state_cb_data = this;
    given.resolvconf_path = path.data();
    given.udp_port = given.tcp_port = options.port;
    int const mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
                     ARES_OPT_RESOLVCONF | ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT;
    int status = ares_init_options(&handle_, &given, mask);
    if (status != ARES_SUCCESS) {
        handle_ = nullptr;
        return ares_strerror(status);
    }
    ares_set_socket_functions(handle_, socket_functions(), this);
    if (!options.servers.empty()) {
        status = ares_set_servers_ports_csv(handle_, options.servers.c_str());
    }
    return status == ARES_SUCCESS ? std::string() : ares_strerror(status);
}

// Sockets are opened here, so that our own want of descriptors is not taken for a silent server.
ares_socket_t lookup_channel::open_socket(int domain, int type, int protocol, void* self) {
    int const opened = ::socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (opened < 0 && is_want_of_ours(errno)) ++static_cast<lookup_channel*>(self)->failed_sockets_;
    return opened;
}

ares_socket_functions const* lookup_channel::socket_functions() {
    static constexpr ares_socket_functions functions{
        &lookup_channel::open_socket, [](ares_socket_t socket, void*) { return ::close(socket); },
        [](ares_socket_t socket, sockaddr const* to, ares_socklen_t size, void*) {
            return ::connect(socket, to, size);
        },
        [](ares_socket_t socket, void* into, std::size_t size, int flags, sockaddr* from,
           ares_socklen_t* from_size, void*) -> ares_ssize_t {
            return ::recvfrom(socket, into, size, flags, from, from_size);
        },
        [](ares_socket_t socket, iovec const* what, int count, void*) -> ares_ssize_t {
            return ::writev(socket, what, count);
        }};
    return &functions;
}

// --- questions ----------------------------------------------------------------------------------

void lookup_channel::ask(std::string const& host, name_service::handler tell) {
    auto* const asked = new question{shared_from_this(), std::move(tell), failed_sockets_};
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(handle_, host.c_str(), nullptr, &hints, &lookup_channel::on_addresses, asked);
    arm();
}

void lookup_channel::on_addresses(void* of, int status, int, ares_addrinfo* found) {
    std::unique_ptr<question> const asked(static_cast<question*>(of));
    auto answer = asked->channel->answer_of(status, found, asked->failed_before);
    if (found) ares_freeaddrinfo(found);
    asked->tell(std::move(answer));
}

name_answer lookup_channel::answer_of(int status, ares_addrinfo const* found,
                                      std::uint64_t failed_before) const {
    name_answer answer;
    if (status == ARES_SUCCESS && found && found->nodes) {
        answer.result = name_result::found;
        answer.ttl = std::chrono::seconds(shortest_ttl(*found));
        for (auto const* at = found->nodes; at && answer.addresses.size() < most_addresses;
             at = at->ai_next)
            append_address(answer, *at);
        if (!answer.addresses.empty()) return answer;
        status = ARES_ENODATA;
    }
    answer.error = status == ARES_SUCCESS ? "the name has no address" : ares_strerror(status);
    bool const is_none = status == ARES_ENOTFOUND || status == ARES_ENODATA ||
                         status == ARES_ENONAME || status == ARES_EBADNAME ||
                         status == ARES_SUCCESS;
    bool const is_ours = failed_sockets_ != failed_before || status == ARES_ENOMEM;
    if (is_ours && !is_none) {
        answer.result = name_result::not_asked;
        answer.error = "no descriptor or memory is left to look the name up";
    } else {
        answer.result = is_none ? name_result::no_such_name : name_result::failed;
    }
    return answer;
}

// --- sockets ------------------------------------------------------------------------------------

void lookup_channel::on_socket_state(void* self, ares_socket_t socket, int readable, int writable) {
    auto& channel = *static_cast<lookup_channel*>(self);
    auto found = channel.sockets_.find(socket);
    if (!readable && !writable) {
        if (found == channel.sockets_.end()) return;
        found->second->descriptor.release(); // c-ares closes it
        channel.sockets_.erase(found);
        return;
    }
    if (found == channel.sockets_.end()) {
        auto made = std::make_shared<watched_socket>(channel.io_);
        boost::system::error_code ec;
        made->descriptor.assign(socket, ec);
        if (ec) return; // its questions end by their timer
        found = channel.sockets_.emplace(socket, std::move(made)).first;
    }
    auto& watched = *found->second;
    watched.wants_read = readable != 0;
    watched.wants_write = writable != 0;
    channel.watch(found->second);
}

void lookup_channel::watch(socket_pointer const& socket) {
    if (socket->wants_read && !std::exchange(socket->waits_to_read, true)) wait(socket, true);
    if (socket->wants_write && !std::exchange(socket->waits_to_write, true)) wait(socket, false);
}

void lookup_channel::wait(socket_pointer const& socket, bool to_read) {
    using descriptor = boost::asio::posix::stream_descriptor;
    std::weak_ptr<watched_socket> const watched = socket;
    auto on_ready = [weak = weak_from_this(), watched, to_read](boost::system::error_code ec) {
        auto const self = weak.lock();
        auto const still = watched.lock();
        if (ec || !self || !self->handle_ || !still) return;
        (to_read ? still->waits_to_read : still->waits_to_write) = false;
        auto const number = still->descriptor.native_handle();
        self->process(to_read ? number : ARES_SOCKET_BAD, to_read ? ARES_SOCKET_BAD : number);
        if (still->descriptor.is_open()) self->watch(still);
    };
    socket->descriptor.async_wait(to_read ? descriptor::wait_read : descriptor::wait_write,
                                  std::move(on_ready));
}

void lookup_channel::process(ares_socket_t to_read, ares_socket_t to_write) {
    ares_process_fd(handle_, to_read, to_write);
    arm();
}

// For the next time that a question is asked again or given up.
void lookup_channel::arm() {
    timeval left{};
    if (!handle_ || !ares_timeout(handle_, nullptr, &left)) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(std::chrono::seconds(left.tv_sec) +
                         std::chrono::microseconds(left.tv_usec) + std::chrono::milliseconds(1));
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
        auto const self = weak.lock();
        if (!ec && self && self->handle_) self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
}

} // namespace sluice::gateway::client
