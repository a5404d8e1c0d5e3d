// Calls with a key in a cluster: what the loop does before, while and after their keys are claimed.
#include "queue/core/error.hpp"
#include "tests/queue/dispatch/loop_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace sluice::queue::claiming_test {

using namespace std::chrono_literals;

// Jobs come to what the test says.
struct fixture : loop_fixture {
    class runner final : public claim_runner {
      public:
        explicit runner(fixture& owner)
            : owner_(owner) {}
        void submit(claim_job&& job) override { owner_.out = std::move(job); }

      private:
        fixture& owner_;
    };

    fixture() { begin(); }
    void begin() {
        out.reset();
        restart();
        core->claim_keys({}, [this](dispatcher::claim_completion done) {
            tell = std::move(done);
            return std::make_unique<runner>(*this);
        });
    }
    // The job that is out comes back; all its keys stand so.
    void come(claim_standing how, std::string const& answer = {}) {
        BOOST_REQUIRE(out.has_value());
        claim_result result;
        for (auto const& want : out->wants)
            result.of_wants.push_back({how, want.what.body, answer});
        auto job = std::move(*out);
        out.reset();
        tell(std::move(job), std::move(result));
        run();
    }

    std::optional<claim_job> out;
    dispatcher::claim_completion tell;
};

BOOST_FIXTURE_TEST_SUITE(claiming, fixture)

BOOST_AUTO_TEST_CASE(a_call_without_a_key_is_written_at_once) {
    auto const id = submit();
    run();
    BOOST_TEST((answer_of(id) == boost::system::error_code()));
    BOOST_TEST(!out.has_value());
    BOOST_TEST(core->claims().jobs == 0U);
}

BOOST_AUTO_TEST_CASE(a_call_with_a_key_is_written_when_its_key_is_claimed) {
    auto const id = submit_once("one");
    run();
    BOOST_TEST(!answer_of(id));
    BOOST_TEST(core->state().counts().live() == 0U);
    come(claim_standing::won);
    BOOST_TEST((answer_of(id) == boost::system::error_code()));
    BOOST_TEST(core->state().counts().live() == 1U);
    pass(100ms);
    BOOST_REQUIRE(out.has_value());
    BOOST_TEST(out->decided == 1U);
    BOOST_TEST(out->is_empty());
    come(claim_standing::won);
    // The same again is known here: nobody is asked.
    auto const again = submit_once("one");
    run();
    BOOST_TEST((answer_of(again) == make_error_code(errc::duplicate_key)));
    BOOST_TEST(!out.has_value());
}

BOOST_AUTO_TEST_CASE(a_repeat_at_the_same_gateway_waits_for_the_claim_of_the_first) {
    auto const first = submit_once("one");
    auto const second = submit_once("one");
    run();
    come(claim_standing::won);
    BOOST_TEST((answer_of(first) == boost::system::error_code()));
    BOOST_TEST((answer_of(second) == make_error_code(errc::duplicate_key)));
}

BOOST_AUTO_TEST_CASE(a_key_that_counts_elsewhere_is_a_repeat_and_leaves_nothing_here) {
    auto const id = submit_once("one");
    run();
    come(claim_standing::counts, "what the other was told");
    BOOST_TEST((answer_of(id) == make_error_code(errc::duplicate_key)));
    BOOST_TEST(core->state().counts().live() == 0U);
    BOOST_TEST(core->state().counts().payload_bytes == 0U);
}

BOOST_AUTO_TEST_CASE(while_the_common_store_does_not_answer_calls_with_a_key_are_refused) {
    options.answer_within = 5s;
    begin();
    auto const first = submit_once("one");
    pass(1100ms);
    auto const second = submit_once("two");
    auto const plain = submit();
    run();
    BOOST_TEST(!answer_of(first));
    BOOST_TEST((answer_of(second) == make_error_code(errc::store_away)));
    BOOST_TEST((answer_of(plain) == boost::system::error_code()));
    pass(4s);
    BOOST_TEST((answer_of(first) == make_error_code(errc::store_away)));
    come(claim_standing::won); // too late: given back
    pass(50ms);
    BOOST_REQUIRE(out.has_value());
    BOOST_TEST(out->given_back.size() == 1U);
    BOOST_TEST(core->state().counts().live() == 1U);
}

BOOST_AUTO_TEST_CASE(a_drain_refuses_who_waits_and_says_what_is_decided_before_it_ends) {
    auto const kept = submit_once("one");
    run();
    come(claim_standing::won);
    BOOST_TEST((answer_of(kept) == boost::system::error_code()));
    auto const late = submit_once("two");
    pass(50ms);
    BOOST_REQUIRE(out.has_value());
    BOOST_TEST(out->wants.size() == 1U);
    answer_all(verdict::delivered, 200);
    bool is_drained = false;
    core->drain([&] { is_drained = true; });
    run();
    BOOST_TEST((answer_of(late) == make_error_code(errc::stopping)));
    pass(100ms);
    BOOST_TEST(!is_drained);
    come(claim_standing::won);
    pass(100ms);
    BOOST_REQUIRE(out.has_value());
    BOOST_TEST(out->given_back.size() == 1U);
    BOOST_TEST(out->decided == 2U);
    come(claim_standing::won);
    pass(100ms);
    BOOST_TEST(is_drained);
}

BOOST_AUTO_TEST_CASE(an_adopted_task_brings_its_key) {
    foreign_slice slice;
    slice.mark = {9, 1, 0};
    foreign_task task;
    task.lane = "crm";
    task.account = "163";
    task.what.task.id = task_id_generator(7).next(time.wall);
    task.what.task.accepted_at = task.what.task.not_before = time.wall;
    auto key = std::make_unique<idempotency>();
    key->key = key->body = {1, 2, 3};
    key->answer = "told";
    task.what.task.extras.made().idempotency = std::move(key);
    slice.tasks.push_back(std::move(task));
    core->adopt(std::move(slice), [](boost::system::error_code) {});
    run();
    auto const* const known = core->state().known_key({1, 2, 3}, false);
    BOOST_REQUIRE(known != nullptr);
    BOOST_TEST(known->answer == "told");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::queue::claiming_test
