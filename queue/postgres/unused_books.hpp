// Rows about limits of destinations that are there no longer: dropped when nobody holds or wants
// anything of one, this gateway does not know its name, and two looks an hour apart have seen it
// the same. Any gateway may do it at any time. Used on the thread of `pace_member`. Blocking.
//
// The hour is longer than a write whose answer was lost can still be on its way. A row of a
// destination that is known stays: whoever finds none takes the whole burst for unused.
#pragma once

#include "queue/postgres/pace_table.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sluice::queue::postgres {

class unused_books {
  public:
    // Which of these names no lane here has.
    using unknown_names = std::function<std::vector<std::string>(std::vector<std::string> names)>;

    // Drops what the look before has seen so already; how many. Errors: those of the connection.
    boost::system::result<std::uint64_t> look(pace_table& table, unknown_names const& unknown);

    static constexpr std::chrono::hours look_every{1};
    static constexpr std::size_t page_size = 1000;
    static constexpr std::size_t most = 10'000; // remembered from look to look

  private:
    share_keeper::versions seen_; // by the look before
};

} // namespace sluice::queue::postgres
