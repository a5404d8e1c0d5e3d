// Any gateway of a cluster answers for all: what callers and operators see.
#include "codecs/json.hpp"
#include "tests/gateway/cluster/small_cluster.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace any_gateway_test {

using namespace sluice;
using namespace sluice::tests;
using namespace std::chrono_literals;

namespace {

boost::json::value json_of(http_response const& answer) {
    return codecs::parse_json(answer.body).value();
}

std::string text_at(http_response const& answer, std::string_view pointer) {
    auto const whole = json_of(answer);
    boost::system::error_code ec;
    auto const* found = whole.find_pointer(pointer, ec);
    if (!found) return "(nothing)";
    return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

// A task that waits for an hour; its id.
std::string post(small_gateway& to, std::string const& destination = "crm") {
    auto const answer =
        to.callers().post("/v1/tasks", small_cluster::bearer(),
                          R"({"destination":")" + destination + R"(","delay":"1h","body":"x"})");
    BOOST_REQUIRE_MESSAGE(answer.status == 202, answer.body);
    return text_at(answer, "/id");
}

// A closed port of loopback.
std::string nobody() {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), 0});
    return "127.0.0.1:" + std::to_string(taken.local_endpoint().port());
}

// Takes connections and says nothing, as a frozen gateway does.
struct frozen_gateway {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor taken{io, {boost::asio::ip::address_v4::loopback(), 0}};
    std::string address() const {
        return "127.0.0.1:" + std::to_string(taken.local_endpoint().port());
    }
};

struct three_gateways : small_cluster {
    three_gateways()
        : small_cluster(3) {}

    void move(std::size_t place, std::string const& address) {
        see([&](auto& seen) { seen.members[place].advertise = address; });
    }
    void lose(std::size_t place) {
        see([&](auto& seen) { seen.members[place].is_alive = false; });
    }
    auto& here() { return (*this)[0]; }
    auto& there() { return (*this)[1]; }
};

std::set<std::string> ids_in(http_response const& answer) {
    std::set<std::string> ids;
    auto const whole = json_of(answer);
    for (auto const& task : whole.at("tasks").as_array())
        ids.emplace(task.at("id").as_string());
    return ids;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(any_gateway, three_gateways)

BOOST_AUTO_TEST_CASE(a_task_is_shown_and_explained_by_every_gateway) {
    auto const id = post(there());
    for (std::size_t i = 0; i < size(); ++i) {
        auto client = (*this)[i].callers();
        auto const shown = client.get("/v1/tasks/" + id, bearer());
        BOOST_TEST(shown.status == 200);
        BOOST_TEST(text_at(shown, "/id") == id);
        BOOST_TEST(text_at(shown, "/state") == "scheduled");
        auto const why = client.get("/v1/tasks/" + id + "/explain", bearer());
        BOOST_TEST(why.status == 200);
        BOOST_TEST(text_at(why, "/reasons/0/kind") == "not_due");
    }
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_gateway_has_the_format_that_is_wanted) {
    auto const id = post(there());
    auto headers = bearer();
    headers.push_back({"Accept", "application/xml"});
    auto const shown = here().callers().get("/v1/tasks/" + id, headers);
    BOOST_TEST(shown.status == 200);
    BOOST_TEST(shown.header("Content-Type") == "application/xml");
    BOOST_TEST(shown.body.find("<id>" + id + "</id>") != std::string::npos);
    BOOST_TEST(here().callers().request("HEAD", "/v1/tasks/" + id, bearer()).status == 200);
}

BOOST_AUTO_TEST_CASE(a_task_is_cancelled_by_any_gateway) {
    auto const id = post(there());
    auto client = here().callers();
    BOOST_TEST(client.request("DELETE", "/v1/tasks/" + id, bearer()).status == 200);
    BOOST_TEST(text_at(client.get("/v1/tasks/" + id, bearer()), "/cancelled_by") == "the caller");
    auto const again = client.request("DELETE", "/v1/tasks/" + id, bearer());
    BOOST_TEST(again.status == 409);
    BOOST_TEST(again.header("Content-Type") == "application/problem+json");
}

BOOST_AUTO_TEST_CASE(the_task_of_another_account_is_unknown_everywhere) {
    auto const id = post(there());
    BOOST_TEST(here().callers().get("/v1/tasks/" + id, stranger()).status == 404);
    BOOST_TEST(here().callers().request("DELETE", "/v1/tasks/" + id, stranger()).status == 404);
    BOOST_TEST(there().callers().get("/v1/tasks/" + id, stranger()).status == 404);
}

BOOST_AUTO_TEST_CASE(a_task_is_unknown_only_when_all_have_answered) {
    std::string const path = "/v1/tasks/019ab3de-4c00-7abc-8123-456789abcdef";
    BOOST_TEST(here().callers().get(path, bearer()).status == 404);
    move(2, nobody());
    auto const open = here().callers().get(path, bearer());
    BOOST_TEST(open.status == 503);
    BOOST_TEST(!open.header("Retry-After").empty());
    BOOST_TEST(text_at(open, "/missing") == R"(["gw-3"])");
    // What somebody has is told all the same.
    auto const id = post(there());
    BOOST_TEST(here().callers().get("/v1/tasks/" + id, bearer()).status == 200);
    lose(2);
    BOOST_TEST(here().callers().get(path, bearer()).status == 503);
    see([](auto& seen) { seen.adopted.push_back({3, {1}}); });
    BOOST_TEST(here().callers().get(path, bearer()).status == 404);
}

BOOST_AUTO_TEST_CASE(nobody_waits_long_for_a_frozen_gateway) {
    frozen_gateway frozen;
    move(2, frozen.address());
    // The client gives up after ten seconds.
    auto const answer =
        here().callers(10s).get("/v1/tasks/019ab3de-4c00-7abc-8123-456789abcdef", bearer());
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(text_at(answer, "/missing") == R"(["gw-3"])");
}

BOOST_AUTO_TEST_CASE(a_group_is_shown_by_every_gateway) {
    auto const made = there().callers().post(
        "/v1/tasks", bearer(), R"({"destination":["crm","erp"],"delay":"1h","body":"x"})");
    BOOST_REQUIRE_MESSAGE(made.status == 202, made.body);
    auto const path = "/v1/tasks?group=" + text_at(made, "/request-id");
    for (std::size_t i = 0; i < size(); ++i) {
        auto const shown = (*this)[i].callers().get(path, bearer());
        BOOST_TEST(shown.status == 200);
        BOOST_TEST(text_at(shown, "/tasks/0/id") == text_at(made, "/ids/0"));
        BOOST_TEST(text_at(shown, "/tasks/1/id") == text_at(made, "/ids/1"));
        BOOST_TEST((*this)[i].callers().get(path, stranger()).status == 404);
    }
    move(2, nobody());
    auto const part = here().callers().get(path, bearer());
    BOOST_TEST(part.status == 200);
    BOOST_TEST(text_at(part, "/missing") == R"(["gw-3"])");
}

BOOST_AUTO_TEST_CASE(operators_see_at_which_gateway_a_task_lives) {
    auto const id = post(there());
    for (std::size_t i = 0; i < size(); ++i) {
        auto client = (*this)[i].operators();
        auto const shown = client.get("/v1/tasks/" + id, admin());
        BOOST_TEST(shown.status == 200);
        BOOST_TEST(text_at(shown, "/gateway") == "gw-2");
        BOOST_TEST(text_at(client.get("/v1/tasks/" + id + "/explain", admin()), "/gateway") ==
                   "gw-2");
    }
    auto const copy = here().operators().post("/v1/tasks/" + id + "/replay", admin(), {});
    BOOST_TEST(copy.status == 202);
    BOOST_TEST(text_at(copy, "/gateway") == "gw-2");
    auto const gone = here().operators().request("DELETE", "/v1/tasks/" + id, admin());
    BOOST_TEST(gone.status == 200);
    BOOST_TEST(text_at(gone, "/gateway") == "gw-2");
    BOOST_TEST(text_at(here().operators().get("/v1/tasks/" + id, admin()), "/cancelled_by") ==
               "an operator at 127.0.0.1");
}

BOOST_AUTO_TEST_CASE(a_search_finds_the_tasks_of_all_gateways_page_by_page) {
    std::set<std::string> all;
    for (int n = 0; n < 12; ++n)
        all.insert(post((*this)[static_cast<std::size_t>(n) % size()]));
    auto client = here().operators();
    std::set<std::string> found;
    std::string cursor;
    int pages = 0;
    do {
        auto const page = client.get("/v1/tasks?limit=5" + cursor, admin());
        BOOST_REQUIRE_MESSAGE(page.status == 200, page.body);
        if (cursor.empty()) BOOST_TEST(text_at(page, "/total") == "12");
        auto const ids = ids_in(page);
        BOOST_TEST(ids.size() <= 5u);
        found.insert(ids.begin(), ids.end());
        cursor = text_at(page, "/next") == "null" ? "" : "&cursor=" + text_at(page, "/next");
    } while (!cursor.empty() && ++pages < 10);
    BOOST_TEST(found == all, boost::test_tools::per_element());
    BOOST_TEST(client.get("/v1/tasks?cursor=q.", admin()).status == 422);
    BOOST_TEST(client.get("/v1/tasks?nothing=1", admin()).status == 422);
    move(2, nobody());
    BOOST_TEST(text_at(client.get("/v1/tasks", admin()), "/missing") == R"(["gw-3"])");
}

BOOST_AUTO_TEST_CASE(a_destination_is_paused_at_every_gateway) {
    post(here());
    post(there());
    auto const paused = here().operators().post("/v1/destinations/crm/pause", admin(),
                                                R"({"by":"the night shift"})");
    BOOST_TEST(paused.status == 200);
    for (std::size_t i = 0; i < size(); ++i) {
        auto const shown = (*this)[i].operators().get("/v1/destinations/crm", admin());
        BOOST_TEST(text_at(shown, "/state") == "paused");
        BOOST_TEST(text_at(shown, "/by") == "the night shift");
        BOOST_TEST(text_at(shown, "/tasks/scheduled") == "2");
        BOOST_TEST(text_at(shown, "/gateways/0/state") == "paused");
        BOOST_TEST(text_at(shown, "/gateways/2/state") == "paused");
    }
    move(2, nobody());
    auto const half = here().operators().post("/v1/destinations/crm/resume", admin(), {});
    BOOST_TEST(half.status == 200); // the third reads it in the table
    BOOST_TEST(text_at(half, "/state") == "open");
    BOOST_TEST(text_at(half, "/missing") == R"(["gw-3"])");
    auto const listed = here().operators().get("/v1/destinations", admin());
    BOOST_TEST(text_at(listed, "/destinations/0/name") == "crm");
    BOOST_TEST(text_at(listed, "/destinations/0/state") == "open");
    BOOST_TEST(text_at(listed, "/missing") == R"(["gw-3"])");
    BOOST_TEST(here().operators().get("/v1/destinations/none", admin()).status == 503);
}

BOOST_AUTO_TEST_CASE(a_pause_that_cannot_be_written_changes_nothing_anywhere) {
    BOOST_TEST(here().operators().post("/v1/destinations/none/pause", admin(), {}).status == 404);
    BOOST_TEST(rows() == 0U);
    take_store_away();
    auto const refused = here().operators().post("/v1/destinations/crm/pause", admin(), {});
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(!refused.header("Retry-After").empty());
    for (std::size_t i = 0; i < size(); ++i) {
        auto const shown = (*this)[i].operators().get("/v1/destinations/crm", admin());
        BOOST_TEST(text_at(shown, "/state") == "open");
    }
}

BOOST_AUTO_TEST_CASE(tasks_are_cancelled_everywhere_by_one_call) {
    for (int n = 0; n < 9; ++n)
        post((*this)[static_cast<std::size_t>(n) % size()]);
    auto const kept = post(there(), "erp");
    auto client = here().operators();
    auto const done = client.post("/v1/tasks:cancel", admin(), R"({"destination":"crm"})");
    BOOST_TEST(done.status == 200);
    BOOST_TEST(text_at(done, "/state") == "ended");
    BOOST_TEST(text_at(done, "/matched") == "9");
    BOOST_TEST(text_at(done, "/done") == "9");
    auto const number = text_at(done, "/id");
    auto const seen = (*this)[2].operators().get("/v1/jobs/" + number, admin());
    BOOST_TEST(text_at(seen, "/done") == "9");
    auto const jobs = there().operators().get("/v1/jobs", admin());
    BOOST_TEST(text_at(jobs, "/jobs/0/id") == number);
    BOOST_TEST(text_at(jobs, "/jobs/1") == "(nothing)");
    BOOST_TEST(client.request("DELETE", "/v1/jobs/" + number, admin()).status == 409);
    BOOST_TEST(client.get("/v1/jobs/7", admin()).status == 404);
    auto const other = here().operators().get("/v1/tasks/" + kept, admin());
    BOOST_TEST(text_at(other, "/state") == "scheduled");
}

// A person saw a list of all gateways' tasks: all of them count together.
BOOST_AUTO_TEST_CASE(what_was_expected_is_expected_of_all_together) {
    for (int n = 0; n < 9; ++n)
        post((*this)[static_cast<std::size_t>(n) % size()]);
    auto client = here().operators();
    auto const list = client.get("/v1/tasks?destination=crm", admin());
    BOOST_TEST(text_at(list, "/total") == "9");
    BOOST_TEST(text_at(list, "/at").size() == 24U);
    auto const more =
        client.post("/v1/tasks:cancel", admin(), R"({"destination":"crm","expected":8})");
    BOOST_TEST(more.status == 409);
    BOOST_TEST(text_at(more, "/matched") == "9");
    BOOST_TEST(text_at(client.get("/v1/tasks?state=scheduled", admin()), "/total") == "9");
    auto const done =
        client.post("/v1/tasks:cancel", admin(), R"({"destination":"crm","expected":9})");
    BOOST_TEST(done.status == 200);
    BOOST_TEST(text_at(done, "/done") == "9");
    BOOST_TEST(client.post("/v1/tasks:cancel", admin(), R"({"expected":9})").status == 422);
}

BOOST_AUTO_TEST_CASE(a_dry_run_counts_each_task_that_is_named_once) {
    auto const one = post(here());
    auto const other = post(there());
    auto const body = R"({"dry_run":true,"ids":[")" + one + R"(",")" + other + R"(",")" + one +
                      R"(","019ab3de-4c00-7abc-8123-456789abcdef"]})";
    auto client = here().operators();
    for (auto const* path : {"/v1/tasks:cancel", "/v1/tasks:replay"}) {
        auto const dry = client.post(path, admin(), body);
        BOOST_TEST(dry.status == 200, dry.body);
        BOOST_TEST(text_at(dry, "/matched") == "2", path << dry.body);
    }
    BOOST_TEST(text_at(client.post("/v1/dead:redrive", admin(), body), "/matched") == "0");
}

BOOST_AUTO_TEST_CASE(tasks_that_are_named_are_found_wherever_they_are) {
    auto const one = post(here());
    auto const other = post(there());
    auto const done = here().operators().post("/v1/tasks:cancel", admin(),
                                              R"({"ids":[")" + one + R"(",")" + other +
                                                  R"(","019ab3de-4c00-7abc-8123-456789abcdef"]})");
    BOOST_TEST(done.status == 200);
    BOOST_TEST(text_at(done, "/matched") == "3");
    BOOST_TEST(text_at(done, "/done") == "2");
    BOOST_TEST(text_at(done, "/refused") == "1");
    BOOST_TEST(here().operators().post("/v1/tasks:cancel", admin(), "{}").status == 422);
}

BOOST_AUTO_TEST_CASE(a_paced_job_shares_its_rate_and_is_stopped_everywhere) {
    for (int n = 0; n < 9; ++n)
        post((*this)[static_cast<std::size_t>(n) % size()]);
    auto client = here().operators();
    auto const begun = client.post("/v1/tasks:cancel", admin(), R"({"all":true,"rate":3})");
    BOOST_TEST(begun.status == 202);
    BOOST_TEST(begun.header("Location") == "/v1/jobs/" + text_at(begun, "/id"));
    BOOST_TEST(text_at(begun, "/rate") == "3");
    auto const stopped =
        (*this)[2].operators().request("DELETE", "/v1/jobs/" + text_at(begun, "/id"), admin());
    BOOST_TEST(stopped.status == 200);
    BOOST_TEST(text_at(stopped, "/state") == "stopped");
}

BOOST_AUTO_TEST_CASE(operators_need_the_token_of_the_gateway_they_ask) {
    auto const id = post(there());
    BOOST_TEST(here().operators().get("/v1/tasks/" + id).status == 401);
    BOOST_TEST(here().operators().post("/v1/tasks:cancel", {}, R"({"all":true})").status == 401);
}

BOOST_AUTO_TEST_CASE(the_internal_calls_are_nowhere_else) {
    BOOST_TEST(here().callers().get("/cluster/admin/v1/tasks", admin()).status == 404);
    BOOST_TEST(here().operators().get("/cluster/admin/v1/tasks", admin()).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(any_gateway_of_no_cluster)

BOOST_AUTO_TEST_CASE(a_gateway_with_another_secret_is_not_believed) {
    small_cluster strangers(std::vector<std::string>{"a secret", "another secret"});
    auto const id = post(strangers[1]);
    auto const answer = strangers[0].callers().get("/v1/tasks/" + id, small_cluster::bearer());
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(text_at(answer, "/missing") == R"(["gw-2"])");
}

BOOST_AUTO_TEST_CASE(the_internal_listener_speaks_to_nobody_in_plain_text) {
    small_cluster alone(1);
    auto const address = alone[0].internal_address();
    auto const port = std::stoul(address.substr(address.rfind(':') + 1));
    http_client client(static_cast<std::uint16_t>(port));
    BOOST_TEST(!client.try_request("GET", "/cluster/admin/v1/tasks"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace any_gateway_test
