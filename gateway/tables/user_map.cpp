#include "gateway/tables/user_map.hpp"

#include <algorithm>
#include <mutex>

namespace sluice::gateway::tables {

// The id of an account has no line end.
std::string user_map::key_of(std::string_view account, std::string_view contact) {
    std::string key;
    key.reserve(account.size() + 1 + contact.size());
    return key.append(account).append(1, '\n').append(contact);
}

std::size_t user_map::part_index(std::string const& key) {
    // Not the bits that the part's own table uses.
    return (std::hash<std::string>()(key) >> 48) % part_count;
}

std::shared_ptr<user_variables const> user_map::find(std::string_view account,
                                                     std::string_view contact) const {
    auto const key = key_of(account, contact);
    auto const& in = parts_[part_index(key)];
    std::shared_lock const guard(in.mutex);
    auto const found = in.persons.find(key);
    return found == in.persons.end() ? nullptr : found->second;
}

void user_map::put(std::string_view account, std::string_view contact,
                   std::shared_ptr<user_variables const> now_kept) {
    auto key = key_of(account, contact);
    auto& in = parts_[part_index(key)];
    std::unique_lock const guard(in.mutex);
    if (!now_kept) {
        size_.fetch_sub(in.persons.erase(key), std::memory_order_relaxed);
        return;
    }
    auto const [place, is_new] = in.persons.insert_or_assign(std::move(key), std::move(now_kept));
    if (is_new) size_.fetch_add(1, std::memory_order_relaxed);
}

std::vector<std::pair<std::string, std::string>> user_map::keys() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (auto const& in : parts_) {
        std::shared_lock const guard(in.mutex);
        for (auto const& [key, kept] : in.persons) {
            auto const end = key.find('\n');
            all.emplace_back(key.substr(0, end), key.substr(end + 1));
        }
    }
    return all;
}

std::vector<std::string> user_map::contacts_of(std::string_view account, std::size_t most) const {
    std::vector<std::string> all;
    auto const begin = key_of(account, {});
    for (auto const& in : parts_) {
        std::shared_lock const guard(in.mutex);
        for (auto const& [key, kept] : in.persons) {
            if (key.starts_with(begin)) all.push_back(key.substr(begin.size()));
        }
    }
    auto const shown = all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()));
    std::ranges::partial_sort(all, shown);
    all.erase(shown, all.end());
    return all;
}

} // namespace sluice::gateway::tables
