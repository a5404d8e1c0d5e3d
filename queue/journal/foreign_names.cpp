#include "queue/journal/foreign_names.hpp"

#include "queue/journal/record_fields.hpp"

namespace sluice::queue {

namespace {

template <class Id>
Id translated(Id id, std::vector<Id> const& all) {
    auto const i = static_cast<std::size_t>(id);
    return i < all.size() ? all[i] : id; // else the line named none
}

// Finds the names among a record's fields, wherever they stand.
struct name_visitor {
    std::vector<lane_id> const& lanes;
    std::vector<account_id> const& accounts;

    template <class T>
    void must(std::string_view, T&& field) {
        one(field);
    }
    template <class T>
    void may(std::string_view, T&& field, wall_time = {}) {
        one(field);
    }

    void one(lane_id& id) { id = translated(id, lanes); }
    void one(account_id& id) { id = translated(id, accounts); }
    void one(closed_gate& gate) {
        if (gate.is_closed()) one(gate.lane);
    }
    template <class T>
    void one(T const&) {}
};

template <class Id>
std::vector<std::string> names_from(name_table<Id> const& table, std::size_t& told) {
    std::vector<std::string> all;
    for (; told < table.size(); ++told)
        all.emplace_back(table.name(static_cast<Id>(told)));
    return all;
}

} // namespace

void foreign_names::learn(new_names const& theirs, names& ours) {
    for (auto const& name : theirs.lanes)
        lanes_.push_back(ours.lanes.intern(name));
    for (auto const& name : theirs.accounts)
        accounts_.push_back(ours.accounts.intern(name));
}

void foreign_names::translate(record& r) const {
    name_visitor visitor{lanes_, accounts_};
    std::visit([&](auto& kind) { visit_fields(kind, visitor); }, r);
}

lane_id foreign_names::ours(lane_id theirs) const {
    return translated(theirs, lanes_);
}

account_id foreign_names::ours(account_id theirs) const {
    return translated(theirs, accounts_);
}

new_names name_watch::take_new(names const& table) {
    new_names fresh;
    fresh.lanes = names_from(table.lanes, lanes_);
    fresh.accounts = names_from(table.accounts, accounts_);
    return fresh;
}

} // namespace sluice::queue
