// Several gateways over the same tables: who writes at the same time, and what the others see.
#include "tests/postgres/tables/postgres_maker.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

namespace sluice::gateway::tables::test::postgres_tables_test {

namespace {

using tests::wait_until;

struct two_gateways : postgres_fixture {
    two_gateways() {
        BOOST_REQUIRE(!open());
        configure(*tables);
        other = another();
        configure(*other->tables);
    }
    static void configure(backend& one) { one.configure_agents({{"163", {"1", "2"}}}); }

    std::unique_ptr<gateway> other;
};

std::shared_ptr<link const> look_up(backend_fixture& in, link_code code) {
    return in
        .ask<std::shared_ptr<link const>>(
            [&](auto done) { in.tables->look_up_link(code, in.inbox, std::move(done)); })
        .value();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(postgres_tables, two_gateways)

BOOST_AUTO_TEST_CASE(what_one_writes_the_other_shows_soon) {
    BOOST_TEST(tables->is_shared());
    update({{"a", "1"}}).value();
    auto const made = store("https://one.example/").value();
    set_break(true, at(10)).value();
    set_break(false, at(20)).value();
    set_break(true, at(30)).value();
    add_agent("9").value();
    BOOST_TEST(wait_until([&] { return other->tables->find_agent("163", "9").has_value(); }));
    BOOST_TEST(other->variables() == "a=1");
    BOOST_TEST(other->breaks() == "10-20 30-");
    BOOST_TEST(other->tables->find_link(made->code)->long_url == "https://one.example/");
    BOOST_TEST(other->tables->find_link(made->key) != nullptr);
    other->update({{"a", {}}}).value();
    other->set_break(false, at(40)).value();
    other->set_break(true, at(50)).value();
    other->remove_agent("9", at(60)).value();
    BOOST_TEST(wait_until([&] { return !tables->find_agent("163", "9"); }));
    BOOST_TEST(variables().empty());
    BOOST_TEST(tables->counts().users == 0U);
    BOOST_TEST(breaks() == "10-20 30-40 50-");
}

BOOST_AUTO_TEST_CASE(different_variables_of_one_person_are_both_kept) {
    std::size_t told = 0;
    constexpr std::size_t count = 100;
    for (std::size_t i = 0; i < count; ++i) {
        auto& at_one = i % 2 == 0 ? static_cast<backend_fixture&>(*this) : *other;
        user_update change{"163", "c", {{"k" + std::to_string(i), "v"}}, count, at(0)};
        at_one.tables->update_user(std::move(change), at_one.inbox, [&](auto const& kept) {
            BOOST_TEST(kept.has_value());
            ++told;
        });
    }
    while (told < count) {
        inbox.run_for(10ms);
        other->inbox.run_for(10ms);
    }
    BOOST_TEST(wait_until([&] { return tables->user_variables("163", "c")->size() == count; }));
    BOOST_TEST(
        wait_until([&] { return other->tables->user_variables("163", "c")->size() == count; }));
    BOOST_TEST(postgres.sql("SELECT count(*) FROM sluice.user_key") == std::to_string(count));
}

BOOST_AUTO_TEST_CASE(the_last_free_place_of_a_person_is_taken_once) {
    update({{"a", "1"}}, "c", 2).value();
    auto const mine = update({{"b", "1"}}, "c", 2);
    auto const theirs = other->update({{"z", "1"}}, "c", 2); // without having seen it
    BOOST_TEST(mine.has_value());
    BOOST_TEST(theirs.error() == errc::too_many_keys);
}

BOOST_AUTO_TEST_CASE(a_url_is_one_link_whoever_is_asked) {
    std::set<std::string> codes;
    std::size_t told = 0;
    constexpr std::size_t count = 60;
    for (std::size_t i = 0; i < count; ++i) {
        auto& at_one = i % 2 == 0 ? static_cast<backend_fixture&>(*this) : *other;
        auto const url = "u" + std::to_string(i / 2 % 3);
        new_link asked{make_link_key("163", "t", url), "163", url, at(0), {}};
        at_one.tables->store_link(std::move(asked), at_one.inbox, [&](auto const& made) {
            codes.emplace(made.value()->code.view());
            ++told;
        });
    }
    while (told < count) {
        inbox.run_for(10ms);
        other->inbox.run_for(10ms);
    }
    BOOST_TEST(codes.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_fresh_link_of_another_gateway_is_looked_up) {
    postgres.options.writer.period = 1h; // a gateway that never looks for changes
    auto const blind = another();
    auto const made = store("https://one.example/").value();
    BOOST_TEST(!blind->tables->find_link(made->code));
    auto const found = look_up(*blind, made->code);
    BOOST_REQUIRE(found);
    BOOST_TEST(found->long_url == "https://one.example/");
    BOOST_TEST(blind->tables->find_link(made->code) == found);
    BOOST_TEST(!look_up(*blind, link_code::nth(1)));
}

BOOST_AUTO_TEST_CASE(a_code_that_another_gateway_gave_is_not_given_again) {
    auto const same = [n = std::make_shared<std::uint64_t>(0)] { return link_code::nth((*n)++); };
    options.codes = same;
    BOOST_REQUIRE(!open());
    other->options.codes = [n = std::make_shared<std::uint64_t>(0)] {
        return link_code::nth((*n)++);
    };
    BOOST_REQUIRE(!other->open());
    BOOST_TEST(store("a").value()->code.view() == "00000000");
    BOOST_TEST(other->store("b").value()->code.view() == "00000001");
    BOOST_TEST(store("c").value()->code.view() == "00000002");
}

BOOST_AUTO_TEST_CASE(a_key_serves_one_call_of_all_gateways) {
    BOOST_TEST(update_once("k1", {{"a", "1"}}) == "a");
    BOOST_TEST(other->update_once("k1", {{"b", "1"}}) == "again a");
    BOOST_TEST(other->update_once("k1", {{"b", "1"}}, "another") ==
               make_error_code(errc::key_conflict).message());
    BOOST_TEST(wait_until([&] { return other->variables() == "a=1"; }));
    // What a person was answered goes from every gateway's memory.
    BOOST_TEST(other->update_once("k2", {{"c", "1"}}) == "ac");
    erase("c").value();
    auto const is_gone = [&] { return !other->tables->find_answer(key_of("k2")).value(); };
    BOOST_TEST(wait_until(is_gone));
    BOOST_TEST(wait_until([&] { return other->variables().empty(); }));
}

BOOST_AUTO_TEST_CASE(a_key_of_one_gateway_is_known_at_the_others_and_recalled_there) {
    update_once("k1", {{"a", "1"}});
    auto const is_known = [&] { return other->tables->has_answer(key_of("k1")); };
    BOOST_TEST(wait_until(is_known));
    BOOST_TEST(other->tables->find_answer(key_of("k1", "another")).error() == errc::key_conflict);
    auto const first = other->ask<answer_ptr>([&](auto done) {
        other->tables->recall_answer(key_of("k1"), other->inbox, std::move(done));
    });
    BOOST_TEST(first.value()->body == "a");
    BOOST_TEST(another()->tables->has_answer(key_of("k1"))); // also from the start on
}

BOOST_AUTO_TEST_CASE(clicks_of_all_gateways_are_summed) {
    auto const made = store("u").value();
    BOOST_TEST(wait_until([&] { return other->tables->find_link(made->code) != nullptr; }));
    for (int i = 0; i < 100; ++i) {
        tables->count_click(made->code, 20'000);
        other->tables->count_click(made->code, 20'000 + i % 2);
    }
    auto const is_summed = [&](backend& one) {
        auto const clicks = one.clicks_of(made->code);
        return clicks.total == 200 &&
               clicks.days == std::vector<day_clicks>{{20'000, 150}, {20'001, 50}};
    };
    BOOST_TEST(wait_until([&] { return is_summed(*tables) && is_summed(*other->tables); }));
    other->tables->count_click(made->code, 20'001);
    BOOST_TEST(other->tables->close());
    auto const is_seen = [&] { return tables->clicks_of(made->code).total == 201; };
    BOOST_TEST(wait_until(is_seen));
    BOOST_TEST(postgres.sql("SELECT clicks FROM sluice.link_clicks") == "201");
    BOOST_TEST(postgres.sql("SELECT sum(clicks) FROM sluice.link_day") == "201");
}

BOOST_AUTO_TEST_CASE(a_break_begins_once_and_ends_once) {
    for (int i = 0; i < 20; ++i) {
        std::size_t told = 0;
        std::size_t changed = 0;
        for (auto* const one :
             {static_cast<backend_fixture*>(this), static_cast<backend_fixture*>(other.get())}) {
            break_change change{"163", "1", i % 2 == 0, at(i)};
            one->tables->set_break(std::move(change), one->inbox, [&](auto const& outcome) {
                if (outcome.value() == change_outcome::changed) ++changed;
                ++told;
            });
        }
        while (told < 2) {
            inbox.run_for(10ms);
            other->inbox.run_for(10ms);
        }
        BOOST_TEST(changed == 1U);
    }
    std::string const all = "0-1 2-3 4-5 6-7 8-9 10-11 12-13 14-15 16-17 18-19";
    BOOST_TEST(wait_until([&] { return breaks() == all && other->breaks() == all; }));
}

BOOST_AUTO_TEST_CASE(a_planned_change_is_carried_out_once_by_whoever_is_first) {
    break_change change{"163", "1", true, at(100)};
    ask<change_outcome>([&](auto done) {
        tables->plan_break(std::move(change), inbox, std::move(done));
    }).value();
    BOOST_TEST(wait_until([&] { return other->tables->next_planned() == at(100); }));
    auto const settle = [](backend_fixture& in) {
        return in
            .ask<change_outcome>(
                [&](auto done) { in.tables->settle_breaks(at(100), in.inbox, std::move(done)); })
            .value();
    };
    BOOST_TEST((settle(*other) == change_outcome::changed));
    BOOST_TEST((settle(*this) == change_outcome::unchanged));
    BOOST_TEST((tables->next_planned() == queue::never)); // at once: the timer does not spin
    BOOST_TEST(wait_until([&] { return breaks() == "100-"; }));
}

BOOST_AUTO_TEST_CASE(agents_that_only_another_gateway_knows_keep_their_breaks) {
    other->tables->configure_agents({{"163", {"1", "7"}}});
    other->set_break(true, at(10), "7").value();
    break_change change{"163", "1", true, at(50)};
    ask<change_outcome>([&](auto done) {
        tables->settle_breaks(at(0), inbox, std::move(done)); // after its own configuration
    }).value();
    other->set_break(false, at(15), "7").value();
    other->set_break(true, at(20), "7").value();
    ask<change_outcome>([&](auto done) {
        tables->plan_break(std::move(change), inbox, std::move(done));
    }).value();
    ask<change_outcome>([&](auto done) {
        tables->settle_breaks(at(50), inbox, std::move(done));
    }).value();
    BOOST_TEST(wait_until([&] { return other->breaks("1") == "50-"; }));
    BOOST_TEST(other->breaks("7").ends_with("20-"));
}

BOOST_AUTO_TEST_CASE(whoever_missed_changes_that_are_forgotten_reads_everything_anew) {
    update({{"a", "1"}}, "stays").value();
    update({{"a", "1"}}, "goes").value();
    BOOST_TEST(wait_until([&] { return other->variables("goes") == "a=1"; }));
    // What nobody told anybody of, as after a replica was promoted that had not had it.
    postgres.sql("DELETE FROM sluice.user_key WHERE contact = 'goes';"
                 "INSERT INTO sluice.user_key VALUES ('163', 'comes', 'b', '2', 0);"
                 "UPDATE sluice.table_horizon SET xid = pg_current_xact_id()");
    BOOST_TEST(wait_until([&] { return other->variables("comes") == "b=2"; }));
    BOOST_TEST(wait_until([&] { return other->variables("goes").empty(); }));
    BOOST_TEST(other->variables("stays") == "a=1");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::postgres_tables_test
