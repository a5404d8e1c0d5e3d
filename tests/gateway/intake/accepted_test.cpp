#include "codecs/reply_body.hpp"
#include "gateway/intake/accepted.hpp"
#include "gateway/server/handler.hpp"
#include "gateway/server/pipeline.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace accepted_test {

using namespace sluice;
using namespace sluice::gateway;

BOOST_AUTO_TEST_SUITE(accepted)

BOOST_AUTO_TEST_CASE(a_kept_answer_is_the_call_again) {
    queue::task_id_generator ids(7);
    for (auto const kind : {intake::accepted_kind::webhook, intake::accepted_kind::task,
                            intake::accepted_kind::tasks, intake::accepted_kind::batch}) {
        for (bool const flag : {false, true}) {
            intake::accepted_call call;
            call.kind = kind;
            call.format = flag ? codecs::media_kind::xml : codecs::media_kind::json;
            call.is_group = flag;
            call.is_scheduled = !flag;
            call.not_before = queue::wall_time(std::chrono::milliseconds(1'764'000'000'000));
            call.request_id = ids.next(call.not_before);
            call.rest = "{\"results\":[]} and 123";
            auto const text = to_kept_answer(call);
            auto const read = intake::from_kept_answer(text);
            BOOST_REQUIRE(read);
            BOOST_TEST((read->kind == call.kind && read->format == call.format));
            BOOST_TEST(read->is_group == call.is_group);
            BOOST_TEST(read->is_scheduled == call.is_scheduled);
            BOOST_TEST((read->request_id == call.request_id));
            BOOST_TEST((read->not_before == call.not_before));
            BOOST_TEST(read->rest == call.rest);
        }
    }
}

namespace {

class silent final : public server::handler {
  public:
    void handle(server::exchange&) override {}
};

// What `call` is answered: the body.
std::string body_of(intake::accepted_call const& call) {
    silent nobody;
    server::server_shared shared{{}, nobody};
    struct : server::pipeline_owner {
        void answer_is_ready() override {}
        bool is_peer_gone() override { return false; }
    } owner;
    server::pipeline line(shared, owner, {}, {});
    server::exchange on(line);
    auto const ready = intake::prepare_accepted(on, call, "fsync");
    std::string lines;
    intake::append_accepted_lines(lines, call, "fsync");
    BOOST_TEST(on.body_scratch().substr(ready.body_size) == lines);
    return on.body_scratch().substr(0, ready.body_size);
}

} // namespace

// It is written as a whole, where nothing but the id differs.
BOOST_AUTO_TEST_CASE(the_usual_answer_is_what_its_values_make) {
    queue::task_id_generator ids(11);
    intake::accepted_call call;
    call.request_id = ids.next(queue::wall_time(std::chrono::milliseconds(1'764'000'000'000)));
    auto const id = to_string(call.request_id);
    std::array<codecs::reply_key, 3> const keys = {{{"$flow.key.obdReqID", id},
                                                    {"$flow.key.obdResponseCode", "202"},
                                                    {"$flow.key.obdPhononUUID", ""}}};
    codecs::reply_body body;
    body.code = 202;
    body.message = "Accepted";
    body.request_id = id;
    body.keys = keys;
    std::string expected;
    codecs::append_reply_json(expected, body);
    BOOST_TEST(body_of(call) == expected);
    call.kind = intake::accepted_kind::proxied;
    BOOST_TEST(body_of(call) == expected);
    call.is_group = true;
    BOOST_TEST(body_of(call) == expected);
    call.is_group = false;
    call.rest = "$flow.key.name ";
    BOOST_TEST(body_of(call).find(R"("unset":["$flow.key.name"])") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(foreign_text_is_no_kept_answer) {
    for (auto const* text : {"", "wj-r", "wj-r00000000-0000-0000-0000-000000000000",
                             "wj-r00000000-0000-0000-0000-00000000000012",
                             "wj-rzzzzzzzz-0000-0000-0000-00000000000012 "}) {
        BOOST_TEST(!intake::from_kept_answer(text), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace accepted_test
