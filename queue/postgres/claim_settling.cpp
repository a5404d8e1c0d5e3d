#include "queue/postgres/claim_settling.hpp"

#include "queue/postgres/array_text.hpp"
#include "queue/postgres/claim_statement.hpp"

namespace sluice::queue::postgres {

using boost::system::result;
using std::chrono::milliseconds;

namespace {

struct mark {
    std::int64_t epoch = 0;
    std::int64_t decided = 0;
    std::int64_t period = 0;
};

result<std::vector<mark>> open_marks(connection& to, std::uint32_t log, std::int64_t epoch,
                                     milliseconds timeout) {
    auto const found = to.execute("SELECT epoch, decided, period FROM sluice.claim_mark WHERE log "
                                  "= $1::integer AND epoch < $2::bigint AND decided < "
                                  "9223372036854775807",
                                  parameters().add(std::int64_t{log}).add(epoch), timeout);
    if (found.has_error()) return found.error();
    std::vector<mark> all;
    for (std::size_t i = 0; i < found->size(); ++i)
        all.push_back({found->number(i, 0), found->number(i, 1), found->number(i, 2)});
    return all;
}

result<settled_claims> settle(connection& to, std::uint32_t log, mark const& of,
                              claim_record_check const& is_recorded, milliseconds timeout) {
    auto const open = to.execute(
        "SELECT key, turn, answer FROM sluice.claim WHERE log = $1::integer AND epoch = "
        "$2::bigint AND turn > $3::bigint AND period >= $4::integer",
        parameters().add(std::int64_t{log}).add(of.epoch).add(of.decided).add(of.period), timeout);
    if (open.has_error()) return open.error();
    settled_claims done;
    array_text keys;
    array_text turns;
    for (std::size_t i = 0; i < open->size(); ++i) {
        auto const key = open->bytes(i, 0);
        undecided_claim const one{claim_name_of(key), of.epoch,
                                  static_cast<claim_turn>(open->number(i, 1)), open->bytes(i, 2)};
        if (is_recorded(one)) {
            ++done.counted;
            continue;
        }
        ++done.freed;
        keys.add_bytes(key);
        turns.add(open->number(i, 1));
    }
    auto const freed = to.execute(
        "DELETE FROM sluice.claim c USING unnest($3::bytea[], $4::bigint[]) AS b(key, "
        "turn) WHERE c.key = b.key AND c.log = $1::integer AND c.epoch = $2::bigint AND "
        "c.turn = b.turn",
        parameters().add(std::int64_t{log}).add(of.epoch).add(keys.done()).add(turns.done()),
        timeout);
    if (freed.has_error()) return freed.error();
    // Behind the deletion: what is still there counts from now on.
    auto const said = to.execute("UPDATE sluice.claim_mark SET decided = 9223372036854775807 WHERE "
                                 "log = $1::integer AND epoch = $2::bigint",
                                 parameters().add(std::int64_t{log}).add(of.epoch), timeout);
    if (said.has_error()) return said.error();
    return done;
}

} // namespace

result<settled_claims> settle_claims(connection& to, std::uint32_t log, std::int64_t epoch,
                                     claim_record_check const& is_recorded, milliseconds timeout) {
    auto const marks = open_marks(to, log, epoch, timeout);
    if (marks.has_error()) return marks.error();
    settled_claims all;
    for (auto const& each : *marks) {
        auto const done = settle(to, log, each, is_recorded, timeout);
        if (done.has_error()) return done.error();
        all.counted += done->counted;
        all.freed += done->freed;
    }
    return all;
}

} // namespace sluice::queue::postgres
