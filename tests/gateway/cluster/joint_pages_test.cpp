// Pages over several gateways: every task once, the newest first, whatever the pages' size.
#include "codecs/json_scan.hpp"
#include "gateway/cluster/join_answers.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <set>

namespace joint_pages_test {

using namespace sluice;
using namespace sluice::gateway::cluster;

namespace {

struct listed_task {
    std::string id;
    std::string finished_at; // of those in the history

    bool is_history() const { return !finished_at.empty(); }
    std::string json() const {
        auto const* const state = is_history() ? "delivered" : "ready";
        return "{\"id\":\"" + id + "\",\"state\":\"" + state + "\",\"finished_at\":\"" +
               finished_at + "\"}";
    }
};
using listed_tasks = std::vector<listed_task>;

bool is_before(listed_task const& a, listed_task const& b) {
    if (a.is_history() != b.is_history()) return b.is_history();
    return a.is_history() ? a.finished_at > b.finished_at : a.id > b.id;
}

// A gateway that answers pages as the real one does: from a cursor "q.<id>" or "h.<id>" on.
struct gateway_with_tasks {
    std::uint32_t log;
    listed_tasks tasks; // in the order of pages

    listed_tasks::const_iterator begin_at(std::string_view cursor) const {
        if (cursor.empty()) return tasks.begin();
        auto const id = cursor.substr(2);
        if (cursor.starts_with('q')) {
            return std::ranges::find_if(
                tasks, [id](auto const& each) { return each.is_history() || each.id < id; });
        }
        auto const found = std::ranges::find(tasks, id, &listed_task::id);
        return found == tasks.end() ? found : found + 1;
    }
    member_answer page(std::string_view cursor, std::size_t limit) const {
        auto from = begin_at(cursor);
        std::string body = "{\"tasks\":[";
        std::string next = "null";
        for (std::size_t n = 0; n < limit && from != tasks.end(); ++n, ++from) {
            body += (body.back() == '[' ? "" : ",") + from->json();
            next = std::string("\"") + (from->is_history() ? "h." : "q.") + from->id + "\"";
        }
        if (from == tasks.end()) next = "null";
        body += "],\"total\":" + (cursor.empty() ? std::to_string(held()) : "null") +
                ",\"next\":" + next + "}";
        return {"gw-" + std::to_string(log), log, 200, true, body};
    }
    std::size_t held() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(tasks, [](auto const& each) { return !each.is_history(); }));
    }
};
using gateways = std::vector<gateway_with_tasks>;

std::string digits(unsigned long n) {
    auto text = std::to_string(n);
    return std::string(6 - text.size(), '0') + text;
}

// Tasks 0..count at random gateways; a third of them has ended, in another order.
gateways make(std::mt19937& random, unsigned count) {
    gateways all{{1, {}}, {2, {}}, {3, {}}};
    for (unsigned n = 0; n < count; ++n) {
        bool const has_ended = random() % 3 == 0;
        // Ends of one moment would be in an order that nobody minds.
        all[random() % 3].tasks.push_back(
            {digits(n), has_ended ? digits(random() % 1000 * 1000 + n) : std::string()});
    }
    for (auto& each : all)
        std::ranges::sort(each.tasks, is_before);
    return all;
}

struct joint_page {
    std::vector<std::string> ids;
    std::string total, next;
};

joint_page ask(gateways const& all, std::string const& cursor, std::size_t limit,
               std::set<std::uint32_t> const& silent = {}) {
    joint_question what;
    what.how = gateway::call::spread::tasks;
    what.limit = limit;
    if (!cursor.empty()) what.from = joint_cursor::parse(cursor).value();
    std::vector<member_answer> answers;
    for (auto const& each : all) {
        if (!what.from.has(each.log)) continue;
        answers.push_back(silent.contains(each.log)
                              ? member_answer{"gw-" + std::to_string(each.log), each.log}
                              : each.page(what.from.of(each.log), limit));
    }
    auto const joint = join(what, answers).value();
    joint_page page;
    page.total = *codecs::json_member_value(joint.body, "total");
    auto const next = *codecs::json_member_value(joint.body, "next");
    if (next != "null") page.next = codecs::json_text(next);
    for (auto const each : codecs::json_elements(*codecs::json_member_value(joint.body, "tasks")))
        page.ids.push_back(codecs::json_text(*codecs::json_member_value(each, "id")));
    return page;
}

std::vector<std::string> ids_of(listed_tasks const& tasks) {
    std::vector<std::string> ids;
    for (auto const& each : tasks)
        ids.push_back(each.id);
    return ids;
}

} // namespace

BOOST_AUTO_TEST_SUITE(joint_pages)

BOOST_AUTO_TEST_CASE(every_task_is_listed_once_in_the_order_of_one_gateway) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            std::mt19937 random(seed);
            auto const all = make(random, seed);
            gateway_with_tasks whole{0, {}};
            for (auto const& each : all)
                whole.tasks.insert(whole.tasks.end(), each.tasks.begin(), each.tasks.end());
            std::ranges::sort(whole.tasks, is_before);
            std::size_t const limit = 1 + random() % 7;
            std::vector<std::string> listed;
            std::string cursor;
            do {
                auto const page = ask(all, cursor, limit);
                BOOST_TEST(page.ids.size() <= limit);
                BOOST_TEST(page.total == (cursor.empty() ? std::to_string(whole.held()) : "null"));
                listed.insert(listed.end(), page.ids.begin(), page.ids.end());
                BOOST_REQUIRE_LE(listed.size(), whole.tasks.size());
                cursor = page.next;
            } while (!cursor.empty());
            BOOST_TEST(listed == ids_of(whole.tasks), boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(who_does_not_answer_is_not_waited_for_for_ever) {
    std::mt19937 random(5);
    auto const all = make(random, 50);
    std::string cursor;
    std::size_t listed = 0;
    int pages = 0;
    do {
        auto const page = ask(all, cursor, 5, {2});
        listed += page.ids.size();
        cursor = page.next;
    } while (!cursor.empty() && ++pages < 100);
    BOOST_TEST(cursor.empty());
    BOOST_TEST(listed == all[0].tasks.size() + all[2].tasks.size());
}

BOOST_AUTO_TEST_CASE(a_cursor_is_read_as_it_was_written) {
    joint_cursor made;
    BOOST_TEST(made.is_at_beginning());
    BOOST_TEST(made.has(7));
    made.set(3, "q.019ab3de-4c00-7abc-8123-456789abcdef");
    made.set(12, "");
    BOOST_TEST(made.text() == "c.3:q.019ab3de-4c00-7abc-8123-456789abcdef,12:");
    auto const read = joint_cursor::parse(made.text()).value();
    BOOST_TEST(read.text() == made.text());
    BOOST_TEST(!read.is_at_beginning());
    BOOST_TEST(read.has(3));
    BOOST_TEST(read.has(12));
    BOOST_TEST(!read.has(7));
    BOOST_TEST(read.of(12).empty());
}

BOOST_AUTO_TEST_CASE(other_texts_are_no_cursor) {
    for (auto const* const text :
         {"", "c.", "q.", "q.019ab3de-4c00-7abc-8123-456789abcdef", "c.x:q.", "c.3",
          "c.3:q.&limit=5", "c.99999999999:q.", "c.-1:q.", "c.,"})
        BOOST_TEST(!joint_cursor::parse(text), text);
    std::string many = "c.";
    for (int n = 0; n < 1000; ++n)
        many += std::to_string(n) + ":,";
    BOOST_TEST(!joint_cursor::parse(many));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace joint_pages_test
