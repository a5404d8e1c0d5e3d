// The statements about members, fences and adopted logs, one function each; no decision beyond what
// a statement decides. Used on the membership's thread with its connection. Blocking.
//
// What makes them safe: whoever takes a log over counts its owner's row up in the same transaction,
// and only from the value it has seen there, so that a renewal and a take-over exclude each other;
// the fence is raised in it, one a transaction. A renewal need not be on a standby: a counter that
// jumps back after a fail-over is one that moved. A fence must.
#pragma once

#include "queue/postgres/connection.hpp"
#include "queue/postgres/process_identity.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::queue::postgres {

// Whoever takes a row, or the log of its owner, sets the counter to the next multiple of this.
// Renewals are not confirmed by a standby: after a fail-over the counter may be behind what its
// owner counts, and a step of one would meet it.
inline constexpr std::int64_t renewals_of_an_owner = std::int64_t{1} << 32;

struct member_row {
    std::string name;
    std::uint32_t log = 0;
    std::int64_t renewals = 0; // counts on; a new owner begins at the next `renewals_of_an_owner`
    bool is_stopped = false;
    std::chrono::milliseconds lease{0};
    std::int64_t epoch = 0; // of its log's fence; 0: the fence is not there
    std::string advertise;
    std::string version;
    process_identity process; // `find_member` alone reads it
    bool is_adopted = false;  // others have begun to take its log over; find_member alone
};

struct adopted_row {
    std::uint32_t log = 0;
    std::uint32_t by = 0; // whose owner raised the fence
    bool is_done = false;
    std::int64_t epoch = 0;
};

struct slice_row {
    std::uint32_t log = 0;
    std::uint32_t by = 0;
};

// Everybody, in one statement.
struct cluster_rows {
    std::vector<member_row> members;
    std::vector<adopted_row> adopted;
    std::vector<slice_row> slices; // of logs whose adoption is not done: who holds some
};

// What a member writes about itself.
struct member_self {
    std::string name;
    std::string advertise;
    std::string version;
    std::chrono::milliseconds lease{0};
    process_identity process;
};

// Whether a row was changed, or its counter did not stand where it was seen.
enum class row_change { done, moved };

class member_table {
  public:
    // Both must outlive this. `timeout` is for each statement.
    member_table(connection& to, std::chrono::milliseconds timeout);

    // Renewals of this session are not waited for on a standby. Once a connection.
    boost::system::result<void> prepare();

    boost::system::result<std::optional<member_row>> find_member(std::string_view name);
    // A member that is new here; nothing where another gateway took the name meanwhile.
    boost::system::result<std::optional<member_row>> insert_member(member_self const& self);
    // Makes the row ours where its counter still stands at `seen`: raises the fence, or gives a new
    // log where others have taken the old one over. Nothing where the counter moved.
    boost::system::result<std::optional<member_row>> take_row(member_self const& self,
                                                              member_row const& seen);
    // The counter after it; nothing where it does not stand at `seen.renewals` or the log changed.
    boost::system::result<std::optional<std::int64_t>> renew(member_row const& seen);
    // Leaves the cluster.
    boost::system::result<row_change> stop(member_row const& seen);

    boost::system::result<cluster_rows> look();
    // Who holds the slices of a log whose adoption is done.
    boost::system::result<std::vector<slice_row>> holders(std::uint32_t log);

    // Raises the fence of a log, so that its slices may be adopted by everybody. `by` is the
    // caller's log, `owner` its name.
    boost::system::result<row_change> claim(std::uint32_t log, std::int64_t renewals,
                                            std::uint32_t by, std::string_view owner);
    // Forgets a member whose log has been adopted to the end.
    boost::system::result<void> forget_adopted();

  private:
    // BEGIN, with commits that wait for a standby and locks that are not waited for long.
    boost::system::result<void> begin();
    boost::system::result<void> commit();
    void roll_back();
    boost::system::result<rows> run(std::string_view sql, parameters const& values);

    connection& to_;
    std::chrono::milliseconds timeout_;
};

} // namespace sluice::queue::postgres
