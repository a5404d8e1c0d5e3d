// Listeners to events on connections without sockets.
#include "gateway/admin/event_hub.hpp"
#include "gateway/server/handler.hpp"
#include "gateway/server/pipeline.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <memory>

namespace event_hub_test {

using namespace sluice::gateway;
using admin::event;
using admin::event_kind;

namespace {

using step = server::pipeline::step;

// A connection whose request has asked for events.
class listening : public server::pipeline_owner, public server::handler {
  public:
    listening(admin::event_hub& hub, admin::event_hub::wish wish, std::vector<event> recent)
        : hub_(hub)
        , wish_(wish)
        , recent_(std::move(recent)) {
        std::string_view const request = "GET /v1/events HTTP/1.1\r\nHost: a\r\n\r\n";
        BOOST_REQUIRE((connection.next() == step::read));
        std::memcpy(connection.read_space().data(), request.data(), request.size());
        connection.on_read(request.size(), {});
        write();
    }
    void answer_is_ready() override {}
    bool is_peer_gone() override { return is_gone; }
    bool has_peer_ended() override { return has_ended; }
    void handle(server::exchange& on) override {
        is_taken = hub_.subscribe(on, wish_, recent_);
        if (!is_taken) on.reply(503, {}, {});
    }
    // Everything that can be written now.
    step write() {
        auto wanted = connection.next();
        for (; wanted == step::write; wanted = connection.next()) {
            output += connection.output();
            connection.on_written({});
        }
        return wanted;
    }

    bool is_gone = false;
    bool has_ended = false;
    bool is_taken = false;
    std::string output;

  private:
    admin::event_hub& hub_;
    admin::event_hub::wish wish_;
    std::vector<event> recent_;
    server::server_shared shared_{{}, *this};

  public:
    server::pipeline connection{shared_, *this, {}, {}};
};

struct hub_fixture {
    std::unique_ptr<listening> join(admin::event_hub::wish wish = {},
                                    std::vector<event> recent = {}) {
        return std::make_unique<listening>(hub, wish, std::move(recent));
    }
    static event numbered(std::uint64_t number, unsigned lane = 0) {
        return {event_kind::attempt, static_cast<sluice::queue::lane_id>(lane),
                std::to_string(number) + ";", number};
    }
    static std::vector<event> one(event_kind kind, unsigned lane, std::string frame) {
        return {{kind, static_cast<sluice::queue::lane_id>(lane), std::move(frame)}};
    }

    std::vector<bool> interest;
    admin::event_hub hub{[this](bool is_wanted) { interest.push_back(is_wanted); }};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(event_hub_, hub_fixture)

BOOST_AUTO_TEST_CASE(a_listener_gets_its_head_at_once_and_then_what_happens) {
    auto const listener = join();
    BOOST_TEST(listener->is_taken);
    BOOST_TEST(listener->output.find("Content-Type: text/event-stream") != std::string::npos);
    BOOST_TEST(listener->output.find(": listening\n") != std::string::npos);
    hub.publish(one(event_kind::attempt, 0, "A;"));
    listener->write();
    BOOST_TEST(listener->output.ends_with("A;"));
    hub.close();
    BOOST_TEST((listener->write() == step::close));
    BOOST_TEST((interest == std::vector<bool>{true, false}));
}

BOOST_AUTO_TEST_CASE(a_listener_begins_with_the_newest_of_what_was_kept_and_hears_nothing_twice) {
    admin::event_hub::wish wish;
    wish.recent = 2;
    wish.lane = sluice::queue::lane_id{0};
    auto const listener = join(wish, {numbered(3), numbered(5), numbered(6, 1), numbered(7)});
    auto const other = join();
    BOOST_TEST(listener->output.ends_with("\n\n5;7;"), listener->output);
    hub.publish({numbered(7), numbered(8)});
    listener->write();
    other->write();
    BOOST_TEST(listener->output.ends_with("\n\n5;7;8;"), listener->output);
    BOOST_TEST(other->output.ends_with("\n\n7;8;"), other->output);
    hub.close();
    listener->write();
    other->write();
}

BOOST_AUTO_TEST_CASE(each_hears_what_it_asked_for) {
    auto const attempts =
        join({admin::event_set().with(event_kind::attempt), sluice::queue::lane_id{1}});
    auto const all = join();
    hub.publish(one(event_kind::attempt, 0, "other lane;"));
    hub.publish(one(event_kind::finished, 1, "other kind;"));
    hub.publish(one(event_kind::attempt, 1, "mine;"));
    attempts->write();
    all->write();
    BOOST_TEST(attempts->output.ends_with("\n\nmine;"));
    BOOST_TEST(all->output.ends_with("other lane;other kind;mine;"));
    hub.close();
    attempts->write();
    all->write();
}

BOOST_AUTO_TEST_CASE(who_does_not_read_is_dropped_and_the_others_go_on) {
    auto const slow = join();
    auto const quick = join();
    std::string const frame(server::exchange::stream_limit / 2, 'x');
    for (int i = 0; i < 4; ++i) {
        hub.publish(one(event_kind::attempt, 0, frame));
        quick->write();
    }
    BOOST_TEST(hub.size() == 1u);
    BOOST_TEST(hub.dropped() == 1u);
    BOOST_TEST(quick->output.size() > 4 * frame.size());
    BOOST_TEST((slow->write() == step::close));
    hub.close();
    quick->write();
}

BOOST_AUTO_TEST_CASE(a_beat_finds_out_who_is_gone) {
    auto const listener = join();
    hub.beat();
    listener->write();
    BOOST_TEST(listener->output.ends_with(": still here\n\n"));
    listener->is_gone = true;
    hub.beat();
    BOOST_TEST(hub.size() == 0u);
    BOOST_TEST((interest == std::vector<bool>{true, false}));
    listener->write();
}

BOOST_AUTO_TEST_CASE(events_that_were_missed_are_counted) {
    auto const listener = join();
    hub.publish_missed(12);
    listener->write();
    BOOST_TEST(listener->output.ends_with("event: missed\ndata: {\"count\":12}\n\n"));
    hub.close();
    listener->write();
}

BOOST_AUTO_TEST_CASE(no_more_than_the_limit_listen) {
    std::vector<std::unique_ptr<listening>> all;
    for (std::size_t i = 0; i < admin::event_hub::most_listeners; ++i)
        all.push_back(join());
    BOOST_TEST(all.back()->is_taken);
    BOOST_TEST(!join()->is_taken);
    hub.close();
    for (auto const& each : all)
        each->write();
}

BOOST_AUTO_TEST_CASE(who_has_closed_its_side_makes_room_for_who_comes) {
    std::vector<std::unique_ptr<listening>> all;
    for (std::size_t i = 0; i < admin::event_hub::most_listeners; ++i)
        all.push_back(join());
    all.front()->has_ended = true;
    // While there is room it may still read.
    hub.beat();
    BOOST_TEST(hub.size() == admin::event_hub::most_listeners);
    all.push_back(join());
    BOOST_TEST(all.back()->is_taken);
    BOOST_TEST(hub.size() == admin::event_hub::most_listeners);
    BOOST_TEST((all.front()->write() == step::close));
    hub.close();
    for (auto const& each : all)
        each->write();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace event_hub_test
