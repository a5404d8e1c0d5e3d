// Calls with order keys whose homes move while they are taken, over the real queue; the others of
// the cluster are played by the test.
#include "gateway/endpoints/keyed_calls.hpp"
#include "tests/gateway/endpoints/whole_front.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace keyed_calls_test {

using namespace sluice;
using namespace sluice::tests;
using gateway::call::home_answer;
using gateway::call::home_question;
using gateway::call::order_home;

namespace {

constexpr std::uint32_t own = 1;
constexpr std::uint32_t other = 2;
constexpr std::uint32_t third = 3;

std::string entry(std::string const& key) {
    return R"({"destination":"crm","body":1,"order_key":")" + key + "\"}";
}
call_text one_task(std::string const& lines = {}) {
    return {"POST", "/v1/tasks", json_lines + lines, entry("k")};
}
call_text batch(std::vector<std::string> const& keys, std::string const& lines = {}) {
    std::string all;
    for (auto const& key : keys)
        all += (all.empty() ? "" : ",") + entry(key);
    return {"POST", "/v1/tasks:batch", json_lines + lines, R"({"tasks":[)" + all + "]}"};
}
queue::held_slot slot_of(std::string const& key, std::uint64_t generation = 1) {
    return {queue::order_slot_of(key), generation};
}

// A question as it was asked, and what is answered.
struct asked {
    std::uint32_t log = 0;
    std::vector<queue::held_slot> slots;
    std::string lines, body;
    std::string line(std::string const& name) const {
        auto const at = lines.find(name + ": ");
        if (at == lines.npos) return {};
        auto const begin = at + name.size() + 2;
        return lines.substr(begin, lines.find("\r\n", at) - begin);
    }
};

class played_homes : public gateway::call::order_homes {
  public:
    std::uint32_t own_log() const override { return own; }
    std::optional<order_home> find(std::uint16_t slot) const override {
        auto const alone = of_slot.find(slot);
        auto const log = alone != of_slot.end() ? alone->second : of_all.value_or(0);
        if (log == 0) return std::nullopt;
        return order_home{log, log == own, {slot, 1}};
    }
    void ask_home(std::string_view, home_question what,
                  std::function<void(home_answer const&)> then) override {
        all.push_back({what.log, what.slots, what.header_lines, std::string(what.body)});
        boost::asio::post(*loop, [this, n = all.size() - 1, then] {
            auto const said = answer ? answer(n) : taken(n);
            then(said);
        });
    }
    void look_again(std::function<void()> then) override {
        ++looks;
        if (on_look) on_look();
        boost::asio::post(*loop, then);
    }

    // All of it, with ids that say which question it was.
    home_answer taken(std::size_t n) {
        std::string results;
        auto const entries = std::ranges::count(all[n].body, '{') - 1;
        for (std::ptrdiff_t i = 0; i < entries; ++i)
            results += (i == 0 ? "" : ",") + std::string(R"({"index":)") + std::to_string(i) +
                       R"(,"id":"q)" + std::to_string(n) + "\"}";
        bodies.push_back(R"({"results":[)" + results + "]}");
        home_answer said;
        said.status = 202;
        said.content_type = "application/json";
        said.header_lines = "Sluice-Durability: replicated\r\n";
        said.body = bodies.back();
        return said;
    }

    boost::asio::io_context* loop = nullptr;
    void move(std::string const& key, std::uint32_t log) {
        of_slot[queue::order_slot_of(key)] = log;
    }

    std::optional<std::uint32_t> of_all = own; // the log that has all other slots
    std::map<std::uint16_t, std::uint32_t> of_slot;
    int looks = 0;
    std::function<void()> on_look;
    std::vector<asked> all;
    std::function<home_answer(std::size_t)> answer;
    std::deque<std::string> bodies;
};

struct fixture : played_homes, whole_front {
    fixture()
        : whole_front(one_destination, 64, this) {
        loop = &io();
        core().begin_order();
    }
    void hold(std::vector<std::string> const& keys) {
        std::vector<queue::held_slot> slots;
        for (auto const& key : keys)
            slots.push_back(slot_of(key));
        core().hold_slots(slots);
    }
};

home_answer refused(unsigned status, std::string_view body) {
    home_answer said;
    said.status = status;
    said.content_type = "application/problem+json";
    said.body = body;
    return said;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(keyed_calls, fixture)

// By what is known it is here; the queue does not have it yet, or not any more.
BOOST_AUTO_TEST_CASE(a_call_that_meets_a_slot_on_the_move_is_made_anew) {
    on_look = [&] { hold({"k"}); };
    BOOST_TEST(ask(one_task("Idempotency-Key: a\r\n")).status == 202U);
    BOOST_TEST(looks == 1);
    BOOST_TEST(live_tasks() == 1U);
    BOOST_TEST(ask(one_task("Idempotency-Key: a\r\n")).status == 202U);
    BOOST_TEST(live_tasks() == 1U);
    BOOST_TEST(ask(batch({"k", "k"})).status == 202U);
    BOOST_TEST(looks == 1);
    BOOST_TEST(live_tasks() == 3U);
}

BOOST_AUTO_TEST_CASE(a_batch_that_meets_a_slot_on_the_move_is_made_anew) {
    on_look = [&] { hold({"k", "l"}); };
    BOOST_TEST(ask(batch({"k", "l"})).status == 202U);
    BOOST_TEST(looks == 1);
    BOOST_TEST(live_tasks() == 2U);
}

BOOST_AUTO_TEST_CASE(one_whose_slot_has_gone_is_forwarded_then) {
    on_look = [&] { of_all = other; };
    auto const answer = ask(one_task());
    BOOST_TEST(answer.status == 202U);
    BOOST_TEST(answer.header("Sluice-Durability") == "replicated");
    BOOST_REQUIRE(all.size() == 1U);
    BOOST_TEST(all.front().log == other);
    BOOST_TEST(live_tasks() == 0U);
}

BOOST_AUTO_TEST_CASE(one_whose_slot_has_no_home_waits_for_a_look) {
    of_all.reset();
    on_look = [&] {
        of_all = own;
        hold({"k", "l"});
    };
    BOOST_TEST(ask(one_task()).status == 202U);
    BOOST_TEST(looks == 1);
    of_all.reset();
    BOOST_TEST(ask(batch({"k", "l"})).status == 202U);
    BOOST_TEST(looks == 2);
}

BOOST_AUTO_TEST_CASE(a_slot_that_does_not_come_is_refused_after_two_looks) {
    for (auto const& call : {one_task(), batch({"k", "k"})}) {
        looks = 0;
        auto const answer = ask(call);
        BOOST_TEST(answer.status == 503U);
        BOOST_TEST(answer.header("Retry-After") == "1");
        BOOST_TEST(looks == 2);
    }
    of_all.reset();
    looks = 0;
    BOOST_TEST(ask(one_task()).status == 503U);
    BOOST_TEST(looks == 2);
    BOOST_TEST(live_tasks() == 0U);
}

// --- batches with an Idempotency-Key -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_batch_with_a_key_goes_by_slots_and_each_part_has_a_key) {
    of_all = other;
    auto const keyed = batch({"k", "l", "k", "m"}, "Idempotency-Key: a\r\n");
    auto const answer = ask(keyed);
    BOOST_TEST(answer.status == 202U);
    BOOST_TEST(answer.header("Sluice-Durability") == "replicated");
    BOOST_TEST(answer.body ==
               R"({"results":[{"index":0,"id":"q0"},{"index":1,"id":"q1"},{"index":2,"id":"q0"},)"
               R"({"index":3,"id":"q2"}]})");
    BOOST_REQUIRE(all.size() == 3U);
    BOOST_TEST((all[0].slots == std::vector{slot_of("k")}));
    BOOST_TEST(all[0].body == R"({"tasks":[)" + entry("k") + "," + entry("k") + "]}");
    BOOST_TEST(all[0].line("Idempotency-Key") == "a");
    std::set<std::string> keys;
    for (auto const& each : all) {
        keys.insert(each.line("Idempotency-Key"));
        BOOST_TEST(each.line("Sluice-Whole-Call") == all[0].line("Sluice-Whole-Call"));
    }
    BOOST_TEST(keys.size() == 3U);
    // Here, too, and the same at any time: a repeat need not come to where its slots were.
    of_all = own;
    BOOST_TEST(ask(keyed).status == 202U);
    BOOST_REQUIRE(all.size() == 6U);
    for (std::size_t i = 0; i < 3; ++i) {
        BOOST_TEST(all[i + 3].log == own);
        BOOST_TEST(all[i + 3].lines == all[i].lines);
        BOOST_TEST(all[i + 3].body == all[i].body);
    }
    // Another batch says so.
    ask(batch({"k", "l", "m"}, "Idempotency-Key: a\r\n"));
    BOOST_TEST(all.back().line("Sluice-Whole-Call") != all[0].line("Sluice-Whole-Call"));
}

BOOST_AUTO_TEST_CASE(where_the_first_part_is_refused_nothing_else_is_asked) {
    of_all = other;
    answer = [](auto) { return refused(422, R"({"title":"the key is another call's"})"); };
    auto const got = ask(batch({"k", "l", "m"}, "Idempotency-Key: a\r\n"));
    BOOST_TEST(got.status == 422U);
    BOOST_TEST(got.body == R"({"title":"the key is another call's"})");
    BOOST_TEST(all.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_part_that_cannot_be_taken_now_makes_the_call_one_to_be_repeated) {
    of_all = other;
    answer = [&](std::size_t n) { return n == 2 ? home_answer() : taken(n); };
    auto const got = ask(batch({"k", "l", "m"}, "Idempotency-Key: a\r\n"));
    BOOST_TEST(got.status == 503U);
    BOOST_TEST(got.header("Retry-After") == "1");
    answer = [&](std::size_t n) {
        home_answer said;
        said.may_have_arrived = n == 4;
        return n == 4 ? said : taken(n);
    };
    BOOST_TEST(ask(batch({"k", "l", "m"}, "Idempotency-Key: a\r\n")).status == 500U);
}

BOOST_AUTO_TEST_CASE(a_part_whose_slot_has_moved_is_asked_for_again) {
    of_all = other;
    answer = [&](std::size_t n) { return n < 2 ? refused(home_answer::moved, "") : taken(n); };
    BOOST_TEST(ask(batch({"k", "l"}, "Idempotency-Key: a\r\n")).status == 202U);
    BOOST_TEST(looks == 2);
    BOOST_TEST(all.size() == 4U);
    answer = [](auto) { return refused(home_answer::moved, ""); };
    BOOST_TEST(ask(batch({"k", "l"}, "Idempotency-Key: a\r\n")).status == 503U);
    of_all.reset();
    BOOST_TEST(ask(batch({"k", "l"}, "Idempotency-Key: a\r\n")).status == 503U);
}

BOOST_AUTO_TEST_CASE(so_many_parts_are_under_way_at_once) {
    of_all = other;
    std::vector<std::string> keys;
    for (int i = 0; i < 60; ++i)
        keys.push_back("key-" + std::to_string(i));
    std::size_t most = 0;
    std::size_t answered = 0;
    answer = [&](std::size_t n) {
        most = std::max(most, all.size() - answered++);
        return taken(n);
    };
    BOOST_TEST(ask(batch(keys, "Idempotency-Key: a\r\n")).status == 202U);
    BOOST_TEST(most == 8U);
    BOOST_TEST(answered == all.size());
}

// --- batches without one -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_part_for_one_home_goes_where_its_slots_are_when_they_have_moved) {
    of_all = other;
    move("m", third);
    // Now they are at three.
    on_look = [&] {
        move("k", third);
        move("l", own);
    };
    answer = [&](std::size_t n) {
        bool const is_old = looks == 0 && all[n].log == other;
        return is_old ? refused(home_answer::moved, "") : taken(n);
    };
    auto const got = ask(batch({"k", "m", "l", "k", "n"}));
    BOOST_TEST(got.status == 202U);
    BOOST_TEST(got.header("Sluice-Durability") == "replicated");
    BOOST_TEST(looks == 1);
    BOOST_REQUIRE(all.size() == 5U);
    BOOST_TEST((all[0].slots == std::vector{slot_of("k"), slot_of("l"), slot_of("n")}));
    BOOST_TEST(all[1].body == R"({"tasks":[)" + entry("m") + "]}");
    BOOST_TEST(all[2].log == own);
    BOOST_TEST(all[2].body == R"({"tasks":[)" + entry("l") + "]}");
    BOOST_TEST(all[3].log == other);
    BOOST_TEST(all[3].body == R"({"tasks":[)" + entry("n") + "]}");
    BOOST_TEST(all[4].log == third);
    BOOST_TEST(all[4].body == R"({"tasks":[)" + entry("k") + "," + entry("k") + "]}");
    BOOST_TEST(got.body ==
               R"({"results":[{"index":0,"id":"q4"},{"index":1,"id":"q1"},{"index":2,"id":"q2"},)"
               R"({"index":3,"id":"q4"},{"index":4,"id":"q3"}]})");
}

BOOST_AUTO_TEST_CASE(
    a_part_that_finds_no_home_is_refused_after_two_looks_and_the_others_are_taken) {
    for (bool const is_nobodys : {false, true}) {
        all.clear();
        looks = 0;
        of_all = other;
        move("l", third);
        on_look = [&] {
            if (is_nobodys) move("l", 0);
        };
        answer = [&](std::size_t n) {
            return all[n].log == third ? refused(home_answer::moved, "") : taken(n);
        };
        auto const got = ask(batch({"k", "l"}));
        BOOST_TEST(got.status == 202U);
        BOOST_TEST(looks == 2);
        BOOST_TEST(all.size() == (is_nobodys ? 2U : 4U));
        BOOST_TEST(
            got.body.starts_with(R"({"results":[{"index":0,"id":"q0"},{"index":1,"status":503,)"),
            got.body);
    }
}

// Nothing says that a repeat of it would be one.
BOOST_AUTO_TEST_CASE(a_part_that_may_have_been_taken_is_asked_for_once) {
    of_all = other;
    move("l", third);
    answer = [&](std::size_t n) {
        home_answer lost;
        lost.may_have_arrived = true;
        return all[n].log == third ? lost : taken(n);
    };
    auto const got = ask(batch({"k", "l"}));
    BOOST_TEST(got.status == 202U);
    BOOST_TEST(all.size() == 2U);
    BOOST_TEST(looks == 0);
    BOOST_TEST(got.body.find(R"({"index":1,"status":500,)") != std::string::npos, got.body);
    answer = [](auto) { return refused(403, ""); };
    BOOST_TEST(ask(batch({"k", "l"})).status == 403U);
    BOOST_TEST(all.size() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace keyed_calls_test
