#include "gateway/client/resolver.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <map>
#include <semaphore>
#include <thread>

namespace sluice::gateway::client::resolver_test {
namespace {

using namespace std::chrono_literals;

name_answer found(std::string_view address) {
    name_answer answer;
    answer.addresses.push_back(config::ip_address::parse(address).value());
    return answer;
}

// Asks, and turns the context until everything asked was answered.
class asker {
  public:
    explicit asker(resolver& names)
        : names_(names) {}

    void ask(std::string const& host) {
        ++open_;
        names_.look_up(host, io.get_executor(),
                       [this, host](std::shared_ptr<name_answer const> answer) {
                           answers[host] = std::move(answer);
                           --open_;
                       });
    }
    bool finish() {
        auto const limit = std::chrono::steady_clock::now() + 10s;
        while (open_ != 0 && std::chrono::steady_clock::now() < limit) {
            io.restart();
            io.run_one_for(5ms);
        }
        return open_ == 0;
    }

    boost::asio::io_context io;
    std::map<std::string, std::shared_ptr<name_answer const>> answers;

  private:
    resolver& names_;
    int open_ = 0;
};

BOOST_AUTO_TEST_SUITE(resolver)

BOOST_AUTO_TEST_CASE(an_answer_comes_on_the_askers_context_and_is_kept) {
    std::atomic<int> asked = 0;
    std::thread::id looked_up_on;
    client::resolver names({}, [&](std::string const&) {
        ++asked;
        looked_up_on = std::this_thread::get_id();
        return found("192.0.2.1");
    });
    asker one(names);
    BOOST_TEST(!names.find("a.example"));
    one.ask("a.example");
    BOOST_TEST_REQUIRE(one.finish());
    BOOST_TEST(one.answers["a.example"]->addresses.at(0).to_string() == "192.0.2.1");
    BOOST_TEST((looked_up_on != std::this_thread::get_id()));
    BOOST_TEST(!!names.find("a.example"));
    one.ask("a.example");
    BOOST_TEST_REQUIRE(one.finish());
    BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(equal_questions_under_way_are_asked_once) {
    std::atomic<int> asked = 0;
    std::binary_semaphore released(0);
    client::resolver names({}, [&](std::string const&) {
        ++asked;
        released.acquire();
        return found("192.0.2.1");
    });
    asker all(names);
    for (int i = 0; i < 10; ++i)
        all.ask("a.example");
    released.release();
    BOOST_TEST_REQUIRE(all.finish());
    BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(a_slow_name_does_not_hold_up_another) {
    std::promise<void> release;
    auto const released = release.get_future().share();
    {
        client::resolver names({}, [released](std::string const& host) {
            if (host == "slow.example") released.wait();
            return found("192.0.2.1");
        });
        asker slow(names);
        asker quick(names);
        slow.ask("slow.example");
        for (int i = 0; i < 20; ++i)
            quick.ask("quick" + std::to_string(i) + ".example");
        BOOST_TEST(quick.finish());
        BOOST_TEST(slow.answers.empty());
    } // does not wait for the slow one either
    release.set_value();
}

BOOST_AUTO_TEST_CASE(failures_and_exceptions_become_answers) {
    client::resolver names({}, [](std::string const& host) -> name_answer {
        if (host == "throws.example") throw std::runtime_error("out of luck");
        return {{}, "no such name"};
    });
    asker both(names);
    both.ask("fails.example");
    both.ask("throws.example");
    BOOST_TEST_REQUIRE(both.finish());
    BOOST_TEST(both.answers["fails.example"]->error == "no such name");
    BOOST_TEST(both.answers["throws.example"]->error == "out of luck");
}

BOOST_AUTO_TEST_CASE(the_line_of_names_is_bounded) {
    std::promise<void> release;
    auto const released = release.get_future().share();
    std::counting_semaphore<> busy(0);
    client::resolver names({.threads = 1, .max_queued = 2}, [released, &busy](std::string const&) {
        busy.release();
        released.wait();
        return found("192.0.2.1");
    });
    asker all(names);
    all.ask("asked.example");
    busy.acquire(); // the only thread has taken it
    for (auto const* const host : {"queued1.example", "queued2.example"})
        all.ask(host);
    asker refused(names);
    refused.ask("refused.example");
    BOOST_TEST_REQUIRE(refused.finish());
    BOOST_TEST(refused.answers["refused.example"]->error == "too many names wait to be resolved");
    release.set_value();
    BOOST_TEST_REQUIRE(all.finish());
    BOOST_TEST(all.answers["queued2.example"]->addresses.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_systems_own_names_are_found) {
    auto const local = system_lookup("localhost");
    BOOST_TEST_REQUIRE(!local.addresses.empty());
    BOOST_TEST(local.addresses.front().is_loopback());
    auto const none = system_lookup("no such name");
    BOOST_TEST(none.addresses.empty());
    BOOST_TEST(!none.error.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::gateway::client::resolver_test
