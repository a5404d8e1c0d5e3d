// Searching millions of tasks in steps: filters, pages, and looking at some places only.
#include "engine_fixture.hpp"
#include "queue/core/task_filter.hpp"
#include "queue/core/task_page.hpp"

#include <algorithm>

namespace task_page_test {

using namespace sluice::queue;
using namespace sluice::queue::test;

namespace {

struct page_fixture : engine_fixture {
    // All ids of a page, walking `step` places at a time.
    std::vector<task_id> page_of(task_filter filter, task_id before = {}, std::size_t limit = 3,
                                 std::size_t step = 2) {
        task_page page(task_matcher(std::move(filter), table), before, limit);
        while (!page.advance(core, step))
            ++steps;
        total = page.total();
        behind = page.behind();
        return page.take_ids();
    }
    task_id die(std::string const& account_name, std::uint16_t status) {
        auto const id = accept(make(0ms, account_name));
        outcome final_one = failed(status);
        final_one.verdict = verdict::final_failure;
        end(take_one(), std::move(final_one));
        BOOST_REQUIRE((state_of(id) == task_state::dead));
        return id;
    }

    std::uint64_t total = 0;
    std::uint64_t behind = 0;
    int steps = 0;
};

task_filter in_states(state_set states) {
    task_filter filter;
    filter.states = states;
    return filter;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(task_page_, page_fixture)

BOOST_AUTO_TEST_CASE(pages_go_from_the_newest_to_the_oldest_without_a_gap) {
    std::vector<task_id> all;
    for (int i = 0; i < 8; ++i) {
        all.push_back(accept(1h));
        pass(1ms);
    }
    std::ranges::reverse(all);
    std::vector<task_id> seen;
    for (task_id before; seen.size() < all.size(); before = seen.back()) {
        auto const page = page_of({}, before);
        BOOST_REQUIRE(!page.empty());
        BOOST_TEST(total == 8u);
        seen.insert(seen.end(), page.begin(), page.end());
        BOOST_TEST(behind == all.size() - seen.size());
    }
    BOOST_TEST((seen == all));
    BOOST_TEST(steps > 3);
    BOOST_TEST(page_of({}, seen.back()).empty());
}

BOOST_AUTO_TEST_CASE(a_filter_by_name_state_and_time_counts_what_it_leaves) {
    auto const early = accept(make(1h, "163"));
    pass(1min);
    auto const late = accept(make(1h, "164"));
    task_filter of_account;
    of_account.account = "164";
    BOOST_TEST((page_of(of_account) == std::vector<task_id>{late}));
    task_filter from;
    from.from = start_of_time + 30s;
    BOOST_TEST((page_of(from) == std::vector<task_id>{late}));
    task_filter until;
    until.until = start_of_time + 30s;
    BOOST_TEST((page_of(until) == std::vector<task_id>{early}));
    BOOST_TEST(page_of(in_states(state_set().with(task_state::dead))).empty());
    BOOST_TEST(total == 0u);
    BOOST_TEST(page_of(in_states(state_set().with(task_state::scheduled))).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_has_matches_nothing_and_is_not_made) {
    accept();
    task_filter filter;
    filter.destination = "nowhere";
    BOOST_TEST(page_of(filter).empty());
    BOOST_TEST(!table.lanes.find("nowhere"));
}

BOOST_AUTO_TEST_CASE(dead_tasks_are_found_by_reason_and_time_of_death) {
    configure({});
    auto const first = die("163", 404);
    pass(1h);
    auto const second = die("163", 401);
    task_filter filter = in_states(state_set().with(task_state::dead));
    filter.is_by_end = true;
    filter.reason = dead_reason(first);
    BOOST_TEST((page_of(filter) == std::vector<task_id>{first}));
    filter.reason.clear();
    filter.from = now.wall - 1min;
    BOOST_TEST((page_of(filter) == std::vector<task_id>{second}));
}

BOOST_AUTO_TEST_CASE(some_places_are_looked_at_and_the_next_is_told) {
    for (int i = 0; i < 5; ++i)
        accept(1h);
    std::size_t seen = 0;
    auto const count = [&seen](task_view const&) {
        ++seen;
        return true;
    };
    auto next = core.visit_some(0, 3, count);
    BOOST_REQUIRE(next.has_value());
    BOOST_TEST(*next == 3u);
    BOOST_TEST(!core.visit_some(*next, 3, count));
    BOOST_TEST(seen == 5u);
    BOOST_TEST(core.visit_some(0, 5, [](task_view const&) { return false; }).value() == 1u);
    BOOST_TEST(!core.visit_some(100, 5, count));
}

BOOST_AUTO_TEST_CASE(a_part_of_a_text_is_found_in_any_case) {
    BOOST_TEST(contains_text("HTTP 404: Not Found", "http 404"));
    BOOST_TEST(contains_text("anything", ""));
    BOOST_TEST(!contains_text("HTTP 404", "405"));
    BOOST_TEST(!contains_text("", "x"));
}

BOOST_AUTO_TEST_CASE(the_history_is_filtered_like_the_queue) {
    task_details task;
    task.state = task_state::delivered;
    task.destination = "crm";
    task.account = "163";
    task.accepted_at = start_of_time;
    task.finished_at = start_of_time + 1min;
    task_filter filter;
    BOOST_TEST(matches(filter, task));
    filter.is_by_end = true;
    filter.from = start_of_time + 30s;
    BOOST_TEST(matches(filter, task));
    filter.is_by_end = false;
    BOOST_TEST(!matches(filter, task));
    filter = {};
    filter.destination = "central";
    BOOST_TEST(!matches(filter, task));
    BOOST_TEST(!matches(in_states(state_set().with(task_state::cancelled)), task));
}

BOOST_AUTO_TEST_CASE(states_know_where_their_tasks_are) {
    BOOST_TEST(state_set().with(task_state::dead).has_held());
    BOOST_TEST(!state_set().with(task_state::dead).has_kept());
    for (auto const s : {task_state::delivered, task_state::cancelled, task_state::expired}) {
        BOOST_TEST(!state_set().with(s).has_held());
        BOOST_TEST(state_set().with(s).has_kept());
    }
}

BOOST_AUTO_TEST_CASE(a_lanes_pace_says_what_is_left) {
    lane_options slow;
    slow.rate = 1;
    slow.period = 10s;
    slow.burst = 2;
    slow.concurrency = 5;
    slow.breaker = breaker_options{1, 30s, 30s};
    configure(slow);
    for (int i = 0; i < 3; ++i)
        accept();
    auto const sent = take();
    BOOST_REQUIRE(sent.size() == 2u);
    auto pace = core.pace(lane(), now);
    BOOST_TEST(pace.tokens.value() == 0u);
    BOOST_TEST((pace.next_token_at.value() == now.wall + 10s));
    BOOST_TEST(pace.in_flight == 2u);
    BOOST_TEST(pace.concurrency == 5u);
    BOOST_TEST(!pace.probe_at);
    fail(sent.front());
    pace = core.pace(lane(), now);
    BOOST_TEST((pace.probe_at.value() == now.wall + 30s));
    configure({});
    BOOST_TEST(!core.pace(lane(), now).tokens);
    BOOST_TEST(core.pace(lane_id{77}, now).concurrency == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace task_page_test
