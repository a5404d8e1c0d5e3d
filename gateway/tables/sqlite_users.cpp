#include "gateway/tables/sqlite_users.hpp"

namespace sluice::gateway::tables {

sqlite_users::sqlite_users(sqlite_database& in, user_map& memory)
    : memory_(memory)
    , database_(in)
    , read_(in, "SELECT name, value, updated FROM user_keys WHERE account = ? AND contact = ? "
                "ORDER BY name")
    , put_(in, "INSERT INTO user_keys (account, contact, name, value, updated) "
               "VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, contact, name) "
               "DO UPDATE SET value = excluded.value, updated = excluded.updated")
    , remove_(in, "DELETE FROM user_keys WHERE account = ? AND contact = ? AND name = ?")
    , erase_(in, "DELETE FROM user_keys WHERE account = ? AND contact = ?") {}

void sqlite_users::load() {
    sqlite_statement all(database_, "SELECT account, contact, name, value, updated FROM user_keys "
                                    "ORDER BY account, contact, name");
    std::string account;
    std::string contact;
    user_variables gathered;
    auto const put = [&] {
        if (gathered.empty()) return;
        memory_.put(account, contact, std::make_shared<user_variables const>(std::move(gathered)));
        gathered = {};
    };
    while (all.next()) {
        if (all.text(0) != account || all.text(1) != contact) {
            put();
            account = all.text(0);
            contact = all.text(1);
        }
        gathered.push_back(
            {std::string(all.text(2)), std::string(all.text(3)), to_time(all.integer(4))});
    }
    put();
}

user_variables sqlite_users::read(std::string_view account, std::string_view contact) {
    user_variables found;
    read_.bind(account).bind(contact);
    while (read_.next()) {
        found.push_back(
            {std::string(read_.text(0)), std::string(read_.text(1)), to_time(read_.integer(2))});
    }
    return found;
}

result<std::shared_ptr<user_variables const>> sqlite_users::decide(user_update const& update,
                                                                   std::uint64_t max_users) {
    auto kept = read(update.account, update.contact);
    bool const is_new = kept.empty();
    std::vector<user_change const*> effective;
    for (auto const& change : update.changes) {
        if (merge(kept, change, update.now)) effective.push_back(&change);
    }
    if (kept.size() > update.max_keys) return errc::too_many_keys;
    // Those of this transaction are not counted yet: the limit may be passed by one batch.
    if (is_new && !kept.empty() && memory_.size() >= max_users) return errc::table_full;
    for (auto const* change : effective) {
        auto& statement = change->value ? put_ : remove_;
        statement.bind(update.account).bind(update.contact).bind(change->name);
        if (change->value) {
            statement.bind(*change->value).bind(update.now.time_since_epoch().count());
        }
        statement.run();
    }
    if (kept.empty()) return std::shared_ptr<user_variables const>();
    return std::make_shared<user_variables const>(std::move(kept));
}

std::size_t sqlite_users::erase(std::string_view account, std::string_view contact) {
    return static_cast<std::size_t>(erase_.bind(account).bind(contact).run());
}

} // namespace sluice::gateway::tables
