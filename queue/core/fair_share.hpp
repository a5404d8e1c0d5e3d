// Shares a lane's sends among accounts by deficit round robin: an account whose turn it is sends
// as many tasks as its weight, then goes behind the others. A million tasks of one account delay
// the single task of another by one turn of each account before it. Owned by a lane.
#pragma once

#include "queue/core/ready_line.hpp"

#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <cstdint>

namespace sluice::queue {

// One account's place among the others; in the ring exactly while its line is not empty.
struct account_share : boost::intrusive::list_base_hook<> {
    ready_line line;
    std::uint32_t weight = 1;
    std::uint32_t credit = 0; // sends left in this turn
};

class fair_share {
  public:
    bool empty() const { return ring_.empty(); }

    // A share whose line got its first task comes last.
    void join(account_share& share) {
        share.credit = 0;
        ring_.push_back(share);
        ++accounts_;
    }
    // A share whose line is empty gives up what was left of its turn.
    void leave(account_share& share) {
        ring_.erase(ring_.iterator_to(share));
        --accounts_;
    }
    std::size_t accounts() const { return accounts_; }

    // The share whose turn it is. Precondition: not empty.
    account_share& front() { return ring_.front(); }
    // `share` sent one: from the front it uses up the turn; a probe of another's costs nothing.
    void charge(account_share& share) {
        if (&share != &ring_.front()) return;
        if (share.credit == 0) share.credit = std::max(share.weight, 1u);
        if (--share.credit == 0) ring_.splice(ring_.end(), ring_, ring_.begin());
    }

    template <class Visit>
    void for_each(Visit&& visit) {
        for (account_share& share : ring_)
            visit(share);
    }
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (account_share const& share : ring_)
            visit(share);
    }

  private:
    boost::intrusive::list<account_share, boost::intrusive::constant_time_size<false>> ring_;
    std::size_t accounts_ = 0;
};

} // namespace sluice::queue
