#include "queue/postgres/claim_periods.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::queue::postgres {

using boost::system::result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds shortest_period = std::chrono::hours(1);
constexpr int periods_of_a_lifetime = 4;
// Whoever waits here lets all other claims wait behind.
constexpr std::string_view begin = "BEGIN; SET LOCAL lock_timeout = '200ms'";
constexpr std::string_view lock =
    "SELECT pg_try_advisory_xact_lock(x'736c636c61696d'::bigint)"; // "slclaim"

class transaction {
  public:
    transaction(connection& to, milliseconds timeout)
        : to_(to)
        , timeout_(timeout) {}
    ~transaction() {
        if (is_open_ && to_.is_open()) (void)to_.execute_script("ROLLBACK", timeout_);
    }
    transaction(transaction const&) = delete;
    transaction& operator=(transaction const&) = delete;

    // The first error sticks.
    rows run(std::string_view sql, parameters const& values = {}) {
        if (error_) return rows(nullptr, false);
        auto done = to_.execute(sql, values, timeout_);
        if (done.has_value()) return std::move(*done);
        error_ = done.error();
        return rows(nullptr, false);
    }
    void script(std::string_view sql) {
        if (error_) return;
        auto const done = to_.execute_script(sql, timeout_);
        if (done.has_error()) error_ = done.error();
    }
    void open() {
        is_open_ = true;
        script(begin);
    }
    result<void> commit() {
        script("COMMIT");
        if (error_) return error_;
        is_open_ = false;
        return {};
    }
    boost::system::error_code error() const { return error_; }

  private:
    connection& to_;
    milliseconds timeout_;
    boost::system::error_code error_;
    bool is_open_ = false;
};

// The longest lifetime of claims in the current period, of all gateways. Sharing the period keeps
// it from ending between the note and the answer.
constexpr std::string_view enter =
    "WITH p AS MATERIALIZED (SELECT period FROM sluice.claim_now FOR SHARE),"
    " n AS (INSERT INTO sluice.meta AS m SELECT 'claim_longest', $1::bigint::text FROM p"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    " WHERE m.value::bigint < excluded.value::bigint)"
    " SELECT period FROM p";

// Attaching a table that was made beside it keeps nobody from reading or claiming. From the update
// on nobody claims: whatever lies in the period is there, and lives no longer from now than the
// longest that was noted.
void begin_period(transaction& in, std::int64_t current, milliseconds longest) {
    auto const next = current + 1;
    in.script(fmt::format("CREATE TABLE sluice.claim_{0} (LIKE sluice.claim INCLUDING ALL) WITH "
                          "(autovacuum_enabled = false); ALTER TABLE sluice.claim ATTACH "
                          "PARTITION sluice.claim_{0} FOR VALUES IN ({0})",
                          next));
    in.run("UPDATE sluice.claim_now SET period = $1::integer, began = now()",
           parameters().add(next));
    in.run("INSERT INTO sluice.claim_period (period, ends) SELECT $1::integer, clock_timestamp() + "
           "greatest($2::bigint, (SELECT value::bigint FROM sluice.meta WHERE key = "
           "'claim_longest')) * interval '1 millisecond'",
           parameters().add(current).add(longest.count()));
    in.run("DELETE FROM sluice.meta WHERE key = 'claim_longest'");
}

} // namespace

milliseconds claim_period_length(milliseconds longest_lifetime) {
    return std::max(shortest_period, longest_lifetime / periods_of_a_lifetime);
}

result<std::int64_t> enter_claim_period(connection& to, milliseconds longest,
                                        milliseconds timeout) {
    auto const found = to.execute(enter, parameters().add(longest.count()), timeout);
    if (found.has_error()) return found.error();
    return found->size() == 0 ? 0 : found->number(0, 0);
}

result<void> tidy_claim_periods(connection& to, milliseconds longest, milliseconds timeout) {
    auto const due = to.execute(
        "SELECT EXISTS (SELECT FROM sluice.claim_now WHERE began + $1::bigint * interval '1 "
        "millisecond' <= now()) OR EXISTS (SELECT FROM sluice.claim_period WHERE ends <= now())",
        parameters().add(claim_period_length(longest).count()), timeout);
    if (due.has_error()) return due.error();
    if (due->size() == 0 || due->text(0, 0) != "t") return {};
    transaction in(to, timeout);
    in.open();
    auto const mine = in.run(lock);
    if (in.error()) return in.error();
    if (mine.text(0, 0) != "t") return in.commit(); // another gateway is at it
    auto const old = in.run("SELECT period FROM sluice.claim_now WHERE began + $1::bigint * "
                            "interval '1 millisecond' <= now()",
                            parameters().add(claim_period_length(longest).count()));
    if (in.error()) return in.error();
    if (old.size() > 0) begin_period(in, old.number(0, 0), longest);
    auto const over =
        in.run("DELETE FROM sluice.claim_period WHERE ends <= now() RETURNING period");
    if (in.error()) return in.error();
    for (std::size_t i = 0; i < over.size(); ++i)
        in.script(fmt::format("DROP TABLE IF EXISTS sluice.claim_{}", over.number(i, 0)));
    // Of gateways that are gone, and whose claims are gone with their tables.
    in.run("DELETE FROM sluice.claim_mark m WHERE NOT EXISTS (SELECT FROM sluice.fence f WHERE "
           "f.log = m.log AND f.epoch = m.epoch) AND decided = 9223372036854775807 AND period < "
           "(SELECT coalesce(min(period), 0) FROM sluice.claim_period)");
    return in.commit();
}

} // namespace sluice::queue::postgres
