#include "queue/postgres/claim_statement.hpp"

#include "queue/postgres/array_text.hpp"

#include <algorithm>
#include <map>

namespace sluice::queue::postgres {

using boost::system::result;

namespace {

// Tables that were empty when the plan was made are read by their index all the same; the costs
// that say so would wake the compiler of expressions, which takes a second.
constexpr std::string_view plans = "SET enable_seqscan = off; SET enable_hashjoin = off; SET "
                                   "enable_mergejoin = off; SET jit = off";

// Sharing the fence and the period excludes take-overs and new periods until this is committed;
// counting `job` up makes it happen once, however late a copy of it arrives. All parts see what was
// there before, so that a claim that somebody makes meanwhile is neither found nor made anew.
//
// In the order of their keys, so that two gateways do not wait for each other crosswise. A claim
// whose time is over is overwritten.
constexpr std::string_view head = R"(
WITH f AS MATERIALIZED (SELECT 1 FROM sluice.fence
        WHERE log = $1::integer AND epoch = $2::bigint FOR SHARE),
    p AS MATERIALIZED (SELECT 1 FROM sluice.claim_now WHERE period = $3::integer FOR SHARE),
    fresh AS (UPDATE sluice.claim_mark SET job = $4::bigint, decided = $5::bigint,
            period = $6::integer FROM f, p
        WHERE log = $1::integer AND epoch = $2::bigint AND job < $4::bigint RETURNING 1),
    wanted AS MATERIALIZED (SELECT w.* FROM unnest($7::bytea[], $8::bigint[], $9::bytea[],
            $10::bytea[], $11::bigint[]) AS w(key, turn, request, answer, lifetime)),
    found AS MATERIALIZED (SELECT w.turn AS asked, c.key, c.log, c.epoch, c.turn, c.request,
            c.answer
        FROM wanted w JOIN sluice.claim c ON c.key = w.key AND c.valid_until > now()),
    made AS (INSERT INTO sluice.claim AS c
            (key, period, request, log, epoch, turn, valid_until, answer)
        SELECT w.key, $3::integer, w.request, $1::integer, $2::bigint, w.turn,
            now() + w.lifetime * interval '1 millisecond', w.answer
        FROM wanted w, fresh
        WHERE NOT EXISTS (SELECT FROM found o WHERE o.asked = w.turn AND o.key = w.key)
        ORDER BY w.key
        ON CONFLICT (key, period) DO UPDATE SET request = excluded.request, log = excluded.log,
            epoch = excluded.epoch, turn = excluded.turn, valid_until = excluded.valid_until,
            answer = excluded.answer
        WHERE c.valid_until <= now() RETURNING c.key, c.turn))";

constexpr std::string_view giving_back = R"(,
    gone AS (DELETE FROM sluice.claim c
        USING fresh, unnest($12::bytea[], $13::bigint[]) AS b(key, turn)
        WHERE c.key = b.key AND c.log = $1::integer AND c.epoch = $2::bigint AND c.turn = b.turn))";

constexpr std::string_view tail = R"(
SELECT 0, (SELECT count(*) FROM f), (SELECT count(*) FROM p, sluice.claim_mark m
        WHERE m.log = $1::integer AND m.epoch = $2::bigint), (SELECT count(*) FROM fresh),
    NULL::bytea, NULL::bytea, NULL::bytea
UNION ALL SELECT 1, turn, 0, 0, key, NULL, NULL FROM made
UNION ALL SELECT 2, o.asked, CASE
        WHEN o.log = $1::integer AND o.epoch = $2::bigint AND o.turn = o.asked THEN 0
        WHEN o.turn <= m.decided THEN 1
        WHEN h.epoch = o.epoch THEN 2 ELSE 3 END, 0, o.key, o.request, o.answer
    FROM found o LEFT JOIN sluice.claim_mark m ON m.log = o.log AND m.epoch = o.epoch
    LEFT JOIN sluice.fence h ON h.log = o.log)";

template <class Bytes>
std::string_view view_of(Bytes const& bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

constexpr std::array standings{claim_standing::won, claim_standing::counts,
                               claim_standing::undecided, claim_standing::orphaned};

claim_finding finding_of(rows const& from, std::size_t row) {
    claim_finding one;
    one.standing = standings[static_cast<std::size_t>(from.number(row, 2))];
    auto const request = from.bytes(row, 5);
    std::ranges::copy_n(request.begin(),
                        static_cast<std::ptrdiff_t>(std::min(request.size(), one.body.size())),
                        one.body.begin());
    one.answer = from.bytes(row, 6);
    return one;
}

parameters parameters_of(claimant const& by, claim_job const& job) {
    array_text keys;
    array_text turns;
    array_text requests;
    array_text answers;
    array_text lifetimes;
    for (auto const& want : job.wants) {
        keys.add_bytes(claim_key(want.name()));
        turns.add(static_cast<std::int64_t>(want.turn));
        requests.add_bytes(view_of(want.what.body));
        answers.add_bytes(want.what.answer);
        lifetimes.add(want.what.lifetime.count());
    }
    parameters values;
    values.add(std::int64_t{by.log}).add(by.epoch).add(by.period);
    values.add(static_cast<std::int64_t>(job.number))
        .add(static_cast<std::int64_t>(job.decided))
        .add(by.open_since);
    values.add(keys.done()).add(turns.done()).add(requests.done());
    values.add(answers.done()).add(lifetimes.done());
    if (job.given_back.empty()) return values;
    array_text back_keys;
    array_text back_turns;
    for (auto const& back : job.given_back) {
        back_keys.add_bytes(claim_key(back.name));
        back_turns.add(static_cast<std::int64_t>(back.turn));
    }
    values.add(back_keys.done()).add(back_turns.done());
    return values;
}

} // namespace

std::string claim_key(claim_name const& name) {
    return std::string(view_of(name.key)) + (name.is_content ? 'c' : 'k');
}

claim_name claim_name_of(std::string_view key) {
    claim_name name;
    if (key.size() != name.key.size() + 1) return name;
    std::ranges::copy_n(key.begin(), static_cast<std::ptrdiff_t>(name.key.size()),
                        name.key.begin());
    name.is_content = key.back() == 'c';
    return name;
}

result<void> prepare_claims(connection& to, std::chrono::milliseconds timeout) {
    auto const done = to.execute_script(plans, timeout);
    if (done.has_error()) return done.error();
    return {};
}

result<claim_answer> claim_keys(connection& to, claimant const& by, claim_job const& job) {
    bool const gives_back = !job.given_back.empty();
    std::string sql(head);
    if (gives_back) sql += giving_back;
    sql += tail;
    auto const name = gives_back ? "claims_back" : "claims";
    auto const answer = to.execute_prepared(name, sql, parameters_of(by, job), by.timeout);
    if (answer.has_error()) return answer.error();
    if (answer->size() == 0) return postgres_errc::unknown;
    if (answer->number(0, 1) == 0) return postgres_errc::fenced;
    if (to.was_left_unconfirmed()) return postgres_errc::unknown;
    claim_answer all;
    if (answer->number(0, 3) == 0) {
        bool const is_period = answer->number(0, 2) != 0;
        all.outcome = is_period ? claim_outcome::repeated : claim_outcome::new_period;
    }
    std::map<claim_name, std::size_t> places;
    for (std::size_t i = 0; i < job.wants.size(); ++i)
        places[job.wants[i].name()] = i;
    all.of_wants.resize(job.wants.size());
    for (std::size_t row = 1; row < answer->size(); ++row) {
        auto const place = places.find(claim_name_of(answer->bytes(row, 4)));
        if (place == places.end()) continue;
        auto& one = all.of_wants[place->second];
        if (answer->number(row, 0) == 1) {
            one.standing = claim_standing::won;
        } else {
            one = finding_of(*answer, row);
        }
    }
    return all;
}

} // namespace sluice::queue::postgres
