// Writes that carry an Idempotency-Key through every backend: carried out once, answered as
// the first time, for as long as was promised.
#include "tests/gateway/tables/backend_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::gateway::tables::test::table_answers_test {

namespace {

constexpr char conflict[] = "This Idempotency-Key was used before with another request.";

struct keyed_tables : backend_fixture {
    keyed_tables() {
        BOOST_REQUIRE(!open());
        tables->configure_agents({{"163", {"1"}}});
    }

    std::string store_once(std::string const& key, std::string const& url,
                           std::uint64_t max_links = 100) {
        using made = std::shared_ptr<link const>;
        tables->limit({.links = max_links});
        return ask_once<made>(
            key_of(key, url),
            [&](auto done, auto keyed) {
                new_link asked{make_link_key("163", "token", url), "163", url, at(0), {}};
                tables->store_link(std::move(asked), inbox, std::move(done), std::move(keyed));
            },
            [](result<made> const& outcome) { return std::string((*outcome)->code.view()); });
    }

    std::string break_once(std::string const& key, bool on, wall_time when,
                           std::string const& cli = "1", bool is_planned = false) {
        auto const text = [](result<change_outcome> const& outcome) -> std::string {
            if (!outcome) return "false";
            return *outcome == change_outcome::changed ? "changed" : "unchanged";
        };
        return ask_once<change_outcome>(
            key_of(key, on ? "on" : "off"),
            [&](auto done, auto keyed) {
                break_change change{"163", cli, on, when, break_source::webhook};
                auto const write = is_planned ? &backend::plan_break : &backend::set_break;
                (*tables.*write)(std::move(change), inbox, std::move(done), std::move(keyed));
            },
            text, true);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(table_answers, keyed_tables)

BOOST_AUTO_TEST_CASE(a_call_that_comes_again_gets_the_first_answer_and_changes_nothing) {
    BOOST_TEST(update_once("k1", {{"a", "1"}}) == "a");
    BOOST_TEST(update_once("k2", {{"b", "1"}, {"a", {}}}) == "b");
    BOOST_TEST(update_once("k1", {{"a", "1"}}) == "again a");
    BOOST_TEST(variables() == "b=1");
}

BOOST_AUTO_TEST_CASE(another_request_with_the_key_is_a_conflict_and_changes_nothing) {
    BOOST_TEST(update_once("k1", {{"a", "1"}}) == "a");
    BOOST_TEST(update_once("k1", {{"a", "2"}}, "another") == conflict);
    BOOST_TEST(variables() == "a=1");
    BOOST_TEST(tables->find_answer(key_of("k1", "another")).error() == errc::key_conflict);
}

BOOST_AUTO_TEST_CASE(the_first_answer_can_be_read_from_memory) {
    BOOST_TEST(!tables->find_answer(key_of("k1")).value());
    update_once("k1", {{"a", "1"}});
    auto const answer = tables->find_answer(key_of("k1")).value();
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 200U);
    BOOST_TEST(answer->media_type == "text/plain");
    BOOST_TEST(answer->body == "a");
}

BOOST_AUTO_TEST_CASE(what_a_call_of_the_queue_was_told_is_kept_whole) {
    auto const told = std::make_shared<kept_answer const>(
        kept_answer{201, "text/csv", std::string("a\0\xff", 3), "Sluice-Task: x\r\n"});
    auto const keep = [&](call_key const& key, answer_ptr answer) {
        return ask<answer_ptr>([&](auto done) {
            tables->keep_answer(key, std::move(answer), inbox, std::move(done));
        });
    };
    auto const recall = [&](call_key const& key) {
        return ask<answer_ptr>(
            [&](auto done) { tables->recall_answer(key, inbox, std::move(done)); });
    };
    BOOST_TEST(!tables->has_answer(key_of("k1")));
    BOOST_TEST(!recall(key_of("k1")).value());
    BOOST_TEST((keep(key_of("k1"), told).value() == told));
    BOOST_TEST(tables->find_answer(key_of("k1")).value()->header_lines == told->header_lines);
    // The first counts.
    auto const later = std::make_shared<kept_answer const>(kept_answer{200, "a/b", "later"});
    BOOST_TEST(keep(key_of("k1"), later).value()->body == told->body);
    BOOST_TEST(keep(key_of("k1", "another"), later).error() == errc::key_conflict);
    auto const long_one = std::make_shared<kept_answer const>(
        kept_answer{200, "a/b", std::string(max_answer_bytes + 1, 'x')});
    BOOST_TEST(keep(key_of("k2"), long_one).error() == errc::answer_too_long);
    reopen_copy();
    BOOST_TEST(tables->has_answer(key_of("k1")));
    BOOST_TEST(!tables->find_answer(key_of("k1")).value()); // the file has it
    BOOST_TEST(tables->find_answer(key_of("k1", "another")).error() == errc::key_conflict);
    auto const again = recall(key_of("k1")).value();
    BOOST_TEST(again->status == 201U);
    BOOST_TEST(again->media_type == told->media_type);
    BOOST_TEST(again->body == told->body);
    BOOST_TEST(again->header_lines == told->header_lines);
}

BOOST_AUTO_TEST_CASE(a_link_that_was_there_already_keeps_its_key_too) {
    auto const code = store_once("k1", "u");
    BOOST_TEST(store_once("k2", "u") == code);
    BOOST_TEST(store_once("k2", "u") == "again " + code);
    BOOST_TEST(store_once("k2", "v") == conflict);
    BOOST_TEST(tables->counts().links == 1U);
}

BOOST_AUTO_TEST_CASE(a_break_that_was_ended_since_is_not_begun_again) {
    BOOST_TEST(break_once("k1", true, at(10)) == "changed");
    BOOST_TEST(break_once("k2", true, at(20)) == "unchanged");
    BOOST_TEST(break_once("k3", false, at(30)) == "changed");
    BOOST_TEST(break_once("k1", true, at(40)) == "again changed");
    BOOST_TEST(break_once("k2", true, at(50)) == "again unchanged");
    BOOST_TEST(breaks() == "10-30");
}

BOOST_AUTO_TEST_CASE(a_break_is_planned_once) {
    BOOST_TEST(break_once("k1", true, at(100), "1", true) == "changed");
    BOOST_TEST(break_once("k1", true, at(160), "1", true) == "again changed");
    auto const settle = [this](wall_time now) {
        return ask<change_outcome>(
            [&](auto done) { tables->settle_breaks(now, inbox, std::move(done)); });
    };
    settle(at(120)).value();
    set_break(false, at(130)).value();
    settle(at(200)).value();
    BOOST_TEST(breaks() == "100-130");
}

BOOST_AUTO_TEST_CASE(an_answer_to_what_could_not_be_done_is_kept_where_it_is_an_answer) {
    BOOST_TEST(break_once("k1", true, at(0), "2") == "false");
    add_agent("2").value();
    BOOST_TEST(break_once("k1", true, at(0), "2") == "again false");
    BOOST_TEST(breaks("2").empty());
}

BOOST_AUTO_TEST_CASE(a_refused_call_leaves_its_key_free) {
    BOOST_TEST(store_once("k1", "u", 0) == make_error_code(errc::table_full).message());
    BOOST_TEST(!tables->find_answer(key_of("k1", "v")).value());
    BOOST_TEST(store_once("k1", "v", 1).size() == link_code_length);
}

BOOST_AUTO_TEST_CASE(key_and_change_survive_a_kill_together) {
    BOOST_TEST(update_once("k1", {{"a", "1"}}) == "a");
    update({{"a", {}}}).value();
    reopen_copy();
    BOOST_TEST(update_once("k1", {{"a", "1"}}) == "again a");
    BOOST_TEST(update_once("k1", {{"a", "1"}}, "another") == conflict);
    BOOST_TEST(variables().empty());
}

BOOST_AUTO_TEST_CASE(an_answer_keeps_every_byte) {
    std::string const odd("x\0'\"\xe2\x82\xac\n%", 10);
    update_once("k1", {{odd, "1"}});
    reopen_copy();
    BOOST_TEST(update_once("k1", {{odd, "1"}}) == "again " + odd);
}

BOOST_AUTO_TEST_CASE(a_key_is_free_again_after_24_hours) {
    auto const later = at(0) + answer_lifetime;
    BOOST_TEST(update_once("k1", {{"a", "1"}}) == "a");
    BOOST_TEST(update_once("k1", {{"b", "1"}}, "request", later - 1ms) == "again a");
    reopen_copy(); // the store says the same
    BOOST_TEST(update_once("k1", {{"b", "1"}}, "request", later - 1ms) == "again a");
    BOOST_TEST(update_once("k1", {{"b", "1"}}, "another", later) == "ab");
    BOOST_TEST(update_once("k1", {{"b", "1"}}, "another", later) == "again ab");
    BOOST_TEST(kept_answers() == 1);
}

BOOST_AUTO_TEST_CASE(the_newest_keys_are_kept) {
    tables->limit({.answers = 3});
    for (auto const* key : {"k1", "k2", "k3", "k4", "k5"})
        update_once(key, {{key, "1"}});
    BOOST_TEST(kept_answers() == 3);
    for (int start = 0; start < 2; ++start) {
        BOOST_TEST(update_once("k3", {{"k3", "1"}}) == "again k1k2k3");
        BOOST_TEST(update_once("k5", {{"k5", "1"}}) == "again k1k2k3k4k5");
        reopen_copy();
        tables->limit({.answers = 3});
    }
    BOOST_TEST(update_once("k2", {}) == "k1k2k3k4k5"); // its key is gone
}

BOOST_AUTO_TEST_CASE(a_lower_limit_holds_at_once_and_the_store_follows) {
    for (int i = 0; i < 20; ++i)
        update_once("k" + std::to_string(i), {{"a", "1"}});
    reopen_copy();
    tables->limit({.answers = 2});
    BOOST_TEST(update_once("k17", {{"b", "1"}}) == "ab");
    for (int i = 20; i < 28; ++i)
        update_once("k" + std::to_string(i), {{"a", "1"}});
    BOOST_TEST(kept_answers() == 2);
}

BOOST_AUTO_TEST_CASE(those_past_their_time_leave_the_store) {
    for (int i = 0; i < 8; ++i)
        update_once("k" + std::to_string(i), {{"a", "1"}});
    auto const later = at(0) + answer_lifetime;
    for (auto const* key : {"k8", "k9"})
        update_once(key, {{"a", "1"}}, "request", later);
    BOOST_TEST(kept_answers() == 2);
    options.now = later + answer_lifetime;
    BOOST_REQUIRE(!open());
    BOOST_TEST(kept_answers() == 0);
}

BOOST_AUTO_TEST_CASE(an_answer_too_long_to_be_kept_is_refused_and_nothing_is_changed) {
    update({{"a", "1"}}).value();
    std::string const name(max_answer_bytes, 'n');
    auto const too_long = make_error_code(errc::answer_too_long).message();
    BOOST_TEST(update_once("k1", {{name, "1"}}) == too_long);
    BOOST_TEST(variables() == "a=1");
    reopen_copy();
    BOOST_TEST(variables() == "a=1");
    BOOST_TEST(update_once("k1", {{"b", "1"}}) == "ab");
}

BOOST_AUTO_TEST_CASE(calls_at_once_with_one_key_are_carried_out_once) {
    using made = std::shared_ptr<link const>;
    constexpr int count = 100;
    int first = 0;
    int again = 0;
    for (int i = 0; i < count; ++i) {
        keyed_call<made> call{key_of("k1"), {}, {}};
        call.answer = [](result<made> const& outcome) {
            return std::optional(kept_answer{200, "text/plain", (*outcome)->long_url});
        };
        call.repeat = [&](kept_answer const& answer) {
            BOOST_TEST(answer.body == "u0");
            ++again;
        };
        auto const url = "u" + std::to_string(i);
        new_link asked{make_link_key("163", "token", url), "163", url, at(0), {}};
        tables->store_link(
            std::move(asked), inbox, [&](auto const&) { ++first; }, std::move(call));
    }
    while (first + again < count)
        inbox.run();
    BOOST_TEST(first == 1);
    BOOST_TEST(tables->counts().links == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_person_was_answered_goes_with_the_person) {
    update_once("k1", {{"very-private", "1"}}, "request", at(0), "8000374123");
    update_once("k2", {{"stays", "1"}}, "request", at(0), "other");
    BOOST_TEST(erase("8000374123").value() == 1U);
    BOOST_TEST(!tables->find_answer(key_of("k1")).value());
    BOOST_TEST(tables->find_answer(key_of("k2")).value()->body == "stays");
    BOOST_TEST(tables->close());
    BOOST_TEST(!store_holds("very-private"));
    BOOST_TEST(!store_holds("8000374123"));
    BOOST_REQUIRE(!open());
    BOOST_TEST(update_once("k1", {{"anew", "1"}}, "another", at(0), "8000374123") == "anew");
}

BOOST_AUTO_TEST_CASE(calls_without_a_key_keep_nothing) {
    update({{"a", "1"}}).value();
    BOOST_TEST(kept_answers() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::table_answers_test
