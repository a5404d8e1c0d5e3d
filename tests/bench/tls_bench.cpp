// What TLS costs an outbound exchange: the client's own way (gateway/client/tls_session, without
// the verification of the peer, which costs both ways the same) beside boost::asio::ssl::stream.
// Both send a request of 300 bytes and read an answer of 150 on kept connections, or on a new one
// each.
//
//   tls_bench CERTIFICATE KEY [SECONDS]
//
// The server is a child process, so that only the client's CPU time is counted.
#include "gateway/client/socket_bio.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
constexpr auto as_result = asio::as_tuple(asio::deferred);
using executor = asio::io_context::executor_type;
using socket_type = asio::basic_stream_socket<tcp, executor>;
template <class T>
using coroutine = asio::awaitable<T, executor>;

std::string const request(300, 'q');
std::string const answer(150, 'a');
constexpr int connections = 16;

[[noreturn]] void serve(int listener, char const* certificate, char const* key) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_chain_file(context, certificate);
    SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM);
    std::vector<std::thread> peers;
    while (true) {
        int const peer = ::accept(listener, nullptr, nullptr);
        peers.emplace_back([context, peer] {
            SSL* tls = SSL_new(context);
            SSL_set_fd(tls, peer);
            std::array<char, 4096> in{};
            if (SSL_accept(tls) == 1) {
                while (SSL_read(tls, in.data(), in.size()) > 0)
                    SSL_write(tls, answer.data(), static_cast<int>(answer.size()));
            }
            SSL_free(tls);
            ::close(peer);
        });
    }
}

struct run {
    asio::io_context& io;
    SSL_CTX* own;
    ssl::context& of_asio;
    tcp::endpoint server;
    std::chrono::steady_clock::time_point end;
    bool keeps = true; // the connection, after an exchange
    std::size_t exchanges = 0;

    bool is_over() const { return std::chrono::steady_clock::now() >= end; }
};

// The client's own way: OpenSSL reads and writes the socket, and Asio is asked only to wait.
coroutine<void> exchange_by_bio(run& of) {
    std::array<char, 64 * 1024> in;
    while (!of.is_over()) {
        socket_type socket(of.io);
        co_await socket.async_connect(of.server, as_result);
        socket.non_blocking(true);
        socket.set_option(tcp::no_delay(true));
        SSL* tls = SSL_new(of.own);
        auto* bio = sluice::gateway::client::make_socket_bio(socket.native_handle());
        SSL_set_bio(tls, bio, bio);
        SSL_set_connect_state(tls);
        while (SSL_do_handshake(tls) != 1)
            co_await socket.async_wait(tcp::socket::wait_read, as_result);
        do {
            std::size_t size = 0;
            SSL_write_ex(tls, request.data(), request.size(), &size);
            while (SSL_read_ex(tls, in.data(), in.size(), &size) != 1)
                co_await socket.async_wait(tcp::socket::wait_read, as_result);
            ++of.exchanges;
        } while (of.keeps && !of.is_over());
        SSL_shutdown(tls);
        SSL_free(tls);
    }
}

coroutine<void> exchange_by_stream(run& of) {
    std::array<char, 64 * 1024> in;
    while (!of.is_over()) {
        ssl::stream<socket_type> stream(socket_type(of.io), of.of_asio);
        co_await stream.next_layer().async_connect(of.server, as_result);
        stream.next_layer().set_option(tcp::no_delay(true));
        co_await stream.async_handshake(ssl::stream_base::client, as_result);
        do {
            co_await asio::async_write(stream, asio::buffer(request), as_result);
            co_await stream.async_read_some(asio::buffer(in), as_result);
            ++of.exchanges;
        } while (of.keeps && !of.is_over());
    }
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    auto const of = [](timeval const& t) { return t.tv_sec + t.tv_usec / 1e6; };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

template <class Exchange>
void measure(char const* name, run of, std::chrono::seconds time, Exchange exchange) {
    of.end = std::chrono::steady_clock::now() + time;
    auto const before = cpu_seconds();
    for (int i = 0; i < connections; ++i)
        asio::co_spawn(of.io, exchange(of), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
    of.io.restart();
    of.io.run();
    std::printf("%-8s %-5s %8zu exchanges, %7.2f us CPU each\n", name, of.keeps ? "kept" : "new",
                of.exchanges, (cpu_seconds() - before) * 1e6 / static_cast<double>(of.exchanges));
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 64;
    std::chrono::seconds const time(argc > 3 ? std::atoi(argv[3]) : 3);
    asio::io_context io(1);
    tcp::acceptor listener(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    auto const server = ::fork();
    if (server == 0) {
        listener.non_blocking(false);
        ::fcntl(listener.native_handle(), F_SETFL, 0);
        serve(listener.native_handle(), argv[1], argv[2]);
    }
    ssl::context of_asio(ssl::context::tls_client);
    SSL_CTX* own = SSL_CTX_new(TLS_client_method());
    run of{io, own, of_asio, listener.local_endpoint(), {}};
    for (int round = 0; round < 3; ++round) {
        for (bool const keeps : {true, false}) {
            of.keeps = keeps;
            measure("own", of, time, exchange_by_bio);
            measure("asio", of, time, exchange_by_stream);
        }
    }
    ::kill(server, SIGKILL);
}
