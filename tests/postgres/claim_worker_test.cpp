#include "queue/postgres/claim_periods.hpp"
#include "queue/postgres/claim_settling.hpp"
#include "queue/postgres/claim_worker.hpp"
#include "queue/postgres/schema.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>

#include <barrier>
#include <thread>

namespace sluice::queue::claim_worker_test {

using namespace std::chrono_literals;
using namespace postgres;
using tests::shared_postgres;

claim_job::want want(claim_turn turn, int key, int body = 1,
                     std::chrono::milliseconds lifetime = 1h) {
    claim_job::want one;
    one.turn = turn;
    one.what.key = {static_cast<std::uint8_t>(key), static_cast<std::uint8_t>(key >> 8), 0x5c};
    one.what.body = {static_cast<std::uint8_t>(body)};
    one.what.answer = "answer \\ \" " + std::to_string(turn);
    one.what.lifetime = lifetime;
    return one;
}

// Two gateways' logs in a database of its own.
struct fixture {
    std::string database = shared_postgres().make_database_name();

    fixture() {
        auto to = open();
        std::string why;
        auto const made = prepare_schema(to, why);
        BOOST_REQUIRE_MESSAGE(made.has_value(), why);
        sql("INSERT INTO sluice.fence VALUES (1, 1, 'gw-1'), (2, 1, 'gw-2')");
    }
    std::string url() const { return shared_postgres().url("postgres", database); }
    std::string sql(std::string const& text) { return shared_postgres().sql(text, database); }
    connection open() {
        std::string why;
        auto made = connection::open({url()}, why);
        BOOST_REQUIRE_MESSAGE(made.has_value(), why);
        return std::move(*made);
    }
    claim_worker_options options(std::uint32_t log, std::int64_t epoch = 1) {
        claim_worker_options o;
        o.connect.url = url();
        o.log = log;
        o.epoch = epoch;
        return o;
    }
    static claim_standing of(claim_result const& got, std::size_t place = 0) {
        BOOST_REQUIRE_MESSAGE(!got.error, got.error.message());
        BOOST_REQUIRE(place < got.of_wants.size());
        return got.of_wants[place].standing;
    }
    settled_claims settle(std::uint32_t log, std::int64_t epoch, claim_turn recorded) {
        auto to = open();
        auto const done = settle_claims(
            to, log, epoch, [&](undecided_claim const& one) { return one.turn == recorded; }, 10s);
        BOOST_REQUIRE(done.has_value());
        return *done;
    }
};

BOOST_FIXTURE_TEST_SUITE(claim_worker_suite, fixture)

BOOST_AUTO_TEST_CASE(the_first_wins_and_the_other_meets_it_until_it_counts) {
    claim_worker one(options(1));
    claim_worker other(options(2));
    BOOST_TEST((of(one.run({1, 0, {want(1, 7)}, {}})) == claim_standing::won));
    auto got = other.run({1, 0, {want(1, 7, 2), want(2, 8)}, {}});
    BOOST_TEST((of(got, 0) == claim_standing::undecided));
    BOOST_TEST((of(got, 1) == claim_standing::won));
    BOOST_TEST((got.of_wants[0].body == want(1, 7).what.body)); // whose request it is
    (void)one.run({2, 1, {}, {}});
    got = other.run({2, 1, {want(3, 7)}, {}});
    BOOST_TEST((of(got) == claim_standing::counts));
    BOOST_TEST(got.of_wants[0].answer == want(1, 7).what.answer);
    BOOST_TEST(one.status().statements == 2U);
    BOOST_TEST(other.status().statements == 2U);
}

BOOST_AUTO_TEST_CASE(keys_and_contents_are_two_sets) {
    claim_worker one(options(1));
    auto content = want(2, 7);
    content.is_content = true;
    auto const got = one.run({1, 0, {want(1, 7), content}, {}});
    BOOST_TEST((of(got, 0) == claim_standing::won));
    BOOST_TEST((of(got, 1) == claim_standing::won));
}

BOOST_AUTO_TEST_CASE(what_is_given_back_is_free_and_only_what_names_its_turn) {
    claim_worker one(options(1));
    claim_worker other(options(2));
    (void)one.run({1, 0, {want(1, 7), want(2, 8)}, {}});
    (void)one.run({2, 2, {}, {{1, want(1, 7).name()}, {9, want(9, 8).name()}}});
    auto const got = other.run({1, 0, {want(1, 7), want(2, 8)}, {}});
    BOOST_TEST((of(got, 0) == claim_standing::won));
    BOOST_TEST((of(got, 1) == claim_standing::counts));
}

// The first call came to nothing, but its key's time was over before that was said, and another has
// the key by then, with a turn of the same number.
BOOST_AUTO_TEST_CASE(what_is_given_back_is_the_claim_and_not_whoever_has_the_key_now) {
    claim_worker one(options(1));
    claim_worker other(options(2));
    (void)one.run({1, 0, {want(1, 7, 1, 1ms), want(2, 8, 1, 1ms)}, {}});
    sql("UPDATE sluice.claim SET valid_until = now() - interval '1 second'");
    BOOST_TEST((of(other.run({1, 0, {want(1, 7)}, {}})) == claim_standing::won));
    sql("INSERT INTO sluice.fence VALUES (3, 1, 'gw-3')");
    claim_worker third(options(3));
    BOOST_TEST((of(third.run({1, 0, {want(2, 8)}, {}})) == claim_standing::won));
    (void)one.run({2, 2, {}, {{1, want(1, 7).name()}, {2, want(2, 8).name()}}});
    BOOST_TEST(sql("SELECT count(*) FROM sluice.claim") == "2");
    BOOST_TEST((of(one.run({3, 2, {want(3, 7)}, {}})) == claim_standing::undecided));
}

BOOST_AUTO_TEST_CASE(a_job_that_is_sent_again_is_done_once) {
    claim_worker one(options(1));
    BOOST_TEST((of(one.run({1, 0, {want(1, 7)}, {}})) == claim_standing::won));
    BOOST_TEST((of(one.run({1, 0, {want(1, 7)}, {}})) == claim_standing::won));
    BOOST_TEST(one.status().repeated == 1U);
    // A copy that arrives late makes nothing any more.
    (void)one.run({2, 1, {}, {{1, want(1, 7).name()}}});
    (void)one.run({1, 0, {want(1, 7)}, {}});
    BOOST_TEST(sql("SELECT count(*) FROM sluice.claim") == "0");
    BOOST_TEST(sql("SELECT decided FROM sluice.claim_mark WHERE log = 1") == "1");
}

BOOST_AUTO_TEST_CASE(a_claim_whose_time_is_over_is_overwritten) {
    claim_worker one(options(1));
    claim_worker other(options(2));
    (void)one.run({1, 0, {want(1, 7, 1, 1h)}, {}});
    (void)one.run({2, 1, {}, {}});
    sql("UPDATE sluice.claim SET valid_until = now() - interval '1 second'");
    BOOST_TEST((of(other.run({1, 0, {want(1, 7)}, {}})) == claim_standing::won));
    BOOST_TEST(sql("SELECT log FROM sluice.claim") == "2");
}

BOOST_AUTO_TEST_CASE(whoever_is_fenced_claims_and_gives_back_nothing) {
    claim_worker one(options(1));
    (void)one.run({1, 0, {want(1, 7)}, {}});
    sql("UPDATE sluice.fence SET epoch = 2 WHERE log = 1");
    BOOST_TEST(
        (one.run({2, 0, {want(2, 8)}, {{1, want(1, 7).name()}}}).error == postgres_errc::fenced));
    BOOST_TEST(sql("SELECT count(*) FROM sluice.claim") == "1");
    claim_worker other(options(2));
    BOOST_TEST((of(other.run({1, 0, {want(1, 7)}, {}})) == claim_standing::orphaned));
}

BOOST_AUTO_TEST_CASE(what_the_dead_left_open_counts_where_its_record_is_and_is_free_where_not) {
    claim_worker one(options(1));
    (void)one.run({1, 0, {want(1, 6), want(2, 7), want(3, 8)}, {}});
    (void)one.run({2, 1, {}, {}}); // the first counts, whatever is found
    sql("UPDATE sluice.fence SET epoch = 2 WHERE log = 1");
    auto const done = settle(1, 2, 2);
    BOOST_TEST(done.counted == 1U);
    BOOST_TEST(done.freed == 1U);
    BOOST_TEST(settle(1, 2, 0).freed == 0U); // it is decided
    claim_worker other(options(2));
    auto const got = other.run({1, 0, {want(1, 6), want(2, 7), want(3, 8)}, {}});
    BOOST_TEST((of(got, 0) == claim_standing::counts));
    BOOST_TEST((of(got, 1) == claim_standing::counts));
    BOOST_TEST((of(got, 2) == claim_standing::won));
    // The next life of the log begins its turns anew.
    claim_worker next(options(1, 2));
    BOOST_TEST((of(next.run({1, 0, {want(1, 9)}, {}})) == claim_standing::won));
    BOOST_TEST((of(other.run({2, 2, {want(4, 9)}, {}})) == claim_standing::undecided));
}

BOOST_AUTO_TEST_CASE(a_new_period_finds_the_keys_of_the_old_ones_and_drops_those_that_are_over) {
    claim_worker one(options(1));
    claim_worker other(options(2));
    (void)one.run({1, 0, {want(1, 7)}, {}});
    sql("UPDATE sluice.claim_now SET began = now() - interval '7 hours'");
    one.tidy();
    BOOST_TEST(sql("SELECT period FROM sluice.claim_now") == "2");
    BOOST_TEST(sql("SELECT ends > now() + interval '23 hours' FROM sluice.claim_period") == "t");
    // This one still believes in the old period.
    auto got = one.run({2, 0, {want(2, 8)}, {}});
    BOOST_TEST((of(got) == claim_standing::won));
    BOOST_TEST(sql("SELECT period FROM sluice.claim WHERE turn = 2") == "2");
    // The first is still open: its period is where a successor must look.
    BOOST_TEST(sql("SELECT period FROM sluice.claim_mark WHERE log = 1") == "1");
    got = other.run({1, 0, {want(1, 7)}, {}});
    BOOST_TEST((of(got) == claim_standing::undecided));
    (void)one.run({3, 2, {}, {}});
    BOOST_TEST(sql("SELECT period FROM sluice.claim_mark WHERE log = 1") == "2");
    sql("UPDATE sluice.claim_period SET ends = now()");
    other.tidy();
    BOOST_TEST(sql("SELECT count(*) FROM sluice.claim WHERE period = 1") == "0");
    BOOST_TEST(sql("SELECT to_regclass('sluice.claim_1') IS NULL") == "t");
    BOOST_TEST((of(other.run({2, 1, {want(2, 7)}, {}})) == claim_standing::won));
}

// Gateways' configurations may differ, and change: a period's table stays for the longest of all.
BOOST_AUTO_TEST_CASE(a_period_stays_as_long_as_any_gateways_claim_in_it_may_live) {
    auto brief = options(1);
    brief.longest = 24h;
    claim_worker one(brief);
    claim_worker other(brief);
    auto const stays = [this](std::string const& hours) {
        return sql("SELECT ends > now() + interval '" + hours +
                   " hours' FROM sluice.claim_period ORDER BY period DESC LIMIT 1");
    };
    auto const end_period = [&] {
        sql("UPDATE sluice.claim_now SET began = now() - interval '7 hours'");
        one.tidy();
    };
    (void)one.run({1, 0, {want(1, 7)}, {}});
    (void)other.run({2, 0, {want(2, 8)}, {}});
    other.set_longest(96h);
    (void)other.run({3, 0, {want(3, 9, 1, 96h)}, {}});
    end_period();
    BOOST_TEST(stays("95") == "t");
    // Of the next one it is noted anew.
    (void)other.run({4, 0, {want(4, 10, 1, 96h)}, {}});
    end_period();
    BOOST_TEST(stays("95") == "t");
    // In this one only the first has claimed.
    (void)one.run({5, 0, {want(5, 11)}, {}});
    end_period();
    BOOST_TEST(stays("95") == "f");
    BOOST_TEST(stays("23") == "t");
}

BOOST_AUTO_TEST_CASE(a_period_is_a_quarter_of_the_longest_lifetime_and_no_less_than_an_hour) {
    BOOST_TEST((claim_period_length(24h) == 6h));
    BOOST_TEST((claim_period_length(31 * 24h) == 186h));
    BOOST_TEST((claim_period_length(1min) == 1h));
}

// Each key is won once, whoever asks in which order and while periods change.
BOOST_AUTO_TEST_CASE(of_gateways_that_claim_at_once_one_wins_each_key) {
    constexpr int rounds = 30;
    constexpr int keys = 40;
    constexpr int gateways = 3;
    sql("INSERT INTO sluice.fence VALUES (3, 1, 'gw-3')");
    std::vector<std::vector<int>> won(gateways, std::vector<int>(rounds * keys));
    std::vector<std::string> errors(gateways);
    std::barrier round(gateways);
    std::vector<std::thread> threads;
    for (int g = 0; g < gateways; ++g) {
        threads.emplace_back([&, g] {
            claim_worker worker(options(static_cast<std::uint32_t>(g + 1)));
            for (int r = 0; r < rounds; ++r) {
                claim_job job;
                job.number = static_cast<std::uint64_t>(r) + 1;
                for (int k = 0; k < keys; ++k) {
                    auto const key = r * keys + (g % 2 ? k : keys - 1 - k);
                    job.wants.push_back(want(static_cast<claim_turn>(r * keys + k) + 1, key));
                }
                round.arrive_and_wait();
                if (g == 0 && r % 5 == 4) {
                    sql("UPDATE sluice.claim_now SET began = now() - interval '7 hours'");
                    worker.tidy();
                }
                auto const got = worker.run(job);
                if (got.error) errors[static_cast<std::size_t>(g)] = got.error.message();
                for (std::size_t i = 0; i < got.of_wants.size(); ++i) {
                    auto const& name = job.wants[i].what.key;
                    if (got.of_wants[i].standing == claim_standing::won)
                        ++won[static_cast<std::size_t>(g)][name[0] + 256u * name[1]];
                }
            }
        });
    }
    for (auto& each : threads)
        each.join();
    for (auto const& each : errors)
        BOOST_TEST(each == "");
    std::size_t wrong = 0;
    for (std::size_t k = 0; k < rounds * keys; ++k)
        wrong += won[0][k] + won[1][k] + won[2][k] != 1;
    BOOST_TEST(wrong == 0U);
    BOOST_TEST(sql("SELECT period > 1 FROM sluice.claim_now") == "t");
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_away_is_waited_for) {
    claim_worker one(options(1));
    (void)one.run({1, 0, {want(1, 7)}, {}});
    shared_postgres().cut_connections();
    BOOST_TEST((of(one.run({2, 0, {want(2, 8)}, {}})) == claim_standing::won));
    one.stop();
    shared_postgres().cut_connections();
    BOOST_TEST((one.run({3, 0, {want(3, 9)}, {}}).error == postgres_errc::unreachable));
}

BOOST_AUTO_TEST_CASE(what_the_server_refuses_for_good_is_told_and_ends_it) {
    std::string told;
    auto with = options(1);
    with.tell_refusal = [&](std::string const& why) { told = why; };
    claim_worker one(with);
    sql("DROP TABLE sluice.claim");
    BOOST_TEST((one.run({1, 0, {want(1, 7)}, {}}).error == postgres_errc::refused));
    BOOST_TEST(told.find("sluice.claim") != std::string::npos, told);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::claim_worker_test
