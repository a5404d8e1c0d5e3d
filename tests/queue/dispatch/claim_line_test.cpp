#include "queue/core/error.hpp"
#include "queue/dispatch/claim_line.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::claim_line_test {

using namespace std::chrono_literals;
using standing = claim_standing;

// A line whose jobs the test carries out.
struct fixture {
    claim_options options;
    std::optional<claim_line> made;
    mono_time now{1h};
    std::optional<claim_job> out; // under way

    claim_line& line() { return made ? *made : made.emplace(options); }

    static std::array<std::uint8_t, 16> hash(int n) {
        return {static_cast<std::uint8_t>(n), static_cast<std::uint8_t>(n >> 8)};
    }
    static new_task task(int key, int body = 1, bool is_content = false) {
        new_task t;
        auto made = std::make_unique<idempotency>();
        made->key = hash(key);
        made->body = hash(body);
        made->answer = "answer " + std::to_string(key);
        (is_content ? t.extras.made().content : t.extras.made().idempotency) = std::move(made);
        return t;
    }
    void ask(new_task&& one) {
        claim_line::call call;
        call.what.tasks.push_back(std::move(one));
        call.since = now;
        line().ask(std::move(call));
    }
    claim_job& next() {
        out = line().next_job(now);
        BOOST_REQUIRE(out.has_value());
        return *out;
    }
    // What the job came to: one finding for each key.
    std::vector<claim_line::verdict> find(std::vector<claim_finding> found) {
        claim_result result;
        result.of_wants = std::move(found);
        return line().finish(*out, std::move(result), now);
    }
    static claim_finding is(standing how, int body = 1) {
        return {how, hash(body), how == standing::counts ? "told" : ""};
    }
};

BOOST_FIXTURE_TEST_SUITE(claim_line_suite, fixture)

BOOST_AUTO_TEST_CASE(a_call_is_claimed_at_once_and_written_when_it_has_won) {
    ask(task(1));
    auto const& job = next();
    BOOST_TEST(job.wants.size() == 1U);
    BOOST_TEST(job.wants[0].turn == 1U);
    BOOST_TEST(job.wants[0].what.lifetime.count() == (24ms * 3600 * 1000).count());
    BOOST_TEST(job.decided == 0U);
    auto const told = find({is(standing::won)});
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(!told[0].ec);
    BOOST_TEST(told[0].turn == 1U);
    BOOST_TEST(!line().is_idle());
}

BOOST_AUTO_TEST_CASE(one_job_at_a_time_takes_all_that_wait) {
    ask(task(1));
    next();
    for (int i = 2; i < 50; ++i)
        ask(task(i));
    BOOST_TEST(!line().next_job(now + 1s).has_value());
    BOOST_TEST(!line().next_wakeup().has_value());
    find({is(standing::won)});
    BOOST_TEST(!line().next_job(now).has_value()); // they gather
    now += options.gather;
    BOOST_TEST(next().wants.size() == 48U);
}

BOOST_AUTO_TEST_CASE(a_job_has_so_many_keys_at_most) {
    options.most_keys = 3;
    for (int i = 0; i < 5; ++i)
        ask(task(i));
    BOOST_TEST(next().wants.size() == 3U);
    find({is(standing::won), is(standing::won), is(standing::won)});
    now += options.gather;
    BOOST_TEST(next().wants.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_job_has_so_many_bytes_at_most) {
    options.most_bytes = 20;
    for (int i = 0; i < 3; ++i)
        ask(task(i)); // 8 bytes each
    BOOST_TEST(next().wants.size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_safe_is_said_to_be_decided_with_the_next_job_or_soon) {
    ask(task(1));
    next();
    find({is(standing::won)});
    line().count(1);
    BOOST_TEST((line().next_wakeup() == now + options.tell_decided));
    now += options.gather;
    BOOST_TEST(!line().next_job(now).has_value());
    ask(task(2));
    BOOST_TEST(next().decided == 1U); // with the next
    find({is(standing::won)});
    line().count(2);
    now += options.tell_decided;
    auto const& alone = next();
    BOOST_TEST(alone.is_empty());
    BOOST_TEST(alone.decided == 2U);
    find({});
    BOOST_TEST(line().is_idle());
    BOOST_TEST(!line().next_wakeup().has_value());
}

BOOST_AUTO_TEST_CASE(nothing_is_decided_above_the_oldest_open_claim) {
    for (int i = 1; i <= 3; ++i)
        ask(task(i));
    next();
    find({is(standing::won), is(standing::won), is(standing::won)});
    line().count(1);
    line().count(3);
    now += options.tell_decided;
    BOOST_TEST(next().decided == 1U);
    find({});
    line().count(2);
    now += options.tell_decided;
    BOOST_TEST(next().decided == 3U);
}

BOOST_AUTO_TEST_CASE(what_came_to_nothing_is_given_back_before_it_is_decided) {
    ask(task(1));
    next();
    find({is(standing::won)});
    line().give_back(1);
    now += options.gather;
    auto const& job = next();
    BOOST_REQUIRE(job.given_back.size() == 1U);
    BOOST_TEST(job.given_back[0].turn == 1U);
    BOOST_TEST(job.decided == 1U); // the same statement takes the row away
    find({});
    BOOST_TEST(line().is_idle());
}

BOOST_AUTO_TEST_CASE(a_key_that_is_given_back_is_not_wanted_in_the_same_job) {
    ask(task(1));
    next();
    find({is(standing::won)});
    line().give_back(1);
    ask(task(1));
    now += options.gather;
    BOOST_TEST(next().wants.empty());
    find({});
    now += options.gather;
    BOOST_TEST(next().wants.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_claim_that_counts_gives_the_first_answer_again_or_is_a_conflict) {
    ask(task(1));
    ask(task(2));
    next();
    auto const told = find({is(standing::counts), is(standing::counts, 7)});
    BOOST_REQUIRE(told.size() == 2U);
    BOOST_TEST((told[0].ec == errc::duplicate_key));
    BOOST_TEST(told[0].first_answer == "told");
    BOOST_TEST((told[1].ec == errc::key_conflict));
    now += options.tell_decided;
    BOOST_TEST(next().decided == 2U); // of theirs there are no rows
}

BOOST_AUTO_TEST_CASE(an_undecided_claim_is_asked_for_again_under_another_turn) {
    ask(task(1));
    next();
    BOOST_TEST(find({is(standing::undecided)}).empty());
    BOOST_TEST((line().next_wakeup() == now + options.tell_decided));
    now += options.ask_again;
    BOOST_TEST(next().wants[0].turn == 2U);
    BOOST_TEST(out->decided == 1U); // nobody waits for whoever waits
    auto const told = find({is(standing::won)});
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told[0].turn == 2U);
}

BOOST_AUTO_TEST_CASE(patience_with_an_owner_that_does_not_decide_ends) {
    ask(task(1));
    ask(task(2, 1, true));
    next();
    find({is(standing::undecided), is(standing::unseen)});
    now += options.patience;
    next();
    auto const told = find({is(standing::undecided), is(standing::undecided)});
    BOOST_REQUIRE(told.size() == 2U);
    BOOST_TEST((told[0].ec == errc::key_in_progress));
    BOOST_TEST((told[1].ec == errc::content_in_progress));
}

BOOST_AUTO_TEST_CASE(an_orphaned_claim_is_answered_at_once) {
    ask(task(1));
    next();
    auto const told = find({is(standing::orphaned)});
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST((told[0].ec == errc::key_orphaned));
}

BOOST_AUTO_TEST_CASE(of_two_keys_of_a_call_the_one_that_was_won_is_given_back) {
    auto both = task(1);
    both.extras->content = std::make_unique<idempotency>(*both.extras->idempotency);
    ask(std::move(both));
    BOOST_TEST(next().wants.size() == 2U);
    auto const told = find({is(standing::won), is(standing::counts)});
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST((told[0].ec == errc::duplicate_key));
    now += options.gather;
    auto const& job = next();
    BOOST_REQUIRE(job.given_back.size() == 1U);
    BOOST_TEST(!job.given_back[0].name.is_content);
}

BOOST_AUTO_TEST_CASE(what_is_won_for_a_call_that_gave_up_is_given_back) {
    ask(task(1));
    next();
    ask(task(2));
    now += 1s;
    BOOST_TEST(line().give_up(now).size() == 2U);
    BOOST_TEST(line().give_up(now).empty());
    BOOST_TEST(find({is(standing::won)}).empty());
    BOOST_TEST(next().given_back.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_job_that_does_not_come_back_stalls_the_line) {
    ask(task(1));
    next();
    BOOST_TEST(!line().is_stalled(now + options.stall_after));
    BOOST_TEST(line().is_stalled(now + options.stall_after + 1ms));
}

BOOST_AUTO_TEST_CASE(an_error_ends_the_claiming_for_all_who_wait) {
    ask(task(1));
    next();
    ask(task(2));
    claim_result result;
    result.error = make_error_code(boost::system::errc::io_error);
    auto const told = line().finish(*out, std::move(result), now);
    BOOST_REQUIRE(told.size() == 2U);
    for (auto const& each : told)
        BOOST_TEST((each.ec == errc::store_away));
    BOOST_TEST(line().is_stalled(now));
    BOOST_TEST(line().is_idle());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::claim_line_test
