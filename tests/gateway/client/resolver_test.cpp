#include "gateway/client/resolver.hpp"
#include "tests/gateway/client/running_client.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <map>
#include <thread>

namespace sluice::tests::resolver_test {
namespace {

using namespace std::chrono_literals;
using namespace gateway;
using client::name_answer;
using client::name_result;

constexpr queue::account_id noisy{1};
constexpr queue::account_id quiet{2};

name_answer found(std::string_view address) {
    name_answer answer;
    answer.result = name_result::found;
    answer.addresses.push_back(config::ip_address::parse(address).value());
    return answer;
}

name_answer not_found(name_result result) {
    name_answer answer;
    answer.result = result;
    answer.error = "a reason";
    return answer;
}

// Asks, and turns the context until everything asked was answered.
class asker {
  public:
    explicit asker(client::resolver& names, queue::account_id who = quiet)
        : names_(names)
        , who_(who) {}

    void ask(std::string const& host) {
        ++open_;
        names_.look_up(host, who_, io.get_executor(),
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
    client::resolver& names_;
    queue::account_id who_;
    int open_ = 0;
};

BOOST_AUTO_TEST_SUITE(resolver)

BOOST_AUTO_TEST_CASE(an_answer_comes_on_the_askers_context_and_is_kept) {
    std::atomic<int> asked = 0;
    client::resolver names({}, scripted_names([&](std::string const&) {
                               ++asked;
                               return found("192.0.2.1");
                           }));
    asker one(names);
    BOOST_TEST(!names.find("a.example", quiet));
    one.ask("a.example");
    BOOST_TEST_REQUIRE(one.finish());
    BOOST_TEST(one.answers["a.example"]->addresses.at(0).to_string() == "192.0.2.1");
    BOOST_TEST(!!names.find("a.example", quiet));
    one.ask("a.example");
    BOOST_TEST_REQUIRE(one.finish());
    BOOST_TEST(asked == 1);
    BOOST_TEST(names.counters().answers[0].get() == 1U);
    BOOST_TEST(names.counters().cache_hits.get() == 2U);
    BOOST_TEST(names.counters().names.get() == 1U);
}

BOOST_AUTO_TEST_CASE(equal_questions_under_way_are_asked_once) {
    std::atomic<int> asked = 0;
    client::name_service::handler tell;
    struct held final : client::name_service {
        held(std::atomic<int>& count, handler& to)
            : asked(count)
            , tell(to) {}
        void ask(std::string const&, handler given) override {
            tell = std::move(given);
            ++asked;
        }
        std::atomic<int>& asked;
        handler& tell;
    };
    client::resolver names(
        {}, [&](boost::asio::io_context&) { return std::make_unique<held>(asked, tell); });
    asker all(names);
    asker other(names, noisy);
    for (int i = 0; i < 10; ++i) {
        all.ask("a.example");
        other.ask("a.example");
    }
    BOOST_TEST_REQUIRE(wait_until([&] { return asked == 1; }));
    BOOST_TEST(names.counters().under_way.get() == 1U);
    tell(found("192.0.2.1"));
    BOOST_TEST_REQUIRE(all.finish());
    BOOST_TEST_REQUIRE(other.finish());
    BOOST_TEST(asked == 1);
    BOOST_TEST(names.counters().under_way.get() == 0U);
}

BOOST_AUTO_TEST_CASE(silent_names_of_one_account_hold_up_no_other) {
    client::resolver_options options;
    options.line.max_asked_of_one = 4;
    client::resolver names(
        options, scripted_names([](std::string const& host) -> std::optional<name_answer> {
            if (host.starts_with("silent")) return std::nullopt;
            return found("192.0.2.1");
        }));
    asker slow(names, noisy);
    asker quick(names, quiet);
    for (int i = 0; i < 40; ++i)
        slow.ask("silent" + std::to_string(i) + ".example");
    for (int i = 0; i < 20; ++i)
        quick.ask("quick" + std::to_string(i) + ".example");
    BOOST_TEST(quick.finish());
    BOOST_TEST(slow.answers.empty());
    BOOST_TEST(names.counters().under_way.get() == 4U);
    BOOST_TEST(names.counters().waiting.get() == 36U);
    BOOST_TEST(!names.is_waiting("silent0.example"));
    BOOST_TEST(names.is_waiting("silent39.example"));
} // does not wait for the silent ones either

BOOST_AUTO_TEST_CASE(failures_become_answers_and_are_counted) {
    client::resolver names({}, scripted_names([](std::string const& host) {
                               return not_found(host == "gone.example" ? name_result::no_such_name
                                                                       : name_result::failed);
                           }));
    asker both(names);
    both.ask("gone.example");
    both.ask("fails.example");
    BOOST_TEST_REQUIRE(both.finish());
    BOOST_TEST(both.answers["gone.example"]->error == "a reason");
    BOOST_TEST(names.counters().answers[1].get() == 1U);
    BOOST_TEST(names.counters().answers[2].get() == 1U);
}

BOOST_AUTO_TEST_CASE(a_name_without_room_is_not_asked_for) {
    client::resolver_options options;
    options.line.max_asked = 1;
    options.line.max_waiting_of_one = 2;
    client::resolver names(options,
                           scripted_names([](std::string const&) { return std::nullopt; }));
    asker all(names);
    all.ask("asked.example");
    BOOST_TEST_REQUIRE(wait_until([&] { return names.counters().under_way.get() == 1; }));
    all.ask("waits1.example");
    all.ask("waits2.example");
    asker refused(names);
    refused.ask("refused.example");
    BOOST_TEST_REQUIRE(refused.finish());
    BOOST_TEST((refused.answers["refused.example"]->result == name_result::not_asked));
    BOOST_TEST(names.counters().answers[3].get() == 1U);
    BOOST_TEST(!names.find("refused.example", quiet)); // says nothing of the name
}

BOOST_AUTO_TEST_CASE(a_stale_address_is_used_while_the_name_is_asked_for_anew) {
    std::atomic<int> asked = 0;
    client::resolver_options options;
    options.cache.least_ttl = 0ms; // stale at once
    client::resolver names(options, scripted_names([&](std::string const&) {
                               return ++asked == 1 ? found("192.0.2.1") : found("192.0.2.2");
                           }));
    asker one(names);
    one.ask("a.example");
    BOOST_TEST_REQUIRE(one.finish());
    auto const stale = names.find("a.example", quiet);
    BOOST_TEST_REQUIRE(!!stale);
    BOOST_TEST(stale->addresses.at(0).to_string() == "192.0.2.1");
    BOOST_TEST_REQUIRE(wait_until([&] { return names.counters().answers[0].get() == 2; }));
    BOOST_TEST(names.find("a.example", quiet)->addresses.at(0).to_string() == "192.0.2.2");
    BOOST_TEST(names.counters().stale_uses.get() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace sluice::tests::resolver_test
