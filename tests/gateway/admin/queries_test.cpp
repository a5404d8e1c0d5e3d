#include "gateway/admin/queries.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace queries_test {

using namespace sluice::gateway;

using namespace sluice::gateway::admin;
using sluice::queue::task_state;

namespace {

constexpr auto an_id = "0193a2b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b";

// The pointers of what is wrong, and the status before them: "422 state limit".
template <class T>
std::string wrong(call::checked<T> const& read) {
    if (read) return "ok";
    auto text = std::to_string(read.error().status);
    for (auto const& each : read.error().errors)
        text += " " + each.pointer;
    return text;
}

std::string wrong_page(std::string_view query, task_list of = task_list::all) {
    return wrong(read_page_request(query, of));
}

call::checked<bulk_request> bulk(std::string_view body, task_list of = task_list::dead,
                                 std::string_view type = "application/json") {
    std::vector<sluice::gateway::server::header_field> const fields{{"Content-Type", type}};
    sluice::gateway::server::request req;
    req.headers = fields;
    req.body = body;
    return read_bulk_request(req, of);
}

} // namespace

BOOST_AUTO_TEST_SUITE(queries)

BOOST_AUTO_TEST_CASE(without_a_query_every_task_is_asked_for) {
    auto const page = read_page_request("", task_list::all);
    BOOST_REQUIRE(page);
    BOOST_TEST(page->limit == 50u);
    BOOST_TEST((page->filter.states == sluice::queue::state_set::all()));
    BOOST_TEST(page->cursor.after.is_nil());
    BOOST_TEST(!page->filter.is_by_end);
}

BOOST_AUTO_TEST_CASE(a_whole_filter_is_read) {
    auto const page = read_page_request("destination=a+b&account=163&state=ready,dead&state="
                                        "expired&from=2026-11-23T09:00:00%2B05:30&to="
                                        "1796000000000&reason=HTTP+404&limit=7",
                                        task_list::all);
    BOOST_REQUIRE(page);
    BOOST_TEST(page->filter.destination == "a b");
    BOOST_TEST(page->filter.account == "163");
    BOOST_TEST(page->filter.states.has(task_state::ready));
    BOOST_TEST(page->filter.states.has(task_state::dead));
    BOOST_TEST(page->filter.states.has(task_state::expired));
    BOOST_TEST(!page->filter.states.has(task_state::scheduled));
    BOOST_TEST(page->filter.from->time_since_epoch().count() == 1'795'404'600'000);
    BOOST_TEST(page->filter.reason == "HTTP 404");
    BOOST_TEST(page->limit == 7u);
}

BOOST_AUTO_TEST_CASE(everything_that_is_wrong_is_named) {
    BOOST_TEST(wrong_page("state=asleep&limit=0&from=yesterday&cursor=x&color=red") ==
               "422 state limit from cursor color");
    BOOST_TEST(wrong_page("limit=501") == "422 limit");
    BOOST_TEST(wrong_page("limit=5x") == "422 limit");
    BOOST_TEST(wrong_page("from=2000000000000&to=1000000000000") == "422 to");
    BOOST_TEST(wrong_page("a=%zz") == "400 a");
    BOOST_TEST(wrong_page("state=ready", task_list::dead) == "422 state");
}

BOOST_AUTO_TEST_CASE(a_cursor_comes_back_as_it_went) {
    for (bool const is_history : {false, true}) {
        page_cursor cursor{is_history, *sluice::queue::parse_task_id(an_id)};
        auto const page = read_page_request("cursor=" + to_text(cursor), task_list::all);
        BOOST_REQUIRE(page);
        BOOST_TEST(page->cursor.is_history == is_history);
        BOOST_TEST((page->cursor.after == cursor.after));
    }
    BOOST_TEST(read_page_request("cursor=h.", task_list::all)->cursor.after.is_nil());
    for (auto const* bad : {"h", "x.", "q.123", "q0193"}) {
        BOOST_TEST(wrong_page(std::string("cursor=") + bad) == "422 cursor", bad);
    }
}

BOOST_AUTO_TEST_CASE(dead_letters_are_those_that_are_dead_by_the_time_of_their_death) {
    auto const page = read_page_request("reason=x", task_list::dead);
    BOOST_REQUIRE(page);
    BOOST_TEST(page->filter.is_by_end);
    BOOST_TEST(page->filter.states.has(task_state::dead));
    BOOST_TEST(!page->filter.states.has(task_state::ready));
}

BOOST_AUTO_TEST_CASE(a_bulk_operation_names_ids_or_a_filter_or_says_all) {
    auto const ids = bulk(std::string(R"({"ids":[")") + an_id + R"("]})");
    BOOST_REQUIRE(ids);
    BOOST_TEST(ids->ids.size() == 1u);
    BOOST_TEST(ids->is_named);
    BOOST_TEST(
        bulk(std::string(R"({"ids":[")") + an_id + R"(",")" + an_id + R"("]})")->ids.size() == 1u);
    auto const filter = bulk(R"({"destination":"crm","rate":100})");
    BOOST_REQUIRE(filter);
    BOOST_TEST(filter->rate == 100u);
    BOOST_TEST(filter->filter.destination == "crm");
    BOOST_TEST(bulk(R"({"all":true})").has_value());
    auto const since = bulk(R"({"from":1795651000000,"to":"2026-11-26T09:00:00Z"})");
    BOOST_REQUIRE(since);
    BOOST_TEST(since->filter.from->time_since_epoch().count() == 1'795'651'000'000);
    BOOST_TEST(since->filter.until->time_since_epoch().count() == 1'795'683'600'000);
    for (auto const* bad : {"1.5", "-1", "1e3", "true", "99999999999999999999", "[1]"})
        BOOST_TEST(!bulk(std::string(R"({"from":)") + bad + "}").has_value(), bad);
    // Nothing said is not everything.
    for (auto const* nothing : {"{}", R"({"all":false})", R"({"rate":5})", R"({"destination":""})"})
        BOOST_TEST(wrong(bulk(nothing)) == "422 ", nothing);
    BOOST_TEST(wrong(bulk(std::string(R"({"all":true,"ids":[")") + an_id + R"("]})")) ==
               "422 /ids");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_bulk_operation_is_named) {
    BOOST_TEST(wrong(bulk(R"({"ids":[]})")) == "422 /ids");
    BOOST_TEST(wrong(bulk(R"({"ids":["x",1]})")) == "422 /ids/0 /ids/1");
    BOOST_TEST(wrong(bulk(R"({"all":true,"rate":0})")) == "422 /rate");
    BOOST_TEST(wrong(bulk(R"({"all":true,"rate":1.5})")) == "422 /rate");
    BOOST_TEST(wrong(bulk(R"({"all":"yes"})")) == "422 /all");
    BOOST_TEST(wrong(bulk(R"({"all":true,"state":"ready"})")) == "422 /state");
    BOOST_TEST(wrong(bulk("[]")) == "422 ");
    BOOST_TEST(wrong(bulk("{")) == "400");
    BOOST_TEST(wrong(bulk("<a/>", task_list::dead, "application/xml")) == "415");
}

BOOST_AUTO_TEST_CASE(what_a_customer_quotes_is_read) {
    auto const page = read_page_request("contact=%2B91+98799-64805&client=c1&flow=f1&order_key=o&"
                                        "idempotency_key=k&webhook_id=mine&text=hello",
                                        task_list::all);
    BOOST_REQUIRE(page);
    BOOST_TEST(page->contents.contact == "+91 98799-64805");
    BOOST_TEST(page->contents.client == "c1");
    BOOST_TEST(page->contents.flow == "f1");
    BOOST_TEST(page->filter.order_key == "o");
    BOOST_TEST(page->filter.has_key);
    BOOST_TEST(page->contents.idempotency_key == "k");
    BOOST_TEST(page->contents.webhook_id == "mine");
    BOOST_TEST(page->contents.text == "hello");
    BOOST_TEST(!page->only);
    auto const own = read_page_request(std::string("webhook_id=") + an_id, task_list::all);
    BOOST_TEST(own->only.has_value());
    auto const batch = read_page_request("webhook_id=batch_00000000000000ff", task_list::all);
    BOOST_TEST(batch->filter.batch == 255U);
    BOOST_TEST(batch->contents.is_empty());
    BOOST_TEST(wrong_page("text=" + std::string(1025, 'x')) == "422 text");
}

BOOST_AUTO_TEST_CASE(finished_tasks_are_replayed_by_any_filter) {
    auto const delivered =
        bulk(R"({"destination":"crm","rate":5,"dry_run":true})", task_list::finished);
    BOOST_REQUIRE(delivered);
    BOOST_TEST(delivered->is_dry_run);
    BOOST_TEST(delivered->filter.states.has(task_state::delivered));
    BOOST_TEST(!delivered->filter.states.has(task_state::dead));
    auto const of_one =
        bulk(R"({"contact":"9879964805","state":"dead,delivered"})", task_list::finished);
    BOOST_REQUIRE(of_one);
    BOOST_TEST(of_one->contents.contact == "9879964805");
    BOOST_TEST(of_one->filter.states.has(task_state::dead));
    BOOST_TEST(wrong(bulk(R"({"state":"ready"})", task_list::finished)) == "422 /state");
    BOOST_TEST(wrong(bulk(R"({"dry_run":true})", task_list::finished)) == "422 ");
    BOOST_TEST(wrong(bulk(R"({"contact":"1"})", task_list::dead)) == "422 /contact");
}

BOOST_AUTO_TEST_CASE(only_waiting_tasks_can_be_cancelled) {
    auto const all = bulk(R"({"all":true})", task_list::all);
    BOOST_REQUIRE(all);
    for (auto const s : {task_state::scheduled, task_state::ready, task_state::retry_wait}) {
        BOOST_TEST(all->filter.states.has(s));
    }
    BOOST_TEST(!all->filter.states.has(task_state::in_flight));
    BOOST_TEST(!all->filter.states.has(task_state::dead));
    auto const some = bulk(R"({"state":["scheduled","ready"]})", task_list::all);
    BOOST_REQUIRE(some);
    BOOST_TEST(!some->filter.states.has(task_state::retry_wait));
    BOOST_TEST(wrong(bulk(R"({"state":"delivered"})", task_list::all)) == "422 /state");
    BOOST_TEST(wrong(bulk(R"({"state":[1]})", task_list::all)) == "422 /state");
}

BOOST_AUTO_TEST_CASE(listeners_choose_what_they_hear) {
    BOOST_TEST(read_event_request("")->kinds.has(event_kind::clock));
    auto const some = read_event_request("types=attempt,finished&destination=crm");
    BOOST_REQUIRE(some);
    BOOST_TEST(some->kinds.has(event_kind::attempt));
    BOOST_TEST(!some->kinds.has(event_kind::synced));
    BOOST_TEST(some->destination == "crm");
    BOOST_TEST(wrong(read_event_request("types=nonsense&x=1")) == "422 types x");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace queries_test
