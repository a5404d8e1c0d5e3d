// A lane whose limits are shared with other gateways: it uses what it holds, and no token comes
// from a change.
#include "engine_fixture.hpp"
#include "queue/core/retry_budget.hpp"

#include <array>

namespace lane_sharing_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

engine_options shared() {
    engine_options o;
    o.shares_limits = true;
    return o;
}

struct fixture : engine_fixture {
    fixture()
        : engine_fixture(shared()) {
        limits.rate = 100;
        limits.period = 1s;
        limits.burst = 10;
        limits.concurrency = 8;
        limits.retry.schedule = {1ms};
        limits.retry.jitter = 0;
        limits.retry.max_attempts = 1000;
        configure(limits);
    }
    lane_held hold(lane_share const& share, std::uint64_t tokens = 0) {
        return core.share_lane(lane(), share, tokens, now);
    }
    void accept_many(int count) {
        for (int i = 0; i < count; ++i)
            accept();
    }
    lane_options limits;
};

BOOST_FIXTURE_TEST_SUITE(lane_sharing, fixture)

BOOST_AUTO_TEST_CASE(a_lane_holds_nothing_until_it_is_told_so) {
    auto const id = accept();
    BOOST_TEST(take().empty());
    BOOST_TEST((reasons(id) == std::vector{hold_reason::permits}));
    BOOST_TEST(core.take_starved());
    BOOST_TEST(!core.take_starved()); // said once
    BOOST_TEST(!core.next_wakeup(now).has_value());
    hold({all_parts, 10, 8}, 10);
    BOOST_TEST(take().size() == 1u);
    BOOST_TEST(!core.take_starved());
}

BOOST_AUTO_TEST_CASE(an_empty_share_of_any_kind_is_none) {
    auto const id = accept();
    for (auto const& share :
         {lane_share{0, 10, 8}, lane_share{all_parts, 0, 8}, lane_share{all_parts, 10, 0}}) {
        hold(share, 10);
        BOOST_TEST(take().empty());
        BOOST_TEST((reasons(id) == std::vector{hold_reason::permits}));
    }
}

BOOST_AUTO_TEST_CASE(a_share_comes_without_tokens_and_gathers_them_at_its_part_of_the_rate) {
    accept_many(20);
    hold({all_parts / 4, 2, 8}); // 25 a second
    BOOST_TEST(take().empty());
    pass(39ms);
    BOOST_TEST(take().empty());
    pass(1ms);
    BOOST_TEST(take().size() == 1u);
    pass(1s);
    BOOST_TEST(take().size() == 2u); // its part of the burst
}

BOOST_AUTO_TEST_CASE(a_part_of_a_token_is_kept_when_the_share_changes) {
    accept_many(20);
    hold({all_parts / 2, 5, 8});
    pass(19ms); // of 20
    hold({all_parts / 10, 5, 8});
    pass(4ms); // a twentieth is missing, at ten a second
    BOOST_TEST(take().empty());
    pass(2ms);
    BOOST_TEST(take().size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_given_up_takes_its_tokens_along) {
    hold({all_parts, 10, 8}, 10);
    auto const less = hold({all_parts / 2, 4, 8});
    BOOST_TEST(less.lost == 6u);
    BOOST_TEST(hold({}).lost == 4u);
    accept_many(20);
    hold({all_parts, 10, 8}, 3); // those that another gave along
    BOOST_TEST(take().size() == 3u);
}

BOOST_AUTO_TEST_CASE(slots_that_are_given_up_are_free_when_their_attempts_have_ended) {
    hold({all_parts, 10, 4}, 10);
    accept_many(8);
    auto due = take();
    BOOST_TEST(due.size() == 4u);
    BOOST_TEST(hold({all_parts, 10, 1}).in_flight == 4u);
    for (int i = 0; i < 3; ++i)
        deliver(due[static_cast<std::size_t>(i)]);
    BOOST_TEST(take().empty());
    deliver(due[3]);
    BOOST_TEST(take().size() == 1u);
    BOOST_TEST(hold({}).in_flight == 1u);
}

BOOST_AUTO_TEST_CASE(what_adaptive_has_learnt_counts_up_to_the_slots_that_are_held) {
    limits.adaptive = adaptive_options{2};
    configure(limits);
    hold({all_parts, 10, 3}, 10);
    accept_many(8);
    BOOST_TEST(take().size() == 3u);
    BOOST_TEST(core.pace(lane(), now).limit == 3u);
    BOOST_TEST(core.pace(lane(), now).concurrency == 8u); // the whole
}

BOOST_AUTO_TEST_CASE(a_reload_keeps_the_share_and_makes_no_tokens) {
    hold({all_parts / 2, 5, 4}, 5);
    limits.rate = 1000;
    limits.burst = 100;
    configure(limits);
    accept_many(20);
    BOOST_TEST(take().size() == 4u); // the slots
    auto const pace = core.pace(lane(), now);
    BOOST_TEST((pace.share == lane_share{all_parts / 2, 5, 4}));
    BOOST_TEST(pace.rate == 1000u);
    BOOST_TEST(pace.tokens.value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_lane_that_gets_a_rate_waits_for_its_share_of_it) {
    limits.rate = 0;
    configure(limits);
    hold({0, 0, 8});
    accept_many(3);
    BOOST_TEST(take().size() == 3u);
    limits.rate = 100;
    configure(limits);
    accept();
    BOOST_TEST(take().empty());
    hold({all_parts, 10, 8});
    pass(10ms);
    BOOST_TEST(take().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_lane_says_what_it_did_and_what_it_lacks) {
    hold({all_parts, 2, 8}, 2);
    accept_many(5);
    auto const due = take();
    auto const report = core.take_use(lane(), now).value();
    BOOST_TEST(report.name == "crm");
    BOOST_TEST((report.whole == lane_whole{100, 10, 8}));
    BOOST_TEST(report.use.sent == 2u);
    BOOST_TEST(report.use.in_flight == 2u);
    BOOST_TEST(report.use.ready == 3u);
    BOOST_TEST(report.use.lacks_rate);
    BOOST_TEST(!report.use.lacks_slots);
    carry_out(core.change_lane(lane(), true, "ops", now));
    BOOST_TEST(core.take_use(lane(), now).value().use.ready == 0u); // nothing that a share changes
    BOOST_TEST(!core.take_use(lane("nobody"), now).has_value());
}

BOOST_AUTO_TEST_CASE(the_floor_of_the_retry_budget_is_divided_as_the_rate_is) {
    sluice::queue::retry_budget whole;
    whole.configure({.share = 0, .least = 10});
    sluice::queue::retry_budget part;
    part.configure({.share = 0, .least = 10}, 0.3);
    sluice::queue::retry_budget small;
    small.configure({.share = 0, .least = 1}, 0.25);
    std::array<int, 3> sent{};
    for (int ms = 0; ms < 20'000; ms += 50) {
        mono_time const at{1h + milliseconds(ms)};
        int i = 0;
        for (auto* each : {&whole, &part, &small}) {
            while (each->allows(at)) {
                each->on_retry(at);
                ++sent[static_cast<std::size_t>(i)];
            }
            ++i;
        }
    }
    BOOST_TEST(sent[0] == 200);
    BOOST_TEST(sent[1] == 60);
    BOOST_TEST(sent[2] == 5); // one in four seconds
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace lane_sharing_test
