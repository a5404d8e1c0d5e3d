// The queue before PostgreSQL: bounded, and nobody waits for what does not come.
#include "gateway/tables/write_queue.hpp"
#include "tests/gateway/tables/backend_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace sluice::gateway::tables::test::write_queue_test {

namespace {

constexpr std::chrono::milliseconds no_wait{0};

struct told_write final : postgres_write {
    told_write(inbox& to, bool reading)
        : postgres_write(to)
        , reads(reading) {}

    bool is_reading() const override { return reads; }
    void want(postgres_batch&) override {}
    void decide(postgres_batch&) override {}
    void publish() override {}
    void answer(boost::system::error_code failure) override { told = failure; }

    bool reads;
    std::optional<boost::system::error_code> told;
};

struct waiting_writes {
    std::shared_ptr<told_write> submit(write_queue& to, bool reading = false) {
        auto made = std::make_shared<told_write>(inbox, reading);
        if (auto const refused = to.submit(made)) made->told = refused;
        return made;
    }
    static write_queue::options hasty() { return {3, 20ms, 40ms}; }

    waiting_inbox inbox;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(write_queue_, waiting_writes)

BOOST_AUTO_TEST_CASE(writes_leave_in_their_order_and_come_back_before_the_others) {
    write_queue queue({});
    auto const first = submit(queue);
    auto const second = submit(queue);
    auto const third = submit(queue);
    BOOST_TEST(queue.take(2).size() == 2U);
    BOOST_TEST(queue.waiting() == 1U);
    BOOST_TEST(second->claim()); // told meanwhile: it is not carried out again
    queue.put_back();
    auto const again = queue.take(9);
    BOOST_TEST((again == write_queue::writes{first, third}));
    queue.landed();
    BOOST_TEST(queue.in_flight().empty());
}

BOOST_AUTO_TEST_CASE(more_than_may_wait_are_refused) {
    write_queue queue(hasty());
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(!submit(queue)->told);
    BOOST_TEST((submit(queue)->told == errc::overloaded));
}

BOOST_AUTO_TEST_CASE(who_waits_is_told_when_nothing_is_committed) {
    write_queue queue(hasty());
    queue.begin_work();
    auto const one = submit(queue);
    inbox.run();
    BOOST_TEST((one->told == errc::unavailable));
    BOOST_TEST((submit(queue)->told == errc::unavailable)); // at once
    queue.work_is_done();
    BOOST_TEST(!submit(queue)->told);
}

BOOST_AUTO_TEST_CASE(who_is_in_flight_is_told_at_the_deadline_and_who_only_reads_before) {
    write_queue queue(hasty());
    auto const writes = submit(queue);
    auto const reads = submit(queue, true);
    BOOST_TEST(queue.take(2).size() == 2U);
    queue.begin_work();
    inbox.run();
    BOOST_TEST((reads->told == errc::unavailable));
    while (!writes->told)
        inbox.run();
    BOOST_TEST((writes->told == errc::outcome_unknown));
}

BOOST_AUTO_TEST_CASE(after_the_end_nothing_is_taken_and_nobody_waits) {
    auto queue = std::make_unique<write_queue>(write_queue::options());
    auto const flies = submit(*queue);
    queue->take(1);
    auto const waits = submit(*queue);
    queue->stop();
    BOOST_TEST((submit(*queue)->told == errc::stopping));
    queue.reset();
    inbox.run_for(no_wait);
    inbox.run_for(no_wait);
    BOOST_TEST((flies->told == errc::outcome_unknown));
    BOOST_TEST((waits->told == errc::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace sluice::gateway::tables::test::write_queue_test
