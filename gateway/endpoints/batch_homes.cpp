#include "gateway/endpoints/batch_homes.hpp"

#include "codecs/json.hpp"
#include "codecs/json_scan.hpp"

#include <algorithm>

namespace sluice::gateway::endpoints {

void batch_homes::add_refused(std::string rest) {
    entries_.push_back({{}, std::nullopt, std::move(rest)});
}

void batch_homes::add(std::string_view json, std::string const* order_key) {
    auto& one = entries_.emplace_back();
    one.json = json;
    if (order_key) one.slot = queue::order_slot_of(*order_key);
    has_keys_ |= order_key != nullptr;
}

std::optional<batch_homes::home_parts> batch_homes::split(finder const& find,
                                                          std::uint32_t own) const {
    part all;
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (!entries_[i].json.empty()) all.entries.push_back(i);
    return split(all, find, own);
}

std::optional<batch_homes::home_parts> batch_homes::split(part const& of, finder const& find,
                                                          std::uint32_t own) const {
    home_parts parts;
    for (auto const i : of.entries) {
        auto const& one = entries_[i];
        call::order_home home{own, true, {}};
        if (one.slot) {
            auto const found = find(*one.slot);
            if (!found) return std::nullopt;
            home = *found;
        }
        auto& to = parts[home.log];
        to.is_here = home.is_here;
        to.entries.push_back(i);
        if (one.slot && std::ranges::find(to.slots, home.what) == to.slots.end())
            to.slots.push_back(home.what);
    }
    return parts;
}

std::vector<batch_homes::slot_part> batch_homes::by_slot() const {
    std::vector<slot_part> parts;
    std::map<std::optional<std::uint16_t>, std::size_t> places;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        auto const& one = entries_[i];
        if (one.json.empty()) continue;
        auto const [place, is_new] = places.try_emplace(one.slot, parts.size());
        if (is_new) parts.push_back({one.slot, {}});
        parts[place->second].of.entries.push_back(i);
    }
    return parts;
}

std::string batch_homes::body_of(part const& of) const {
    std::string body = R"({"tasks":[)";
    for (auto const i : of.entries) {
        if (body.back() != '[') body += ',';
        body += entries_[i].json;
    }
    return body + "]}";
}

// {"results":[{"index":0,…},…]}: what stands behind the index is taken over.
bool batch_homes::take(part const& of, call::home_answer const& answer) {
    if (answer.status != 202 && answer.status != 422) return false;
    std::vector<std::string_view> results;
    if (codecs::check_json(answer.body)) {
        auto const all = codecs::json_member_value(codecs::json_trim(answer.body), "results");
        if (all && codecs::json_kind_of(*all) == codecs::json_kind::array)
            for (auto const one : codecs::json_elements(*all))
                results.push_back(one);
    }
    if (results.empty()) return false;
    for (std::size_t n = 0; n < of.entries.size(); ++n) {
        auto const one = n < results.size() ? results[n] : std::string_view();
        auto const comma = one.find(',');
        auto& rest = entries_[of.entries[n]].rest;
        bool const is_good = comma != one.npos && one.starts_with(R"({"index":)");
        rest = is_good ? one.substr(comma) : R"(,"status":500,"errors":[]})";
        taken_ += rest.starts_with(R"(,"id":)");
    }
    return true;
}

void batch_homes::refuse(part const& of, std::string_view rest) {
    for (auto const i : of.entries)
        entries_[i].rest = rest;
}

std::string batch_homes::text() const {
    std::string out = R"({"results":[)";
    for (std::size_t i = 0; i < entries_.size(); ++i)
        out.append(i == 0 ? "" : ",").append(R"({"index":)").append(std::to_string(i)) +=
            entries_[i].rest;
    return out + "]}";
}

} // namespace sluice::gateway::endpoints
