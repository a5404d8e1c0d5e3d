#include "gateway/tables/table_write.hpp"

#include <algorithm>

namespace sluice::gateway::tables {

void tell_all(std::vector<std::shared_ptr<table_write>> const& all,
              boost::system::error_code failure) {
    std::vector<std::pair<inbox*, answers>> by_inbox;
    for (auto const& write : all) {
        if (!write->claim()) continue;
        auto* const to = &write->to();
        auto place = std::ranges::find(by_inbox, to, &std::pair<inbox*, answers>::first);
        if (place == by_inbox.end()) {
            by_inbox.emplace_back(to, answers());
            place = std::prev(by_inbox.end());
        }
        place->second.push_back([write, failure] { write->answer(failure); });
    }
    for (auto& [to, ready] : by_inbox)
        to->deliver(std::move(ready));
}

} // namespace sluice::gateway::tables
