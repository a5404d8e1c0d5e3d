// The variables of persons in the SQLite file. The backend's writing thread (at start the main
// thread).
#pragma once

#include "gateway/tables/error.hpp"
#include "gateway/tables/sqlite_database.hpp"
#include "gateway/tables/user_map.hpp"

#include <memory>
#include <string_view>

namespace sluice::gateway::tables {

class sqlite_users {
  public:
    sqlite_users(sqlite_database& in, user_map& memory);

    // Everything into memory.
    void load();

    // Inside a transaction: merges; what is there then, nullptr for nothing. An error has changed
    // nothing: too_many_keys, or table_full where there would be more than `max_users` persons.
    result<std::shared_ptr<user_variables const>> decide(user_update const& update,
                                                         std::uint64_t max_users);
    // Inside a transaction: how many variables were taken away.
    std::size_t erase(std::string_view account, std::string_view contact);

  private:
    user_variables read(std::string_view account, std::string_view contact);

    user_map& memory_;
    sqlite_database& database_;
    sqlite_statement read_, put_, remove_, erase_;
};

} // namespace sluice::gateway::tables
