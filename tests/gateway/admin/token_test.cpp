#include "gateway/admin/calls.hpp"
#include "gateway/admin/door.hpp"
#include "gateway/admin/task_calls.hpp"

#include <boost/test/unit_test.hpp>

namespace token_test {

namespace admin = sluice::gateway::admin;
using sluice::gateway::config::secret;

namespace {

int status_of(std::optional<secret> const& token, std::string_view authorization, bool changes) {
    auto const may = admin::check_token(token, authorization, changes);
    return may ? 200 : may.error().status;
}

} // namespace

BOOST_AUTO_TEST_SUITE(token)

BOOST_AUTO_TEST_CASE(every_call_needs_the_token) {
    std::optional<secret> const wanted = secret("s3cret");
    for (bool const changes : {false, true}) {
        BOOST_TEST(status_of(wanted, "Bearer s3cret", changes) == 200);
        BOOST_TEST(status_of(wanted, "bearer s3cret", changes) == 200);
        for (auto const* other : {"", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3cretx",
                                  "Basic s3cret", "s3cret", "Bearer S3CRET"}) {
            BOOST_TEST(status_of(wanted, other, changes) == 401, other);
        }
    }
    BOOST_TEST(admin::check_token(wanted, "", false).error().wants_credentials);
}

BOOST_AUTO_TEST_CASE(without_a_configured_token_nothing_can_be_changed) {
    BOOST_TEST(status_of({}, "", false) == 200);
    BOOST_TEST(status_of({}, "", true) == 403);
    BOOST_TEST(status_of({}, "Bearer anything", true) == 403);
    BOOST_TEST(admin::check_token({}, "", true).error().detail.find("admin_token") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_callers_and_destinations_wrote_is_hidden_from_the_unknown) {
    sluice::queue::task_details task;
    task.destination = "crm";
    task.result = R"({"name":"Asha"})";
    task.reason = "no call to +919876543210";
    sluice::queue::attempt_note note;
    note.status = 500;
    note.response = "Asha is out";
    note.detail = "919876543210 is busy";
    task.notes.push_back(note);
    admin::hide_contents(task);
    BOOST_TEST(task.destination == "crm");
    BOOST_TEST(task.result == "");
    BOOST_TEST(task.reason.find("9876543") == std::string::npos);
    BOOST_TEST(task.notes.at(0).status == 500);
    BOOST_TEST(task.notes.at(0).response == "");
    BOOST_TEST(task.notes.at(0).detail.find("9876543") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(own_hosts_are_addresses_localhost_and_configured_names) {
    std::vector<std::string> const names{"ops.example.com"};
    for (auto const* host : {"", "127.0.0.1:80", "[fe80::1]", "localhost:81", "OPS.example.com"})
        BOOST_TEST(admin::is_own_host(host, names), host);
    for (auto const* host : {"evil.example", "ops.example.com.", "1.2.3.4.evil", "[evil]", "["})
        BOOST_TEST(!admin::is_own_host(host, names), host);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace token_test
