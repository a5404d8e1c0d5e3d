// Short links in the SQLite file: reading them back, making one, saving clicks. The backend's
// writing thread (at start the main thread).
#pragma once

#include "gateway/tables/link_map.hpp"
#include "gateway/tables/sqlite_database.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace sluice::gateway::tables {

class sqlite_links {
  public:
    using code_source = std::function<link_code()>;

    // `codes` gives random codes.
    sqlite_links(sqlite_database& in, link_map& memory, code_source codes);

    // Everything into memory. False where a row cannot be one of ours.
    bool load();

    // Inside a transaction: the link that `asked` comes to; `is_changed` where it is new or its
    // expiry is. nullptr where there would be more than `max_links`.
    struct decision {
        std::shared_ptr<link const> what;
        bool is_changed = false;
    };
    decision decide(new_link const& asked, std::uint64_t max_links);

    // Inside a transaction.
    void save(std::vector<unsaved_clicks> const& clicks);
    // Takes away the links that expired before; tells which.
    std::vector<std::shared_ptr<link const>> purge(wall_time expired_before);

  private:
    std::shared_ptr<link const> find(link_key const& key);
    decision renew(link const& known, new_link const& asked);
    decision make(new_link const& asked);

    sqlite_database& database_;
    link_map& memory_;
    code_source codes_;
    sqlite_statement find_, insert_, renew_, save_total_, save_day_, drop_days_, purge_days_,
        purge_;
};

} // namespace sluice::gateway::tables
