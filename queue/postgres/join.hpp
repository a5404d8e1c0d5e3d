// Coming into the cluster: the schema is made, the name becomes a row and a log. A member that was
// here before gets its own log again, with the fence raised: at once where its former self said
// good-bye or is proved to be gone, else when that one's lease has ended without a sign of life.
// Blocking; used by the membership before its thread begins.
#pragma once

#include "queue/postgres/connection.hpp"
#include "queue/postgres/lease.hpp"
#include "queue/postgres/member_table.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace sluice::queue::postgres {

struct join_request {
    connect_options database;
    member_self self; // with the lease of ours
    std::chrono::milliseconds statement_timeout{0};
    // The former self's lease ends after `rest` at the soonest: told again and again meanwhile.
    std::function<void(std::chrono::milliseconds rest)> waiting;
    // Waits; false: give up.
    std::function<bool(std::chrono::milliseconds)> pause;
};

struct joined_member {
    connection to; // on which it was done, ready for more
    member_row row;
    boot_time sent; // since when the lease is ours
};

// Errors, with `why` filled in: those of prepare_schema; name_in_use; refused where `pause` gave
// up. A database that cannot be reached at first is an error at once; one that goes away while we
// wait is waited for.
boost::system::result<joined_member> join_cluster(join_request const& request, std::string& why);

} // namespace sluice::queue::postgres
