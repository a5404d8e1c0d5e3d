#include "gateway/http/arrivals.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/version.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace sluice::gateway::http {

static_assert(BOOST_ASIO_VERSION == 102600, "async_arrival() is made for Boost 1.81: see ADR 14");

namespace {

using rest_told = asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_INQ>;

bool says_nothing_is_left(msghdr& read) {
    auto const* const said = CMSG_FIRSTHDR(&read);
    if (said == nullptr || said->cmsg_level != IPPROTO_TCP || said->cmsg_type != TCP_INQ)
        return false;
    int left = 0;
    std::memcpy(&left, CMSG_DATA(said), sizeof(left));
    return left == 0;
}

} // namespace

void tell_of_rest(tcp_socket& socket) {
    error_code ignored;
    socket.set_option(rest_told(true), ignored);
}

taken take_arrived(tcp_socket& socket, std::span<char> room) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> said;
    iovec piece{room.data(), room.size()};
    msghdr read{};
    read.msg_iov = &piece;
    read.msg_iovlen = 1;
    read.msg_control = said.data();
    read.msg_controllen = said.size();
    ssize_t size = 0;
    do {
        size = ::recvmsg(socket.native_handle(), &read, 0);
    } while (size < 0 && errno == EINTR);
    if (size > 0) return {{}, static_cast<std::size_t>(size), says_nothing_is_left(read)};
    if (size == 0) return {asio::error::eof};
    error_code const ec(errno, boost::system::system_category());
    return {ec, 0, ec == asio::error::would_block};
}

} // namespace sluice::gateway::http
