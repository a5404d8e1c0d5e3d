#include "tests/gateway/client/scripted_upstream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <csignal>
#include <sys/socket.h>

namespace sluice::tests {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string upstream_peer::read_until(std::string_view end) {
    std::array<char, 4096> piece;
    boost::system::error_code ec;
    while (buffer_.find(end) == std::string::npos && !ec) {
        auto const size = socket_.read_some(asio::buffer(piece), ec);
        buffer_.append(piece.data(), size);
    }
    auto const at = buffer_.find(end);
    if (at == std::string::npos) return {};
    auto const found = buffer_.substr(0, at + end.size());
    buffer_.erase(0, found.size());
    return found;
}

std::string upstream_peer::read_head() {
    return read_until("\r\n\r\n");
}

std::string upstream_peer::read_request() {
    auto request = read_head();
    constexpr std::string_view field = "Content-Length: ";
    auto const at = request.find(field);
    if (at == std::string::npos) return request;
    std::size_t wanted = 0;
    std::from_chars(request.data() + at + field.size(), request.data() + request.size(), wanted);
    std::array<char, 4096> piece;
    boost::system::error_code ec;
    while (buffer_.size() < wanted && !ec) {
        auto const size = socket_.read_some(asio::buffer(piece), ec);
        buffer_.append(piece.data(), size);
    }
    request += buffer_.substr(0, wanted);
    buffer_.erase(0, wanted);
    return request;
}

bool upstream_peer::write(std::string_view bytes) {
    boost::system::error_code ec;
    asio::write(socket_, asio::buffer(bytes), ec);
    return !ec;
}

std::size_t upstream_peer::drain() {
    std::array<char, 65536> piece;
    boost::system::error_code ec;
    std::size_t total = 0;
    while (!ec)
        total += socket_.read_some(asio::buffer(piece), ec);
    return total;
}

void upstream_peer::reset() {
    boost::system::error_code ec;
    std::lock_guard const lock(closing_);
    socket_.set_option(asio::socket_base::linger(true, 0), ec);
    socket_.close(ec);
}

scripted_upstream::scripted_upstream(script behaviour, asio::ip::address const& at)
    : acceptor_(io_, tcp::endpoint(at, 0))
    , port_(acceptor_.local_endpoint().port())
    , behaviour_(std::move(behaviour))
    , accepting_([this] { accept_all(); }) {}

void scripted_upstream::stop() {
    if (stopping_.exchange(true)) return;
    // Wakes the thread that waits in accept(); closing the descriptor would not.
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepting_.join();
    {
        std::lock_guard const lock(mutex_);
        for (auto& socket : sockets_)
            if (socket.is_open()) ::shutdown(socket.native_handle(), SHUT_RDWR);
    }
    for (auto& thread : threads_)
        thread.join();
}

std::string scripted_upstream::url(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void scripted_upstream::accept_all() {
    while (!stopping_) {
        boost::system::error_code ec;
        tcp::socket accepted(io_);
        acceptor_.accept(accepted, ec);
        if (ec) return;
        std::lock_guard const lock(mutex_);
        auto& socket = sockets_.emplace_back(std::move(accepted));
        auto const number = accepted_++;
        threads_.emplace_back([this, &socket, number] { serve(socket, number); });
    }
}

void scripted_upstream::serve(tcp::socket& socket, std::size_t number) {
    // OpenSSL's own writes raise it in a script; in the client under test it must end the program.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    upstream_peer peer(socket, mutex_, number);
    behaviour_(peer);
    std::lock_guard const lock(mutex_);
    boost::system::error_code ec;
    socket.close(ec);
}

std::string ok_answer(std::string_view body) {
    return fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}", body.size(),
        body);
}

scripted_upstream::script always(std::string answer) {
    return [answer = std::move(answer)](upstream_peer& peer) {
        while (!peer.read_request().empty())
            peer.write(answer);
    };
}

std::uint16_t closed_port() {
    asio::io_context io;
    tcp::acceptor taken(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    return taken.local_endpoint().port();
}

} // namespace sluice::tests
