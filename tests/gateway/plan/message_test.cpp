#include "gateway/plan/message.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace message_test {

using namespace sluice::gateway;

namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

fields fields_of(plan::message_view const& m) {
    fields all;
    m.for_each_field(
        [&](std::string_view name, std::string_view value) { all.emplace_back(name, value); });
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(message)

BOOST_AUTO_TEST_CASE(the_gateways_own_fields_are_read_back_and_never_sent) {
    std::vector<plan::message_field> const given = {{"Content-Type", "application/json"}};
    sluice::gateway::plan::message m;
    m.fields = given;
    m.url = "https://example.com/cb?a=1";
    m.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    m.is_once = true;
    m.body = ":url https://evil.example/";
    auto const payload = encode(m);
    plan::message_view const read(payload.view());
    BOOST_TEST(read.url() == m.url);
    BOOST_TEST(read.secret() == m.secret);
    BOOST_TEST(read.is_once());
    BOOST_TEST(read.body() == m.body);
    BOOST_TEST((fields_of(read) == fields{{"Content-Type", "application/json"}}));
    auto const plain = encode(sluice::gateway::plan::message{});
    BOOST_TEST(!plan::message_view(plain.view()).is_once());
    BOOST_TEST(plan::message_view(plain.view()).url().empty());
}

BOOST_AUTO_TEST_CASE(head_and_body_apart_come_to_the_same_bytes) {
    std::vector<plan::message_field> const given = {{"Content-Type", "text/xml"}, {"X-Empty", ""}};
    sluice::gateway::call::received_request const came_as{"PUT", "/in/crm/a"};
    sluice::gateway::plan::message m;
    m.method = "PUT";
    m.target = "/a";
    m.fields = given;
    m.received = &came_as;
    std::string head = "of the message before";
    encode_head(m, head);
    for (auto const body : {"", "a body"}) {
        m.body = body;
        BOOST_TEST(plan::encode(head, body).view() == encode(m).view());
    }
}

BOOST_AUTO_TEST_CASE(what_is_encoded_is_read_back) {
    std::vector<plan::message_field> const given = {{"Content-Type", "text/xml"}, {"X-Empty", ""}};
    sluice::gateway::plan::message m;
    m.method = "PUT";
    m.target = "/a%20b?c=d";
    m.fields = given;
    m.body = std::string_view("line\n\n:start-time 9\n\0binary", 27);
    auto const payload = encode(m);
    plan::message_view const read(payload.view());
    BOOST_TEST(read.method() == "PUT");
    BOOST_TEST(read.target() == "/a%20b?c=d");
    BOOST_TEST(read.body() == m.body);
    BOOST_TEST(!read.start_time());
    BOOST_TEST((fields_of(read) == fields{{"Content-Type", "text/xml"}, {"X-Empty", ""}}));
}

BOOST_AUTO_TEST_CASE(the_start_time_is_no_header_field) {
    sluice::gateway::plan::message m;
    m.body = "{\"t\":\"0000000000000000000000000\"}";
    m.start_time = 6;
    m.time_zone = "Asia/Kolkata";
    auto const payload = encode(m);
    plan::message_view const read(payload.view());
    BOOST_REQUIRE(read.start_time());
    BOOST_TEST(*read.start_time() == 6u);
    BOOST_TEST(read.time_zone() == "Asia/Kolkata");
    BOOST_TEST(fields_of(read).empty());
    BOOST_TEST(read.body() == m.body);
}

BOOST_AUTO_TEST_CASE(the_request_it_came_with_is_kept_on_lines_that_are_never_sent) {
    std::string const body = "<a>\r\n  \\n\n</a>";
    call::received_request received{
        "POST", "/v1/webhooks/x?a=1", "application/xml", "curl/8", true, body, 100};
    sluice::gateway::plan::message m;
    m.body = "made";
    m.received = &received;
    auto const payload = encode(m);
    plan::message_view const read(payload.view());
    BOOST_TEST(read.body() == "made");
    BOOST_TEST(fields_of(read).empty());
    auto const came = read.received();
    BOOST_TEST(came.method == "POST");
    BOOST_TEST(came.target == "/v1/webhooks/x?a=1");
    BOOST_TEST(came.content_type == "application/xml");
    BOOST_TEST(came.user_agent == "curl/8");
    BOOST_TEST(came.is_apart);
    BOOST_REQUIRE(came.body);
    BOOST_TEST(*came.body == body);
    BOOST_TEST(came.size == body.size());
}

BOOST_AUTO_TEST_CASE(what_came_in_is_cut_kept_elsewhere_or_is_the_message_itself) {
    sluice::gateway::plan::message m;
    call::received_request received{"POST", "/v1/tasks", {}, {}, true, "0123456789", 4};
    m.received = &received;
    auto const cut = encode(m);
    auto const came = plan::message_view(cut.view()).received();
    BOOST_TEST(came.body.value() == "0123");
    BOOST_TEST(came.size == 10U);
    // Never within a letter: what is no UTF-8 could not be shown as text.
    received.body = "01\xE2\x82\xAC";
    auto const letter = encode(m);
    BOOST_TEST(plan::message_view(letter.view()).received().body.value() == "01");
    received.body.reset();
    auto const elsewhere = encode(m);
    BOOST_TEST(plan::message_view(elsewhere.view()).received().is_apart);
    BOOST_TEST(!plan::message_view(elsewhere.view()).received().body);
    received.is_apart = false;
    auto const itself = encode(m);
    BOOST_TEST(!plan::message_view(itself.view()).received().is_apart);
    auto const nobody = plan::encode({});
    BOOST_TEST(plan::message_view(nobody.view()).received().method.empty());
}

BOOST_AUTO_TEST_CASE(an_empty_body_and_target_are_kept) {
    auto const payload = plan::encode({});
    plan::message_view const read(payload.view());
    BOOST_TEST(read.method() == "POST");
    BOOST_TEST(read.target().empty());
    BOOST_TEST(read.body().empty());
}

BOOST_AUTO_TEST_CASE(foreign_bytes_have_no_method) {
    for (auto const* text : {"", "x", "POST", "POST /\n", "POST /\nName: v\n", "\n\nbody"}) {
        BOOST_TEST(plan::message_view(text).method().empty(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace message_test
