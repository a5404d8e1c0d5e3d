#include "queue/postgres/join.hpp"

#include "queue/postgres/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sluice::queue::postgres {

using boost::system::error_code;
using boost::system::result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds after_late_renewal{20};

// What we have watched of the row of our name.
struct former_self {
    std::int64_t renewals;
    std::uint32_t log;
    process_identity process;
    boot_time since;
};

bool is_lost_answer(error_code ec) {
    return ec == postgres_errc::unknown || ec == postgres_errc::unreachable;
}

class joiner {
  public:
    joiner(join_request const& request, std::string& why)
        : request_(request)
        , why_(why) {}

    result<joined_member> run();

  private:
    result<joined_member> try_once();
    result<joined_member> take(member_table& table, connection& to, member_row const& row);
    error_code watch(member_row const& row, boot_time sent, boot_time received);
    milliseconds silence(member_row const& row) const {
        return std::max(row.lease, request_.self.lease);
    }
    error_code give_up();
    error_code explain(connection const& to, error_code ec) {
        why_ = to.message();
        return ec;
    }

    join_request const& request_;
    std::string& why_;
    std::optional<former_self> watched_;
    milliseconds step_{0}; // until the next look
    bool is_over_ = false; // the watch has ended: the row may be taken
};

// An answer that was lost leaves it open whether something was done: the next look tells. Whoever
// waits already goes on waiting while the database is away.
result<joined_member> joiner::run() {
    constexpr int most_tries = 5;
    constexpr milliseconds between_tries{200};
    for (int tries = 0;;) {
        auto done = try_once();
        if (done.has_value() || !is_lost_answer(done.error())) return done;
        if (watched_)
            watched_->since = boot_time::max(); // it could not renew either
        else if (done.error() == postgres_errc::unreachable || ++tries == most_tries)
            return done;
        if (!request_.pause(between_tries)) return give_up();
    }
}

result<joined_member> joiner::try_once() {
    auto to = connection::open(request_.database, why_);
    if (to.has_error()) return to.error();
    if (auto const ready = prepare_schema(*to, why_); ready.has_error()) return ready.error();
    member_table table(*to, request_.statement_timeout);
    if (auto const set = table.prepare(); set.has_error()) return explain(*to, set.error());
    for (;;) {
        auto const sent = boot_clock::now();
        auto const found = table.find_member(request_.self.name);
        if (found.has_error()) return explain(*to, found.error());
        if (!*found) {
            auto const made = table.insert_member(request_.self);
            if (made.has_error()) return explain(*to, made.error());
            if (*made) return joined_member{std::move(*to), **made, sent};
            continue;
        }
        auto const& row = **found;
        bool const is_dead = is_gone(row.process, request_.self.process);
        if (is_dead || ((row.is_stopped || row.is_adopted) && !watched_)) {
            // Whoever is faster than we are is watched like any other.
            auto const taken = table.take_row(request_.self, row);
            if (taken.has_error()) return explain(*to, taken.error());
            if (*taken) return joined_member{std::move(*to), **taken, sent};
        }
        // The last renewal of a process that was killed may come after its end: no sign of life.
        if (is_dead) {
            if (!request_.pause(after_late_renewal)) return give_up();
            continue;
        }
        if (auto const ec = watch(row, sent, boot_clock::now())) return ec;
        if (is_over_) return take(table, *to, row);
        if (!request_.pause(step_)) return give_up();
    }
}

error_code joiner::give_up() {
    why_ = "stopped while it waited for its own log";
    return postgres_errc::refused;
}

result<joined_member> joiner::take(member_table& table, connection& to, member_row const& row) {
    auto const sent = boot_clock::now();
    auto const taken = table.take_row(request_.self, row);
    if (taken.has_error()) return explain(to, taken.error());
    if (*taken) return joined_member{std::move(to), **taken, sent};
    why_ = fmt::format("another gateway lives under the name {}", row.name);
    return postgres_errc::name_in_use;
}

// From when an answer came to when a question went out, as the lease has it.
error_code joiner::watch(member_row const& row, boot_time sent, boot_time received) {
    bool const is_new = !watched_ || watched_->since == boot_time::max();
    bool const stands = watched_ && watched_->renewals == row.renewals &&
                        watched_->log == row.log && watched_->process == row.process;
    if (watched_ && !stands && !row.is_adopted && !row.is_stopped) {
        why_ = fmt::format("another gateway lives under the name {}: process {} on {}", row.name,
                           row.process.pid, row.process.host);
        return postgres_errc::name_in_use;
    }
    if (is_new || !stands) watched_ = {row.renewals, row.log, row.process, received};
    auto const end = watched_->since + silence(row);
    is_over_ = sent >= end || row.is_adopted || row.is_stopped;
    auto const rest = std::chrono::ceil<milliseconds>(end - boot_clock::now());
    if (!is_over_ && request_.waiting) request_.waiting(std::max(rest, milliseconds(0)));
    step_ = std::clamp(rest, milliseconds(10),
                       lease_options{request_.self.lease, milliseconds(0)}.look_every());
    return {};
}

} // namespace

result<joined_member> join_cluster(join_request const& request, std::string& why) {
    return joiner(request, why).run();
}

} // namespace sluice::queue::postgres
