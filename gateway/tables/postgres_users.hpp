// The variables of persons in PostgreSQL: what one transaction looks at and changes, as values
// between reading and writing. Only the variables that changed are written. Made anew for each
// attempt; the writing thread.
#pragma once

#include "gateway/tables/postgres_changes.hpp"
#include "gateway/tables/user.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace sluice::gateway::tables {

class postgres_users {
  public:
    void want(table_subject const& person) { persons_.try_emplace(person); }
    void add_locks(std::vector<std::int32_t>& to) const;
    void load(postgres_session& from);

    user_variables const& find(table_subject const& person) const {
        return persons_.at(person).now;
    }
    void put(table_subject const& person, user_variables now) {
        persons_.at(person).now = std::move(now);
    }

    void save(postgres_session& to, table_changes& changes);

  private:
    struct entry {
        user_variables before, now;
    };
    std::map<table_subject, entry> persons_;
};

// All that is kept of these persons; those of whom nothing is are not there.
std::map<table_subject, user_variables> read_persons(postgres_session& from,
                                                     std::vector<table_subject> const& persons);

} // namespace sluice::gateway::tables
