#include "queue/core/fair_share.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <string>

namespace fair_share_test {

namespace {

using namespace sluice::queue;

struct fixture {
    task_table tasks;
    std::deque<account_share> accounts; // before the ring: it must outlive it
    sluice::queue::fair_share ring;
    task_id_generator ids{1};

    account_share& account(std::uint32_t weight, int count) {
        account_share& share = accounts.emplace_back();
        share.weight = weight;
        for (int i = 0; i < count; ++i)
            share.line.push_back(tasks, tasks.insert(ids.next({})));
        ring.join(share);
        return share;
    }
    // Sends up to `most`; a letter for each, by account: a, b, c…
    std::string send(int most) {
        std::string sent;
        for (; most > 0 && !ring.empty(); --most) {
            account_share& share = ring.front();
            for (std::size_t i = 0; i < accounts.size(); ++i) {
                if (&accounts[i] == &share) sent += static_cast<char>('a' + i);
            }
            ring.charge(share);
            share.line.erase(tasks, share.line.first());
            if (share.line.empty()) ring.leave(share);
        }
        return sent;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(fair_share, fixture)

BOOST_AUTO_TEST_CASE(equal_accounts_take_turns) {
    account(1, 3);
    account(1, 3);
    account(1, 3);
    BOOST_TEST(send(99) == "abcabcabc");
}

BOOST_AUTO_TEST_CASE(weights_are_sends_a_turn) {
    account(3, 9);
    account(1, 3);
    BOOST_TEST(send(99) == "aaabaaabaaab");
}

BOOST_AUTO_TEST_CASE(a_newcomer_waits_for_one_turn_of_each) {
    account(2, 1000);
    account(1, 1000);
    BOOST_TEST(send(4) == "aaba"); // in the middle of the first one's turn
    account(1, 1);
    BOOST_TEST(send(5) == "abcaa");
}

BOOST_AUTO_TEST_CASE(an_account_that_ran_dry_saves_no_turns) {
    account_share& a = account(5, 1);
    account(1, 9);
    BOOST_TEST(send(3) == "abb");
    for (int i = 0; i < 9; ++i)
        a.line.push_back(tasks, tasks.insert(ids.next({})));
    ring.join(a);
    BOOST_TEST(send(7) == "baaaaab");
    ring.leave(a);
    BOOST_TEST(ring.accounts() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace fair_share_test
