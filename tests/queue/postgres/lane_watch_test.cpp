// What a gateway knows of the shared table and what it adds, as transcripts.
#include "queue/postgres/lane_watch.hpp"

#include <boost/test/unit_test.hpp>

namespace lane_watch_test {

using namespace std::chrono_literals;
using namespace sluice::queue;
using namespace sluice::queue::postgres;

namespace {

constexpr boot_time start{1000s};

lane_stand paused(std::string name, std::uint64_t version) {
    return {std::move(name), version, true, false, "alice"};
}
lane_stand open(std::string name, std::uint64_t version) {
    return {std::move(name), version};
}
lane_stand disabled(std::string name, std::uint64_t version) {
    return {std::move(name), version, false, true, "answered 410"};
}
lane_stand gated(std::string name, std::chrono::milliseconds left, std::uint64_t version = 0) {
    lane_stand stand{std::move(name), version};
    stand.gate_left = left;
    stand.gate_by = "answered 429";
    return stand;
}

struct fixture {
    lane_watch watch;
    std::vector<lane_stand> look(std::uint64_t version, std::vector<lane_stand> rows = {},
                                 boot_time at = start) {
        return watch.looked({version, std::move(rows)}, at);
    }
    std::string found(lane_stand stand, boot_time at = start) {
        watch.found(std::move(stand), at);
        return taken(at);
    }
    std::string taken(boot_time at = start) {
        std::string text;
        for (auto const& each : watch.take_found(at)) {
            text += each.destination + std::to_string(each.version);
            if (each.is_paused) text += 'p';
            if (each.is_disabled) text += 'd';
            if (each.gate_left > 0ms) text += std::to_string(each.gate_left.count()) + "ms";
            text += ' ';
        }
        return text;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lane_watch_, fixture)

BOOST_AUTO_TEST_CASE(it_looks_four_times_a_second_for_what_is_new) {
    BOOST_TEST(watch.is_due(start));
    BOOST_TEST(watch.seen() == 0U);
    BOOST_TEST(look(7, {paused("a", 7)}).size() == 1U);
    BOOST_TEST(watch.seen() == 7U);
    BOOST_TEST(!watch.is_due(start + 249ms));
    BOOST_TEST(watch.is_due(start + 250ms));
    BOOST_TEST(look(7).empty());
    BOOST_TEST(watch.rows() == 1U);
}

// A change of our own is above what was looked for: others' below it must not be missed.
BOOST_AUTO_TEST_CASE(a_change_of_its_own_does_not_move_where_the_next_look_begins) {
    look(7);
    watch.changed(paused("a", 9), start);
    BOOST_TEST(watch.seen() == 7U);
    BOOST_TEST(watch.newest() == 9U);
}

BOOST_AUTO_TEST_CASE(what_the_table_says_already_is_not_written) {
    look(7, {disabled("a", 3), paused("b", 7)});
    BOOST_TEST(found(disabled("a", 3)) == "");
    BOOST_TEST(found(disabled("a", 2)) == ""); // older
    BOOST_TEST(found(open("c", 0)) == "");
    BOOST_TEST(found(disabled("b", 7)) == "b7d ");
    BOOST_TEST(found(disabled("c", 0)) == "c0d ");
}

BOOST_AUTO_TEST_CASE(a_gate_is_written_when_it_closes_for_longer) {
    look(1);
    BOOST_TEST(found(gated("a", 5s)) == "a05000ms ");
    look(2, {gated("a", 5s)});
    BOOST_TEST(found(gated("a", 5s)) == "");
    BOOST_TEST(found(gated("a", 4s), start + 500ms) == "");
    BOOST_TEST(found(gated("a", 5s), start + 500ms) == "a05000ms ");
    BOOST_TEST(found(gated("b", 50ms)) == ""); // over before anybody hears of it
}

// While PostgreSQL is away; time goes on, and what was found adds up.
BOOST_AUTO_TEST_CASE(what_could_not_be_written_is_kept_and_shrinks) {
    look(1);
    watch.found(gated("a", 5s), start);
    auto stands = watch.take_found(start + 1s);
    BOOST_REQUIRE(stands.size() == 1U);
    BOOST_TEST((stands[0].gate_left == 4s));
    watch.give_back(std::move(stands), start + 1s);
    watch.found(disabled("a", 0), start + 2s);
    BOOST_TEST(watch.has_found());
    BOOST_TEST(taken(start + 3s) == "a0d2000ms ");
    BOOST_TEST(!watch.has_found());
    watch.found(gated("a", 5s), start);
    BOOST_TEST(taken(start + 6s) == "");
}

// While the thread that would take it waits for an answer, each attempt may bring the same news.
BOOST_AUTO_TEST_CASE(what_is_found_again_and_again_is_kept_once) {
    look(1);
    lane_news news;
    for (int i = 0; i < 1000; ++i)
        news.add(i == 500 ? disabled("a", 0) : gated("a", 5s), start + i * 1ms);
    news.add(gated("b", 1s), start);
    BOOST_TEST(news.size() == 2U);
    watch.found(std::move(news));
    BOOST_TEST(taken(start + 999ms) == "a0d5000ms ");
    BOOST_TEST(taken(start + 999ms) == "");
}

BOOST_AUTO_TEST_CASE(so_many_are_written_at_once) {
    lane_watch_options options;
    options.most_merged = 2;
    watch = lane_watch(options);
    look(1);
    for (auto const* const name : {"a", "b", "c"})
        watch.found(disabled(name, 0), start);
    BOOST_TEST(taken() == "a0d b0d ");
    BOOST_TEST(taken() == "c0d ");
}

// A standby leads that lacks what was acknowledged: whoever has seen it writes it again.
BOOST_AUTO_TEST_CASE(a_server_that_lacks_rows_gets_them_again) {
    look(9, {paused("a", 8), open("b", 9), paused("c", 2), gated("d", 5s)});
    watch.connected();
    BOOST_TEST(watch.seen() == 0U);
    BOOST_TEST(watch.is_due(start));
    look(5, {open("a", 5), paused("c", 2)});
    BOOST_TEST(taken() == "a8p b9 d05000ms ");
    BOOST_TEST(watch.newest() == 9U); // the next change is above all that was seen
    watch.connected();
    look(10, {paused("a", 8), open("b", 9), paused("c", 2)});
    BOOST_TEST(taken() == "");
}

BOOST_AUTO_TEST_CASE(what_is_known_is_in_force_for_a_second_or_while_postgresql_is_away) {
    lane_watch_options const options;
    BOOST_TEST(is_current(start + 1s, start, {}, options));
    // It was frozen, perhaps, or the server is slow: others' pauses may stand there.
    BOOST_TEST(!is_current(start + 1001ms, start, {}, options));
    BOOST_TEST(is_current(start + 2s, start, start + 1500ms, options));
    BOOST_TEST(!is_current(start + 12s, start, start + 1500ms, options)); // frozen since then
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace lane_watch_test
