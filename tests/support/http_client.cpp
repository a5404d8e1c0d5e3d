#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <exception>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace sluice::tests {
namespace {

[[noreturn]] void throw_errno(char const* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::string write_request(std::string_view method, std::string_view target,
                          http_headers const& headers, std::string_view body) {
    std::string text;
    text.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
    if (!has_header(headers, "Host")) {
        text += "Host: localhost\r\n";
    }
    for (auto const& [name, value] : headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    bool const is_framed =
        has_header(headers, "Content-Length") || has_header(headers, "Transfer-Encoding");
    if (!is_framed && (!body.empty() || method == "POST")) {
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return text.append("\r\n").append(body);
}

} // namespace

tcp_connection::tcp_connection(int descriptor)
    : descriptor_(descriptor) {}

tcp_connection::tcp_connection(std::uint16_t port, std::chrono::milliseconds read_limit)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (descriptor_ < 0) {
        throw_errno("socket");
    }
    timeval limit{};
    limit.tv_sec = read_limit.count() / 1000;
    limit.tv_usec = read_limit.count() % 1000 * 1000;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    int const on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) {
        int const error = errno;
        ::close(descriptor_);
        throw std::system_error(error, std::generic_category(), "connect");
    }
}

tcp_connection::~tcp_connection() {
    ::close(descriptor_);
}

std::string tcp_connection::read_some() {
    char bytes[16 * 1024];
    ssize_t const size = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (size < 0) {
        throw_errno("recv");
    }
    return {bytes, static_cast<std::size_t>(size)};
}

void tcp_connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t const size = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size < 0) {
            throw_errno("send");
        }
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

void tcp_connection::shut_down() noexcept {
    ::shutdown(descriptor_, SHUT_RDWR);
}

http_client::http_client(std::uint16_t port, std::chrono::milliseconds read_limit)
    : port_(port)
    , read_limit_(read_limit) {}

void http_client::connect() {
    close();
    connection_ = std::make_unique<tcp_connection>(port_, read_limit_);
    reader_ = std::make_unique<http_reader>(*connection_);
}

void http_client::close() {
    reader_.reset();
    connection_.reset();
}

http_response http_client::request(std::string_view method, std::string_view target,
                                   http_headers const& headers, std::string_view body) {
    if (!connection_) {
        connect();
    }
    try {
        connection_->write(write_request(method, target, headers, body));
        auto response = reader_->read_response(method);
        if (response.header("Connection") == "close") {
            close();
        }
        return response;
    } catch (...) {
        close();
        throw;
    }
}

std::optional<http_response> http_client::try_request(std::string_view method,
                                                      std::string_view target,
                                                      http_headers const& headers,
                                                      std::string_view body) {
    try {
        return request(method, target, headers, body);
    } catch (std::exception const&) {
        return std::nullopt;
    }
}

http_response http_client::send_raw(std::string_view bytes) {
    connect();
    connection_->write(bytes);
    return reader_->read_response("GET");
}

bool http_client::is_closed_by_server() {
    if (!connection_) {
        return true;
    }
    try {
        return reader_->read_rest().empty();
    } catch (std::system_error const& error) {
        return error.code() == std::errc::connection_reset;
    }
}

} // namespace sluice::tests
