// Short links in PostgreSQL: what one transaction looks at and changes, as values between reading
// and writing. Made anew for each attempt; the writing thread.
#pragma once

#include "gateway/tables/error.hpp"
#include "gateway/tables/link_map.hpp"
#include "gateway/tables/postgres_changes.hpp"

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace sluice::gateway::tables {

class postgres_links {
  public:
    void want(link_key const& key) { by_key_.try_emplace(key); }
    void want(link_code code) { codes_.push_back(code); }
    void add_locks(std::vector<std::int32_t>& to) const;
    void load(postgres_session& from);

    // nullptr where there is none.
    std::shared_ptr<link const> find(link_key const& key) const { return by_key_.at(key).now; }
    std::shared_ptr<link const> find(link_code code) const;
    void put(std::shared_ptr<link const> made);

    // False: a code was taken, or a link was purged meanwhile; all is to be decided anew.
    bool save(postgres_session& to, table_changes& changes);

  private:
    struct entry {
        std::shared_ptr<link const> before, now;
    };

    std::map<link_key, entry> by_key_;
    std::vector<link_code> codes_; // that are only looked at
    std::vector<std::shared_ptr<link const>> found_;
};

// Rows for read_link: those of an array of codes.
inline constexpr postgres_statement links_by_code{
    "tables_links_by_code", "SELECT code, key, account, long_url, created, expires "
                            "FROM sluice.link WHERE code = ANY ($1::text[])"};

// A row of code, key, account, long_url, created, expires; nullptr for one that cannot be ours.
std::shared_ptr<link const> read_link(postgres_session::rows const& from, std::size_t row);

// Adds clicks to those of all gateways. False where another one does so now, unless it waits.
bool save_clicks(postgres_session& to, std::vector<unsaved_clicks> const& clicks, bool waits,
                 table_changes& changes);
// Takes away some of the links that expired before; tells which.
std::vector<std::shared_ptr<link const>> purge_links(postgres_session& in, wall_time expired_before,
                                                     table_changes& changes);

} // namespace sluice::gateway::tables
