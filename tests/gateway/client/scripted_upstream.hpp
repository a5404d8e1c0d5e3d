// A destination with any habit: an accepted connection is handed to a script that reads and writes
// raw bytes with blocking calls, on a thread of its own. The port is chosen by the system.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sluice::tests {

// One accepted connection, as a script sees it. Nothing throws: a peer that is gone ends reads
// and swallows writes.
class upstream_peer {
  public:
    // `closing`: held while the socket is closed, and while others look at it.
    upstream_peer(boost::asio::ip::tcp::socket& socket, std::mutex& closing, std::size_t number)
        : socket_(socket)
        , closing_(closing)
        , number_(number) {}

    // 0 for the first connection of the upstream.
    std::size_t number() const { return number_; }
    int native() { return socket_.native_handle(); }

    // A whole request: head, and as much body as its Content-Length says. Empty when the peer
    // closed first.
    std::string read_request();
    // Head only.
    std::string read_head();
    bool write(std::string_view bytes);
    // Reads and drops until the peer closes; returns how much it was.
    std::size_t drain();
    // Closes with RST instead of FIN.
    void reset();

  private:
    std::string read_until(std::string_view end);

    boost::asio::ip::tcp::socket& socket_;
    std::mutex& closing_;
    std::size_t number_;
    std::string buffer_;
};

class scripted_upstream {
  public:
    using script = std::function<void(upstream_peer&)>;

    explicit scripted_upstream(script behaviour, boost::asio::ip::address const& at =
                                                     boost::asio::ip::address_v4::loopback());
    ~scripted_upstream() { stop(); }
    scripted_upstream(scripted_upstream const&) = delete;
    scripted_upstream& operator=(scripted_upstream const&) = delete;

    // Closes everything and waits for the scripts: what they have noted may be read then.
    void stop();

    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/") const;
    std::size_t connections() const { return accepted_; }

  private:
    void accept_all();
    void serve(boost::asio::ip::tcp::socket& socket, std::size_t number);

    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    script behaviour_;
    std::atomic<std::size_t> accepted_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::list<boost::asio::ip::tcp::socket> sockets_;
    std::vector<std::thread> threads_;
    std::thread accepting_;
};

// "HTTP/1.1 200 OK" with a Content-Length and this body.
std::string ok_answer(std::string_view body = "ok");

// Answers every request of every connection with `answer`.
scripted_upstream::script always(std::string answer);

// A port that nobody listens on.
std::uint16_t closed_port();

} // namespace sluice::tests
