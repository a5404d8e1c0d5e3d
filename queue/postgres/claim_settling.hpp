// Decides the claims that a gateway left open when it died: by whoever has read all of its log, the
// adopter or its own successor. A claim whose record is there counts, every other one is taken
// away, so that its key is free. Doing it twice, or several at once, does no harm: everybody reads
// the same log, and nobody can claim in its name any more. Blocking.
#pragma once

#include "queue/core/claim_job.hpp"
#include "queue/postgres/connection.hpp"

#include <chrono>
#include <cstdint>
#include <functional>

namespace sluice::queue::postgres {

// Whether the log has a record with this claim's key and answer.
using claim_record_check = std::function<bool(undecided_claim const&)>;

struct settled_claims {
    std::uint64_t counted = 0;
    std::uint64_t freed = 0;
};

// Those of the log's epochs before `epoch`, whose fence must have been raised. Errors: those of the
// connection; some may have been decided then.
boost::system::result<settled_claims> settle_claims(connection& to, std::uint32_t log,
                                                    std::int64_t epoch,
                                                    claim_record_check const& is_recorded,
                                                    std::chrono::milliseconds timeout);

} // namespace sluice::queue::postgres
