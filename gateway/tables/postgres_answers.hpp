// What calls with an Idempotency-Key were answered, in PostgreSQL: the judge of which call is the
// first, as values between reading and writing. Made anew for each attempt; the writing thread.
#pragma once

#include "gateway/tables/answer_map.hpp"
#include "gateway/tables/postgres_changes.hpp"
#include "gateway/tables/table_write.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace sluice::gateway::tables {

class postgres_answers {
  public:
    explicit postgres_answers(answer_map const& memory)
        : memory_(memory) {}

    void want(call_hash const& key) { keys_.try_emplace(key); }
    // All that is about this person.
    void want_about(table_subject const& person) { persons_.insert(person); }
    void add_locks(std::vector<std::int32_t>& to) const;
    void load(postgres_session& from);

    // What the key was answered, by what this transaction did too; nullptr where the call is the
    // first. Those past their time or the limit count as gone. Error: key_conflict.
    result<answer_ptr> find(call_key const& call) const;
    void keep(call_key const& call, answer_ptr answer, std::optional<answer_subject> const& about);
    // The keys whose answers were about that person, and are gone.
    std::vector<call_hash> erase(table_subject const& person);

    // Also takes away a few that are past their time or the limit, so that the table shrinks
    // faster than it grows and no transaction has to sweep it.
    void save(postgres_session& to, table_changes& changes);

  private:
    struct kept {
        call_key call;
        answer_ptr answer; // none: only its person is known
        std::optional<answer_subject> about;
        std::uint64_t newer = 0; // how many came after it
        bool is_new = false;
    };
    struct entry {
        bool was_kept = false;
        std::optional<kept> now;
    };

    void trim(postgres_session& in, std::uint64_t added, wall_time now);

    answer_map const& memory_;
    std::map<call_hash, entry> keys_;
    std::set<table_subject> persons_;
};

// Takes away some that are past their time; how many.
std::uint64_t purge_answers(postgres_session& in, wall_time now);

} // namespace sluice::gateway::tables
