// The simulated server's statements about who holds what of destinations' limits.
#include "tests/sim/simulated_database.hpp"

namespace sluice::tests {

simulated_database::books_seen
simulated_database::look_at_books(std::vector<queue::share_keeper::question> const& known) const {
    books_seen seen;
    for (auto const& one : known) {
        auto const found = primary_.books.find(one.name);
        bool const is_there = found != primary_.books.end();
        auto const version = is_there ? found->second.version : 0;
        if (version != one.version)
            seen.books.push_back({one.name, version, is_there ? found->second.text : ""});
    }
    for (auto const& [name, member] : primary_.members) {
        auto const fence = primary_.fences.find(member.log);
        if (!member.is_stopped && fence != primary_.fences.end())
            seen.living.insert({member.log, fence->second});
    }
    return seen;
}

queue::share_keeper::versions
simulated_database::write_books(std::vector<queue::share_keeper::entry> const& entries) {
    queue::share_keeper::versions written;
    for (auto const& one : entries) {
        auto const found = primary_.books.find(one.name);
        auto const version = found == primary_.books.end() ? 0 : found->second.version;
        if (version != one.seen) continue;
        change_state(
            [one](database_state& in) {
                in.books[one.name] = {one.seen + 1, one.book};
            },
            true);
        written.emplace(one.name, one.seen + 1);
    }
    return written;
}

} // namespace sluice::tests
