#include "gateway/server/wake.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace wake_test {

namespace {

using namespace sluice::gateway;
namespace asio = boost::asio;

// Sleepers that write their names when they are woken.
struct sleepers {
    asio::io_context io;
    server::wake_queue queue{io.get_executor()};
    std::string woken;
    std::function<void(char)> on_woken = [](char) {};

    void sleep(char name, server::wake_slot& where) {
        asio::co_spawn(io, sleeping(name, where), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        run();
    }
    http::coroutine<void> sleeping(char name, server::wake_slot& where) {
        co_await where.async_wait();
        woken += name;
        on_woken(name);
    }
    void run() {
        io.restart();
        io.poll();
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(wake_queue)

BOOST_AUTO_TEST_CASE(all_are_resumed_in_the_order_in_which_they_were_woken) {
    sleepers all;
    server::wake_slot a(all.queue), b(all.queue), c(all.queue);
    all.sleep('a', a);
    all.sleep('b', b);
    all.sleep('c', c);
    c.wake();
    a.wake();
    a.wake(); // once is enough
    BOOST_TEST(all.woken == "", "in a later turn");
    all.run();
    BOOST_TEST(all.woken == "ca");
    b.wake();
    all.run();
    BOOST_TEST(all.woken == "cab");
}

BOOST_AUTO_TEST_CASE(nobody_sleeps_nobody_is_woken) {
    sleepers all;
    server::wake_slot a(all.queue);
    a.wake();
    all.run();
    all.sleep('a', a);
    BOOST_TEST(all.woken == "", "what was before the sleep does not count");
    a.wake();
    all.run();
    BOOST_TEST(all.woken == "a");
}

BOOST_AUTO_TEST_CASE(who_is_woken_by_one_that_was_resumed_is_resumed_too) {
    sleepers all;
    server::wake_slot a(all.queue), b(all.queue);
    all.sleep('a', a);
    all.sleep('b', b);
    all.on_woken = [&](char name) {
        if (name == 'a') b.wake();
    };
    a.wake();
    all.run();
    BOOST_TEST(all.woken == "ab");
}

BOOST_AUTO_TEST_CASE(a_slot_may_go_while_it_waits_for_its_turn) {
    sleepers all;
    server::wake_slot a(all.queue), d(all.queue);
    auto b = std::make_unique<server::wake_slot>(all.queue);
    auto c = std::make_unique<server::wake_slot>(all.queue);
    all.sleep('a', a);
    all.sleep('b', *b);
    all.sleep('c', *c);
    all.sleep('d', d);
    for (auto* const each : {&a, b.get(), &d, c.get()})
        each->wake();
    all.on_woken = [&](char name) {
        if (name == 'a') b.reset();
    };
    c.reset();
    all.run();
    BOOST_TEST(all.woken == "ad");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace wake_test
