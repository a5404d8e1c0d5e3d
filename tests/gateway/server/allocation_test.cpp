// A request in the steady state of a connection allocates nothing, from the socket to the socket.
#include "gateway/server/listener.hpp"
#include "tests/gateway/server/running_server.hpp"
#include "tests/support/raw_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// Allocations of the one thread that asked for them to be counted.
thread_local bool is_counting = false;
std::atomic<std::size_t> counted{0};

void* allocate(std::size_t size) {
    if (is_counting) ++counted;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}

} // namespace

void* operator new(std::size_t size) {
    return allocate(size);
}
void* operator new[](std::size_t size) {
    return allocate(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace allocation_test {

namespace {

using namespace sluice::gateway::server;
using namespace sluice::tests;

// Answers 202 with a rendered body: at once, or in a later turn of the thread.
class accepting_handler : public handler {
  public:
    void handle(exchange& x) override {
        if (!io) return answer(x);
        pending = &x;
        boost::asio::post(*io, [this] { answer(*pending); });
    }

    boost::asio::io_context* io = nullptr;
    exchange* pending = nullptr;

  private:
    static void answer(exchange& x) {
        x.body_scratch().append("{\"request-id\":\"").append(x.req.header("X-Id")).append("\"}");
        x.reply(202, "application/json", x.body_scratch(), "Location: /v1/tasks/1\r\n");
    }
};

// Allocations of the server's thread for `requests` of them, one after the other.
std::size_t allocations(running_server& server, std::string const& request, int requests) {
    raw_client client(server.port());
    auto const ask = [&](int times) {
        for (int i = 0; i < times; ++i) {
            client.send(request);
            client.receive_through("\"}");
        }
    };
    ask(100);
    server.on_thread([](auto&) {
        counted = 0;
        is_counting = true;
    });
    ask(requests);
    std::size_t found = 0;
    server.on_thread([&](auto&) {
        is_counting = false;
        found = counted;
    });
    return found;
}

std::string post(std::string const& framing, std::string const& body) {
    return "POST /in/crm?a=b HTTP/1.1\r\nHost: a\r\nX-Id: 0123456789\r\nUser-Agent: test\r\n" +
           framing + "\r\n\r\n" + body;
}

} // namespace

BOOST_AUTO_TEST_SUITE(allocation)

BOOST_AUTO_TEST_CASE(ten_thousand_requests_allocate_nothing) {
    accepting_handler handler;
    running_server server(handler);
    auto const in = post("Content-Length: 300", std::string(300, 'x'));
    // What is left is the two calls of on_thread themselves.
    BOOST_TEST(allocations(server, in, 10'000) <= 2);
}

BOOST_AUTO_TEST_CASE(chunked_requests_allocate_nothing) {
    accepting_handler handler;
    running_server server(handler);
    auto const in =
        post("Transfer-Encoding: chunked", "12c\r\n" + std::string(300, 'x') + "\r\n0\r\n\r\n");
    BOOST_TEST(allocations(server, in, 1'000) <= 2);
}

BOOST_AUTO_TEST_CASE(answers_of_a_later_turn_allocate_nothing) {
    accepting_handler handler;
    running_server server(handler);
    handler.io = &server.context();
    auto const in = post("Content-Length: 300", std::string(300, 'x'));
    BOOST_TEST(allocations(server, in, 1'000) <= 2);
}

BOOST_AUTO_TEST_CASE(the_count_counts) {
    struct wasteful : accepting_handler {
        void handle(exchange& x) override {
            auto const waste = std::make_unique<std::string>(100, 'x');
            accepting_handler::handle(x);
        }
    } handler;
    running_server server(handler);
    auto const in = post("Content-Length: 3", "abc");
    BOOST_TEST(allocations(server, in, 10) >= 20);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace allocation_test
