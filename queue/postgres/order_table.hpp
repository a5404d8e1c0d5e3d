// The statements about the homes of order keys, one function each; no decision beyond what a
// statement decides. Used on the thread of order_homes with its connection. Blocking.
//
// What makes them safe: each names the generation it has seen and makes it one more, so that of two
// changes one finds nothing; whoever takes or gives holds the fence of its log meanwhile, so that a
// member that was declared dead changes nothing any more.
#pragma once

#include "queue/postgres/connection.hpp"
#include "queue/postgres/order_rules.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace sluice::queue::postgres {

class order_table {
  public:
    // `to` must outlive this; `log` and `epoch` are the own ones. `timeout` is for each statement.
    order_table(connection& to, std::uint32_t log, std::int64_t epoch,
                std::chrono::milliseconds timeout)
        : to_(to)
        , log_(log)
        , epoch_(epoch)
        , timeout_(timeout) {}

    boost::system::result<order_rows> look();
    // Takes what is still free and as it was seen. How many; errors also where no standby
    // confirmed it, which a later look decides.
    boost::system::result<std::uint64_t> take(std::vector<held_slot> const& seen);
    // Those that were not given away after all: another generation, so that a statement that
    // gives them away and is still on its way finds nothing.
    boost::system::result<std::uint64_t> keep(std::vector<held_slot> const& seen);
    boost::system::result<std::uint64_t> give(std::vector<given_slot> const& what);
    // What a look has shown is on a standby as well, where there is one: a later commit was
    // confirmed. Error: unknown where it was not.
    boost::system::result<void> confirm();

  private:
    boost::system::result<std::uint64_t>
    change(std::string_view sql, std::vector<held_slot> const& seen, std::string const& logs = {});

    connection& to_;
    std::uint32_t log_;
    std::int64_t epoch_;
    std::chrono::milliseconds timeout_;
};

} // namespace sluice::queue::postgres
