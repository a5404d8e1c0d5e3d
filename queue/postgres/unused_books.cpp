#include "queue/postgres/unused_books.hpp"

#include <utility>

namespace sluice::queue::postgres {

using boost::system::result;

result<std::uint64_t> unused_books::look(pace_table& table, unknown_names const& unknown) {
    share_keeper::versions seen;
    share_keeper::versions over;
    pace_table::page page;
    do {
        auto next = table.unused(page.last, page_size);
        if (next.has_error()) return next.error();
        page = std::move(*next);
        std::vector<std::string> names;
        for (auto const& [name, version] : page.books)
            names.push_back(name);
        for (auto const& name : unknown(std::move(names))) {
            auto const version = page.books.at(name);
            auto const before = seen_.find(name);
            bool const is_over = before != seen_.end() && before->second == version;
            if (over.size() + seen.size() < most) (is_over ? over : seen).emplace(name, version);
        }
    } while (!page.last.empty());
    seen_ = std::move(seen);
    if (over.empty()) return 0;
    return table.drop(over);
}

} // namespace sluice::queue::postgres
