// From what a look read to what the gateway is told of its cluster. Pure.
#pragma once

#include "queue/postgres/lease.hpp"
#include "queue/postgres/member_table.hpp"
#include "queue/postgres/members.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sluice::queue::postgres {

// `slices` are those of all adopted logs. Where a holder was adopted itself, its holders stand in
// its place: `by` has logs of members alone. `self` is our log.
members_view make_view(cluster_rows const& seen, std::span<slice_row const> slices,
                       lease const& lives, std::uint32_t self);

// By what a view differs, as far as anybody acts on it: who is there, alive, stopped, where, and
// who holds what. False for two looks at a quiet cluster.
bool differs(members_view const& before, members_view const& after);

// How many share a destination's limits, ourselves among them: 1 at least.
std::size_t live_members(members_view const& view);

} // namespace sluice::queue::postgres
