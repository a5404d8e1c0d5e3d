#include "queue/postgres/lane_table.hpp"

#include <algorithm>

namespace sluice::queue::postgres {

using boost::system::result;

namespace {

// An empty table has the clock's row alone.
constexpr std::string_view lanes_sql =
    "SELECT c.version, l.destination, l.switch_version, l.paused, l.disabled, l.changed_by,"
    " coalesce(ceil(extract(epoch FROM l.gate_until - clock_timestamp()) * 1000), 0)::bigint,"
    " l.gate_by FROM sluice.lane_clock c LEFT JOIN sluice.lane l ON l.version > $1::bigint";

constexpr std::string_view switch_sql =
    "WITH c AS (UPDATE sluice.lane_clock SET version = greatest(version, $4::bigint) + 1"
    " RETURNING version)"
    " INSERT INTO sluice.lane AS l"
    " SELECT $1, c.version, c.version, $2::boolean, false, now(), $3, NULL, '' FROM c"
    " ON CONFLICT (destination) DO UPDATE SET version = excluded.version,"
    " switch_version = excluded.version, paused = excluded.paused,"
    " disabled = l.disabled AND excluded.paused, changed_at = excluded.changed_at,"
    " changed_by = excluded.changed_by"
    " RETURNING version, destination, switch_version, paused, disabled, changed_by,"
    " coalesce(ceil(extract(epoch FROM gate_until - clock_timestamp()) * 1000), 0)::bigint,"
    " gate_by";

// lane_stand.hpp's sum of two stands, in SQL.
constexpr std::string_view merge_sql = R"(
WITH n AS (SELECT * FROM unnest($2::text[], $3::bigint[], $4::boolean[], $5::boolean[],
        $6::text[], $7::bigint[], $8::text[])
        AS n(destination, version, paused, disabled, by, gate_ms, gate_by)
    ORDER BY destination),
c AS (UPDATE sluice.lane_clock SET version = greatest(version, $1::bigint) + 1 RETURNING version)
INSERT INTO sluice.lane AS l
SELECT n.destination, c.version, n.version, n.paused, n.disabled, now(), n.by,
    CASE WHEN n.gate_ms > 0 THEN clock_timestamp() + n.gate_ms * interval '1 millisecond' END,
    n.gate_by
FROM n, c
ON CONFLICT (destination) DO UPDATE SET
    version = excluded.version,
    switch_version = greatest(l.switch_version, excluded.switch_version),
    paused = CASE WHEN excluded.switch_version > l.switch_version THEN excluded.paused
        WHEN excluded.switch_version = l.switch_version THEN l.paused OR excluded.paused
        ELSE l.paused END,
    disabled = CASE WHEN excluded.switch_version > l.switch_version THEN excluded.disabled
        WHEN excluded.switch_version = l.switch_version THEN l.disabled OR excluded.disabled
        ELSE l.disabled END,
    changed_by = CASE WHEN excluded.switch_version > l.switch_version THEN excluded.changed_by
        WHEN excluded.switch_version = l.switch_version AND NOT (l.paused OR l.disabled)
            THEN excluded.changed_by
        ELSE l.changed_by END,
    changed_at = CASE WHEN excluded.switch_version >= l.switch_version THEN excluded.changed_at
        ELSE l.changed_at END,
    gate_by = CASE WHEN excluded.gate_until > coalesce(l.gate_until, '-infinity')
        THEN excluded.gate_by ELSE l.gate_by END,
    gate_until = greatest(l.gate_until, excluded.gate_until)
WHERE excluded.switch_version > l.switch_version
    OR (excluded.switch_version = l.switch_version
        AND (excluded.paused AND NOT l.paused OR excluded.disabled AND NOT l.disabled))
    OR excluded.gate_until > coalesce(l.gate_until, '-infinity'))";

lane_stand stand_in(rows const& from, std::size_t row) {
    lane_stand stand;
    stand.destination = from.text(row, 1);
    stand.version = static_cast<std::uint64_t>(from.number(row, 2));
    stand.is_paused = from.text(row, 3) == "t";
    stand.is_disabled = from.text(row, 4) == "t";
    stand.by = from.text(row, 5);
    stand.gate_left = std::chrono::milliseconds(std::max<std::int64_t>(from.number(row, 6), 0));
    stand.gate_by = from.text(row, 7);
    return stand;
}

// A row of values as the server reads an array.
class array_text {
  public:
    void add(std::string_view value) {
        begin();
        text_ += '"';
        for (char const c : value) {
            if (c == '"' || c == '\\') text_ += '\\';
            text_ += c;
        }
        text_ += '"';
    }
    void add(std::int64_t value) {
        begin();
        text_ += std::to_string(value);
    }
    void add(bool value) {
        begin();
        text_ += value ? 't' : 'f';
    }
    std::string whole() const { return text_ + '}'; }

  private:
    void begin() { text_ += text_.empty() ? '{' : ','; }
    std::string text_;
};

std::string plain(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

} // namespace

result<rows> lane_table::run(std::string_view sql, parameters const& values) {
    auto done = to_.execute(sql, values, timeout_);
    // It is there, but no standby has confirmed it: to be written again.
    if (done.has_value() && to_.was_left_unconfirmed())
        return make_error_code(postgres_errc::unknown);
    return done;
}

result<lane_sight> lane_table::look(std::uint64_t seen) {
    auto const found = run(lanes_sql, parameters().add(static_cast<std::int64_t>(seen)));
    if (found.has_error()) return found.error();
    lane_sight sight;
    for (std::size_t row = 0; row < found->size(); ++row) {
        sight.version = static_cast<std::uint64_t>(found->number(row, 0));
        if (!found->is_null(row, 1)) sight.rows.push_back(stand_in(*found, row));
    }
    return sight;
}

result<lane_stand> lane_table::change(lane_wish const& wish, std::uint64_t seen) {
    parameters values;
    values.add(wish.destination)
        .add(std::string_view(wish.is_pause ? "t" : "f"))
        .add(wish.by)
        .add(static_cast<std::int64_t>(seen));
    auto const done = run(switch_sql, values);
    if (done.has_error()) return done.error();
    if (done->size() != 1) return make_error_code(postgres_errc::refused);
    return stand_in(*done, 0);
}

result<void> lane_table::merge(std::vector<lane_stand> const& stands, std::uint64_t seen,
                               bool is_plain) {
    array_text destinations, versions, paused, disabled, by, gates, gates_by;
    auto const text = [is_plain](std::string const& of) { return is_plain ? plain(of) : of; };
    for (auto const& each : stands) {
        destinations.add(each.destination);
        versions.add(static_cast<std::int64_t>(each.version));
        paused.add(each.is_paused);
        disabled.add(each.is_disabled);
        by.add(text(each.by));
        gates.add(static_cast<std::int64_t>(each.gate_left.count()));
        gates_by.add(text(each.gate_by));
        seen = std::max(seen, each.version);
    }
    std::string const texts[] = {destinations.whole(), versions.whole(), paused.whole(),
                                 disabled.whole(),     by.whole(),       gates.whole(),
                                 gates_by.whole()};
    parameters values;
    values.add(static_cast<std::int64_t>(seen));
    for (auto const& each : texts)
        values.add(each);
    auto const done = run(merge_sql, values);
    if (done.has_error()) return done.error();
    return {};
}

} // namespace sluice::queue::postgres
