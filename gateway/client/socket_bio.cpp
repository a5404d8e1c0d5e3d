#include "gateway/client/socket_bio.hpp"

#include <openssl/bio.h>

#include <cerrno>
#include <memory>
#include <sys/socket.h>

namespace sluice::gateway::client {
namespace {

int socket_of(BIO* bio) {
    int socket = -1;
    BIO_get_fd(bio, &socket);
    return socket;
}

bool is_temporary(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

// To ask for a retry means that nothing is there: whoever waits then waits for an event.
ssize_t receive(int socket, char* data, int size) {
    ssize_t received = 0;
    do {
        received = ::recv(socket, data, static_cast<std::size_t>(size), 0);
    } while (received < 0 && errno == EINTR);
    return received;
}

int write_bytes(BIO* bio, char const* data, int size) {
    BIO_clear_retry_flags(bio);
    auto const sent = ::send(socket_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent < 0 && is_temporary(errno)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int read_bytes(BIO* bio, char* data, int size) {
    BIO_clear_retry_flags(bio);
    auto const received = receive(socket_of(bio), data, size);
    if (received < 0 && is_temporary(errno)) BIO_set_retry_read(bio);
    if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(received);
}

long control(BIO* bio, int command, long, void* pointer) {
    switch (command) {
    case BIO_C_GET_FD:
        *static_cast<int*>(pointer) = static_cast<int>(reinterpret_cast<long>(BIO_get_data(bio)));
        return 1;
    case BIO_CTRL_EOF:
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    case BIO_CTRL_FLUSH:
        return 1;
    default:
        return 0;
    }
}

using method = std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)>;

method make_method() {
    method made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket"), &BIO_meth_free);
    BIO_meth_set_write(made.get(), write_bytes);
    BIO_meth_set_read(made.get(), read_bytes);
    BIO_meth_set_ctrl(made.get(), control);
    return made;
}

} // namespace

bio_st* make_socket_bio(int socket) {
    static method const socket_method = make_method();
    BIO* const bio = BIO_new(socket_method.get());
    if (!bio) return nullptr;
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<long>(socket)));
    BIO_set_init(bio, 1);
    return bio;
}

} // namespace sluice::gateway::client
