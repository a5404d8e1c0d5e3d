#include "gateway/http/arrivals.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <functional>
#include <memory>
#include <netinet/tcp.h>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>

namespace sluice::gateway::http::arrivals_test {
namespace {

struct fixture {
    fixture() {
        tcp_acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
        peer.connect(acceptor.local_endpoint());
        acceptor.accept(socket);
        socket.non_blocking(true);
        peer.set_option(tcp::no_delay(true));
        tell_of_rest(socket);
    }

    void send(std::string_view bytes) { asio::write(peer, asio::buffer(bytes)); }
    // The loopback delivers within the call that sends, so nothing has to be waited for.
    taken take(std::size_t most = 100) { return take_arrived(socket, {room.data(), most}); }
    void wait() {
        woken.reset();
        async_arrival(socket, [this](error_code ec) { woken = ec; });
    }
    bool is_woken() {
        io.restart();
        io.poll();
        return woken.has_value();
    }
    // As a socket is whose next bytes are to be waited for; no event of it is pending.
    void read_empty() {
        wait();
        BOOST_TEST(is_woken()); // a new socket is tried at once
        send("abc");
        BOOST_TEST(take().is_all);
    }

    asio::io_context io{1};
    asio::executor_work_guard<executor> const keeps_looking{io.get_executor()};
    tcp_socket socket{io};
    tcp_socket peer{io};
    std::array<char, 4096> room;
    std::optional<error_code> woken;
};

BOOST_FIXTURE_TEST_SUITE(arrivals, fixture)

BOOST_AUTO_TEST_CASE(a_reading_tells_whether_it_took_all) {
    send("abc");
    auto const some = take(2);
    BOOST_TEST(some.size == 2u);
    BOOST_TEST(!some.is_all);
    auto const rest = take(1);
    BOOST_TEST(rest.size == 1u);
    BOOST_TEST(rest.is_all);
    auto const nothing = take();
    BOOST_TEST((nothing.ec == asio::error::would_block));
    BOOST_TEST(nothing.is_all);
}

BOOST_AUTO_TEST_CASE(an_end_that_came_with_the_last_bytes_is_something_left) {
    send("abc");
    peer.shutdown(tcp::socket::shutdown_send);
    auto const bytes = take();
    BOOST_TEST(bytes.size == 3u);
    BOOST_TEST(!bytes.is_all);
    BOOST_TEST((take().ec == asio::error::eof));
}

BOOST_AUTO_TEST_CASE(a_socket_that_was_not_asked_to_tell_is_never_known_to_be_empty) {
    socket.set_option(asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_INQ>(false));
    send("abc");
    BOOST_TEST(!take().is_all);
    BOOST_TEST(take().is_all); // would_block
}

BOOST_AUTO_TEST_CASE(a_wait_on_an_empty_socket_ends_with_the_next_bytes) {
    read_empty();
    wait();
    BOOST_TEST(!is_woken());
    send("d");
    BOOST_TEST(is_woken());
    BOOST_TEST(!*woken);
    BOOST_TEST(take().size == 1u);
}

BOOST_AUTO_TEST_CASE(bytes_between_the_reading_and_the_wait_end_it) {
    read_empty();
    send("d");
    wait();
    BOOST_TEST(is_woken());
    BOOST_TEST(take().size == 1u);
}

BOOST_AUTO_TEST_CASE(bytes_that_the_loop_saw_while_nobody_waited_end_the_wait) {
    read_empty();
    send("d");
    is_woken(); // the event has been taken from the system
    wait();
    BOOST_TEST(is_woken());
    BOOST_TEST(take().size == 1u);
}

BOOST_AUTO_TEST_CASE(each_piece_is_told_of_once) {
    read_empty();
    for (int i = 0; i < 3; ++i) {
        wait();
        BOOST_TEST(!is_woken());
        send("d");
        BOOST_TEST(is_woken());
        BOOST_TEST(take().is_all);
    }
    wait();
    BOOST_TEST(!is_woken());
}

BOOST_AUTO_TEST_CASE(an_end_that_comes_later_ends_the_wait) {
    read_empty();
    wait();
    peer.shutdown(tcp::socket::shutdown_send);
    BOOST_TEST(is_woken());
    BOOST_TEST((take().ec == asio::error::eof));
}

BOOST_AUTO_TEST_CASE(a_reset_that_comes_later_ends_the_wait) {
    read_empty();
    wait();
    peer.set_option(tcp::socket::linger(true, 0));
    peer.close();
    BOOST_TEST(is_woken());
    BOOST_TEST((take().ec == asio::error::connection_reset));
}

BOOST_AUTO_TEST_CASE(cancelling_and_closing_end_the_wait) {
    read_empty();
    wait();
    socket.cancel();
    BOOST_TEST(is_woken());
    BOOST_TEST((woken == asio::error::operation_aborted));
    wait();
    BOOST_TEST(!is_woken());
    socket.close();
    BOOST_TEST(is_woken());
    BOOST_TEST((woken == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(a_closed_socket_is_not_waited_for) {
    socket.close();
    wait();
    BOOST_TEST(is_woken());
    BOOST_TEST((woken == asio::error::bad_descriptor));
}

BOOST_AUTO_TEST_CASE(asios_own_wait_tells_of_bytes_that_are_left) {
    read_empty();
    wait();
    send("defg");
    BOOST_TEST(is_woken());
    BOOST_TEST(!take(2).is_all);
    woken.reset();
    socket.async_wait(tcp::socket::wait_read, [this](error_code ec) { woken = ec; });
    BOOST_TEST(is_woken());
}

BOOST_AUTO_TEST_CASE(a_wait_that_never_ends_is_freed_with_its_context) {
    auto const freed = std::make_shared<int>(1);
    {
        asio::io_context other{1};
        tcp_socket alone(other);
        tcp_acceptor acceptor(other, {asio::ip::address_v4::loopback(), 0});
        tcp_socket far(other);
        far.connect(acceptor.local_endpoint());
        acceptor.accept(alone);
        alone.non_blocking(true);
        async_arrival(alone, [freed](error_code) {});
        other.poll();
        async_arrival(alone, [freed](error_code) {});
        BOOST_TEST(freed.use_count() == 2);
    }
    BOOST_TEST(freed.use_count() == 1);
}

// Another thread sends pieces of any size at any moment; nothing may be waited for in vain.
BOOST_AUTO_TEST_CASE(nothing_is_overlooked_whenever_it_comes) {
    constexpr unsigned seed = 20261130;
    constexpr int pieces = 5'000;
    std::size_t sent = 0;
    std::thread other([&] {
        std::mt19937 random(seed);
        std::string const bytes(5000, 'x');
        for (int i = 0; i < pieces; ++i) {
            auto const size = 1 + random() % (random() % 50 == 0 ? bytes.size() : 40);
            error_code ec;
            sent += asio::write(peer, asio::buffer(bytes.data(), size), ec);
            if (ec) return;
            for (auto pause = random() % 4; pause > 0; --pause)
                std::this_thread::yield();
        }
        error_code ignored;
        peer.shutdown(tcp::socket::shutdown_send, ignored);
    });
    std::size_t received = 0;
    bool has_ended = false;
    std::function<void(error_code)> const go_on = [&](error_code) {
        while (true) {
            auto const part = take(room.size());
            received += part.size;
            has_ended = part.ec == asio::error::eof;
            if (has_ended) return io.stop();
            if (part.is_all) break;
        }
        async_arrival(socket, [&](error_code ec) { go_on(ec); });
    };
    go_on({});
    io.restart();
    // Where something is overlooked it ends by this time.
    io.run_for(std::chrono::seconds(60));
    BOOST_TEST(has_ended);
    socket.close();
    other.join();
    BOOST_TEST(received == sent);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::http::arrivals_test
