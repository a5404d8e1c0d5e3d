#include "gateway/client/lookup_line.hpp"

#include <algorithm>
#include <utility>

namespace sluice::gateway::client {

bool lookup_line::add(std::string const& host, queue::account_id who) {
    auto const line = accounts_.find(who);
    bool const is_full =
        line != accounts_.end() && line->second.line.size() >= options_.max_waiting_of_one;
    auto const known = names_.find(host);
    if (known == names_.end()) {
        if (is_full || waiting() >= options_.max_waiting) return false;
        wait_in_line(names_[host], host, who);
        return true;
    }
    auto& wanted = known->second;
    bool const is_in_line = std::ranges::find(wanted.lines, who) != wanted.lines.end();
    if (!wanted.is_asked && !is_in_line && !is_full) wait_in_line(wanted, host, who);
    return true;
}

void lookup_line::wait_in_line(name& what, std::string const& host, queue::account_id who) {
    auto& line = accounts_[who].line;
    if (line.empty()) turns_.push_back(who);
    line.push_back(host);
    what.lines.push_back(who);
}

std::optional<std::string> lookup_line::take() {
    if (asked_ >= options_.max_asked) return {};
    for (std::size_t left = turns_.size(); left > 0; --left) {
        auto const who = turns_.front();
        turns_.pop_front();
        turns_.push_back(who);
        auto& one = accounts_[who];
        if (one.asked >= options_.max_asked_of_one) continue;
        auto host = one.line.front();
        begin(host, who);
        return host;
    }
    return {};
}

// Takes the name out of every line it waits in.
void lookup_line::begin(std::string const& host, queue::account_id who) {
    auto& what = names_[host];
    for (auto const each : std::exchange(what.lines, {})) {
        auto& one = accounts_[each];
        std::erase(one.line, host);
        if (!one.line.empty()) continue;
        std::erase(turns_, each);
        if (each != who && one.asked == 0) accounts_.erase(each);
    }
    what.is_asked = true;
    what.on_account = who;
    ++accounts_[who].asked;
    ++asked_;
}

void lookup_line::done(std::string const& host) {
    auto const found = names_.find(host);
    if (found == names_.end() || !found->second.is_asked) return;
    auto const one = accounts_.find(found->second.on_account);
    --one->second.asked;
    --asked_;
    if (one->second.asked == 0 && one->second.line.empty()) accounts_.erase(one);
    names_.erase(found);
}

bool lookup_line::is_waiting(std::string const& host) const {
    auto const found = names_.find(host);
    return found != names_.end() && !found->second.is_asked;
}

} // namespace sluice::gateway::client
