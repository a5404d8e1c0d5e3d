// What a transaction changed, told to the other gateways in the same transaction (table_change),
// and the names that such a change has. Values of one batch; the writing thread.
#pragma once

#include "gateway/tables/postgres_columns.hpp"
#include "gateway/tables/postgres_session.hpp"

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway::tables {

// An account's person or agent; a link's code or an answer's key, where the account is empty.
struct table_subject {
    std::string account;
    std::string name; // contact, cli, code, bytes

    friend auto operator<=>(table_subject const&, table_subject const&) = default;
};

// Many subjects as the two parameters of `unnest($1::text[], $2::bytea[])`.
struct subject_columns {
    postgres_column accounts{element::text};
    postgres_column names{element::bytes};

    void add(table_subject const& one) {
        accounts.add(one.account);
        names.add(one.name);
    }
    postgres_session::parameters parameters() {
        postgres_session::parameters values;
        values.add_bytes(accounts.binary()).add_bytes(names.binary());
        return values;
    }
};

// Numbers that are kept; never given to another meaning.
enum class table_kind : std::int16_t {
    link = 1,   // codes
    clicks = 2, // codes; `since` a day
    person = 3,
    agent = 4,  // `since` the start of a break
    plans = 5,  // of any agent
    answer = 6, // keys of answers that are kept, or gone
};

inline constexpr std::int64_t since_ever = std::numeric_limits<std::int64_t>::min();

class table_changes {
  public:
    // What is read anew is what there is from `since` on.
    void add(table_kind kind, table_subject subject, std::int64_t since = since_ever);
    bool empty() const { return all_.empty(); }
    // Inside the transaction, as the last of it.
    void save(postgres_session& to, std::int64_t writer);

  private:
    struct changed {
        table_kind kind;
        std::int64_t since;
        subject_columns subjects;
    };
    std::vector<changed> all_;
};

// What waits for each other: a transaction locks the stripes of all that it may change, in their
// order, before it looks; so no two gateways decide about one subject at once. Few, for the server
// keeps every lock in a table of fixed size.
inline constexpr std::int32_t lock_class = 0x536c74; // "Slt"
inline constexpr std::int32_t stripe_count = 128;
inline constexpr std::int32_t clicks_lock = stripe_count;
inline constexpr std::int32_t trim_lock = stripe_count + 1;

// The same in every gateway and version.
std::int32_t stripe_of(std::string_view kind, table_subject const& subject);

} // namespace sluice::gateway::tables
