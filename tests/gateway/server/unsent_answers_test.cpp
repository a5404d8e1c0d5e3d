#include "gateway/server/pipeline.hpp"
#include "tests/gateway/server/connection_script.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>

namespace unsent_answers_test {

namespace {

using namespace sluice::gateway::server;
using namespace sluice::tests;
using step = script::step;

constexpr std::size_t large = 100 * 1024;
std::string const lasting_text(50 * 1024, 'l');

// "/large": 100 KiB. "/lasting": a body that outlives the connection. Else a short text.
class large_handler final : public handler {
  public:
    void handle(exchange& x) override {
        ++calls;
        answer given;
        auto& text = x.body_scratch();
        if (x.req.path == "/large") text.assign(large, 'x');
        given.body = text;
        if (x.req.path == "/lasting") {
            given.body = lasting_text;
            given.is_body_lasting = true;
        }
        x.reply(given);
    }

    int calls = 0;
};

// A connection whose peer reads only when it is told to.
class slow_reader final : public pipeline_owner {
  public:
    slow_reader(server_shared& shared, std::string_view input)
        : subject(shared, *this, peer_info{}, {}) {
        while (!input.empty() && subject.next() == step::read) {
            auto const space = subject.read_space();
            auto const size = std::min(input.size(), space.size());
            std::copy_n(input.data(), size, space.data());
            input.remove_prefix(size);
            subject.on_read(size, {});
        }
        BOOST_REQUIRE(input.empty());
    }

    void answer_is_ready() override {}
    bool is_peer_gone() override { return false; }

    // One write, and what it led to.
    step read_once() {
        output += subject.output();
        subject.on_written({});
        return subject.next();
    }
    void read_all() {
        for (auto wanted = subject.next(); wanted == step::write;)
            wanted = read_once();
    }

    pipeline subject;
    std::string output;
};

struct fixture {
    fixture() { shared.options.pipeline_limit = 64; }

    std::string requests(int count, std::string const& path, std::string_view method = "GET") {
        std::string all;
        for (int i = 0; i < count; ++i) {
            all.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: a\r\n");
            all += method == "POST" ? "Content-Length: 0\r\n\r\n" : "\r\n";
        }
        return all;
    }

    large_handler handler;
    server_shared shared{server_options{}, handler};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(unsent_answers, fixture)

BOOST_AUTO_TEST_CASE(no_further_request_is_taken_above_the_limit_of_the_connection) {
    shared.options.unsent_limit = 250 * 1024;
    slow_reader peer(shared, requests(40, "/large"));
    BOOST_TEST((peer.subject.next() == step::write));
    BOOST_TEST(handler.calls == 3);
    BOOST_TEST(shared.unsent > 3 * large);
    BOOST_TEST(shared.unsent < 4 * large);
    peer.read_all();
    BOOST_TEST(handler.calls == 40);
    BOOST_TEST(shared.unsent == 0U);
    BOOST_TEST(peer.output.size() > 40 * large);
}

BOOST_AUTO_TEST_CASE(small_answers_are_worked_on_together_as_before) {
    slow_reader peer(shared, requests(64, "/"));
    BOOST_TEST((peer.subject.next() == step::write));
    BOOST_TEST(handler.calls == 64);
}

BOOST_AUTO_TEST_CASE(above_the_limit_of_all_a_connection_is_worked_on_for_one_request_at_a_time) {
    shared.options.unsent_total_limit = large;
    slow_reader first(shared, requests(1, "/large"));
    BOOST_TEST((first.subject.next() == step::write));
    slow_reader second(shared, requests(10, "/"));
    BOOST_TEST((second.subject.next() == step::write));
    BOOST_TEST(handler.calls == 2);
    second.read_all();
    BOOST_TEST(handler.calls == 11);
    BOOST_TEST(statuses(second.output) == "200 200 200 200 200 200 200 200 200 200");
}

BOOST_AUTO_TEST_CASE(above_the_limit_of_all_a_large_read_is_refused_and_can_be_repeated) {
    shared.options.unsent_total_limit = large + 1000;
    auto first = std::make_unique<slow_reader>(shared, requests(1, "/large"));
    BOOST_TEST((first->subject.next() == step::write));
    slow_reader second(shared, requests(1, "/large"));
    second.read_all();
    BOOST_TEST(statuses(second.output) == "503");
    BOOST_TEST(take_answers(second.output).at(0).header("Retry-After") == "1");
    first.reset(); // its peer is gone
    BOOST_TEST(shared.unsent == 0U);
    slow_reader third(shared, requests(1, "/large"));
    third.read_all();
    BOOST_TEST(statuses(third.output) == "200");
}

BOOST_AUTO_TEST_CASE(what_a_change_came_to_is_always_told) {
    shared.options.unsent_total_limit = large;
    slow_reader first(shared, requests(1, "/large"));
    BOOST_TEST((first.subject.next() == step::write));
    slow_reader second(shared, requests(1, "/large", "POST"));
    second.read_all();
    BOOST_TEST(statuses(second.output) == "200");
}

BOOST_AUTO_TEST_CASE(a_lasting_body_is_sent_from_where_it_is) {
    slow_reader peer(shared, requests(3, "/lasting"));
    BOOST_TEST((peer.subject.next() == step::write));
    BOOST_TEST(shared.unsent < 3000U); // heads only
    peer.read_once();
    BOOST_TEST((peer.subject.output().data() == lasting_text.data()));
    peer.read_all();
    BOOST_TEST(statuses(peer.output) == "200 200 200");
    BOOST_TEST(take_answers(peer.output).at(2).body == lasting_text);
    slow_reader head(shared, requests(1, "/lasting", "HEAD"));
    head.read_all();
    BOOST_TEST(head.output.ends_with("Content-Length: 51200\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(a_broken_connection_frees_what_it_held) {
    {
        slow_reader peer(shared, requests(2, "/large"));
        BOOST_TEST((peer.subject.next() == step::write));
        peer.subject.abandon();
        peer.subject.on_written({});
        BOOST_TEST((peer.subject.next() == step::close));
    }
    BOOST_TEST(shared.unsent == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace unsent_answers_test
