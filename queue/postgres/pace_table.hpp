// The statements about who holds what of the destinations' limits: one to look, one to write,
// however many destinations there are. Used on the thread of `pace_member` with its connection.
// Blocking.
#pragma once

#include "queue/core/share_keeper.hpp"
#include "queue/postgres/connection.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace sluice::queue::postgres {

class pace_table {
  public:
    // `to` must outlive this. `timeout` is for each statement.
    pace_table(connection& to, std::chrono::milliseconds timeout)
        : to_(to)
        , timeout_(timeout) {}

    // Books and owners as of one moment: whoever holds something in a book and is not among the
    // living has ended for good.
    struct sight {
        std::vector<share_keeper::answer> books; // whose version is not the one that is known
        std::set<share_owner> living;
    };
    boost::system::result<sight> look(std::vector<share_keeper::question> const& known);

    // The destinations whose book was written. The others have another version by now, or are just
    // being written. Errors: those of the connection; after `unknown` it may yet happen.
    boost::system::result<share_keeper::versions>
    write(std::vector<share_keeper::entry> const& entries);

    // A page of the books in which nobody who lives holds or wants anything, in the order of their
    // names from behind `after`: their versions.
    struct page {
        share_keeper::versions books;
        std::string last; // the name to go on behind; empty: that was all
    };
    boost::system::result<page> unused(std::string const& after, std::size_t most);
    // Those that still have these versions are gone; how many. No version that they had comes back.
    boost::system::result<std::uint64_t> drop(share_keeper::versions const& books);

  private:
    connection& to_;
    std::chrono::milliseconds timeout_;
};

} // namespace sluice::queue::postgres
